package io.mediatool.cli.http.api;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.cli.rooms.Work;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.cli.rooms.Works;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** One listener to what changes, in all rooms or in one. */
record Changes(@Nullable String room, Grant grant, EventStreams.Stream out)
        implements SessionEvent.Listener, WorkEvent.Listener {
    private static final long PROGRESS_MS = 1_000;

    static void listen(RoutingContext context, SessionDoor door, Works works, Gate gate, EventStreams streams) {
        String room = context.request().getParam("room");
        var granted = room == null ? gate.require(context, Verb.WATCH) : gate.require(context, Verb.WATCH, room);
        granted.map(grant -> new Changes(room, grant, streams.open(context)))
                .onSuccess(changes -> {
                    door.addListener(changes);
                    works.addListener(changes);
                    long timer = context.vertx().setPeriodic(PROGRESS_MS, id -> changes.tellProgress(works));
                    changes.out.onEnd(() -> {
                        context.vertx().cancelTimer(timer);
                        works.removeListener(changes);
                        door.removeListener(changes);
                    });
                })
                .onFailure(context::fail);
    }

    private boolean isOf(String where) {
        return (room == null || room.equals(where)) && grant.enters(where);
    }

    @Override
    public void onEvent(SessionEvent event) {
        if (isOf(event.room())) {
            out.send(
                    event.word(),
                    ReportJson.event(event, grant.allows(Verb.ADMIN)).encode());
        }
    }

    /** Everybody in a room may know that it is recorded; where to is for administrators. */
    @Override
    public void onEvent(WorkEvent event) {
        if (!isOf(event.room())) {
            return;
        }
        var json = new JsonObject().put("type", event.word()).put("room", event.room());
        if (!event.stream().isEmpty()) {
            json.put("stream", event.stream());
        }
        if (grant.allows(Verb.ADMIN)) {
            json.put("id", event.id());
            if (!event.detail().isEmpty()) {
                json.put("detail", event.detail());
            }
        }
        out.send(event.word(), json.encode());
    }

    private void tellProgress(Works works) {
        if (!grant.allows(Verb.ADMIN)) {
            return;
        }
        var running = new JsonArray();
        for (Work work : works.list(null, room)) {
            if (!work.isOver() && grant.enters(work.roomName())) {
                running.add(new JsonObject(work.progress()));
            }
        }
        if (!running.isEmpty()) {
            out.send("progress", new JsonObject().put("works", running).encode());
        }
    }
}
