package io.mediatool.cli.http.whip;

import io.mediatool.cli.http.exchange.EventStreams;
import io.mediatool.core.signalling.session.RoomReport;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.core.signalling.session.SessionEvent;
import io.mediatool.core.signalling.session.SessionReport;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** What one viewer is told: whether somebody publishes, which layers there are, how many watch. */
final class ViewerEvents implements SessionEvent.Listener {
    private static final long LOOK_MS = 2_000;

    private final Session session;
    private final Set<String> names;
    private final EventStreams.Stream out;
    // Written and read by the HTTP thread.
    private String layers = "";
    private int viewers = -1;

    private ViewerEvents(Session session, Set<String> names, EventStreams.Stream out) {
        this.session = session;
        this.names = Set.copyOf(names);
        this.out = out;
    }

    /** Tells until the viewer goes. */
    static void start(SessionDoor door, Session session, Set<String> names, EventStreams.Stream out, Vertx vertx) {
        var events = new ViewerEvents(session, names, out);
        var context = vertx.getOrCreateContext();
        door.addListener(events);
        long look = vertx.setPeriodic(
                0, LOOK_MS, id -> door.rooms().thenAccept(rooms -> context.runOnContext(now -> events.look(rooms))));
        out.onEnd(() -> {
            vertx.cancelTimer(look);
            door.removeListener(events);
        });
    }

    @Override
    public void onEvent(SessionEvent event) {
        if (!event.room().equals(session.room())) {
            return;
        }
        boolean ours = event.stream().equals(session.stream());
        switch (event.type()) {
            case STREAM_PUBLISHED -> {
                if (ours) {
                    send("active", "{}");
                }
            }
            case STREAM_ENDED -> {
                if (ours) {
                    send("inactive", "{}");
                }
            }
            case SESSION_CLOSED -> {
                if (event.sessionId().equals(session.id())) {
                    out.close();
                }
            }
            case ROOM_OPENED, ROOM_CLOSED, STREAM_STARTED, SESSION_OPENED, SESSION_CONNECTED -> {}
        }
    }

    private void look(List<RoomReport> rooms) {
        for (RoomReport room : rooms) {
            if (!room.name().equals(session.room())) {
                continue;
            }
            for (RoomReport.Stream stream : room.streams()) {
                if (stream.name().equals(session.stream())) {
                    look(stream);
                }
            }
        }
    }

    private void look(RoomReport.Stream stream) {
        if (viewers < 0) {
            send("active", "{}");
        }
        if (stream.viewers() != viewers) {
            viewers = stream.viewers();
            send("viewercount", new JsonObject().put("viewercount", viewers).encode());
        }
        String now = layers(stream.tracks());
        if (!now.equals(layers)) {
            layers = now;
            send("layers", now);
        }
    }

    /**
     * By m-line, as the clients of Medooze and Millicast read it: layers that come, layers that the publisher has but does not send
     * now, and what can be chosen of those that come. A bitrate that trembles is no news.
     */
    static String layers(List<SessionReport.Track> tracks) {
        var all = new JsonObject();
        for (int i = 0; i < tracks.size(); i++) {
            SessionReport.Track track = tracks.get(i);
            var active = new JsonArray();
            var inactive = new JsonArray();
            var layers = new JsonArray();
            for (SessionReport.Layer layer : track.offered()) {
                if (layer.bitrateBps() == 0) {
                    inactive.add(new JsonObject().put("id", layer.name()));
                } else {
                    long bitrate = rounded(layer.bitrateBps());
                    active.add(new JsonObject().put("id", layer.name()).put("bitrate", bitrate));
                    layers.add(choice(layer).put("bitrate", bitrate));
                }
            }
            String mid = track.mid() == null ? Integer.toString(i) : track.mid();
            all.put(
                    mid,
                    new JsonObject()
                            .put("active", active)
                            .put("inactive", inactive)
                            .put("layers", layers));
        }
        return all.encode();
    }

    /** What selects it: {@code encodingId} to older clients, {@code rid} by the draft. */
    private static JsonObject choice(SessionReport.Layer layer) {
        return layer.rid().isEmpty()
                ? new JsonObject()
                        .put("encodingId", layer.name())
                        .put("spatialLayerId", layer.spatial())
                        .put("temporalLayerId", layer.temporal())
                : new JsonObject().put("encodingId", layer.rid()).put("rid", layer.rid());
    }

    /** To one digit: a power of two, at least 1 kbit/s. */
    private static long rounded(long bps) {
        return Math.max(1_000, Long.highestOneBit(bps / 1_000) * 1_000);
    }

    private void send(String name, String data) {
        if (names.contains(name)) {
            out.send(name, data);
        }
    }
}
