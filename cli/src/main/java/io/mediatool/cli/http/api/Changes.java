package io.mediatool.cli.http.api;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.access.Grant;
import io.mediatool.cli.http.access.Verb;
import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** One listener to what changes, in all rooms or in one. */
record Changes(@Nullable String room, Grant grant, EventStreams.Stream out) implements SessionEvent.Listener {

    static void listen(RoutingContext context, SessionDoor door, Gate gate, EventStreams streams) {
        String room = context.request().getParam("room");
        var granted = room == null ? gate.require(context, Verb.WATCH) : gate.require(context, Verb.WATCH, room);
        granted.map(grant -> new Changes(room, grant, streams.open(context)))
                .onSuccess(changes -> {
                    door.addListener(changes);
                    changes.out.onEnd(() -> door.removeListener(changes));
                })
                .onFailure(context::fail);
    }

    @Override
    public void onEvent(SessionEvent event) {
        if ((room == null || room.equals(event.room())) && grant.enters(event.room())) {
            out.send(
                    ReportJson.word(event.type()),
                    ReportJson.event(event, grant.allows(Verb.ADMIN)).encode());
        }
    }
}
