package io.mediatool.cli.http.api;

import io.mediatool.core.server.outgoing.OutgoingStreamTrack;
import io.mediatool.core.signalling.session.RoomReport;
import io.mediatool.core.signalling.session.Session;
import io.mediatool.core.signalling.session.SessionEvent;
import io.mediatool.core.signalling.session.SessionReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Reports as the API shows them. Ids of sessions are for administrators: whoever has one can end it. */
final class ReportJson {
    private ReportJson() {}

    static JsonObject room(RoomReport room, boolean withIds) {
        var streams = new JsonArray();
        room.streams().forEach(stream -> streams.add(stream(stream, withIds)));
        return new JsonObject()
                .put("name", room.name())
                .put("publishers", room.publishers())
                .put("viewers", room.viewers())
                .put("streams", streams);
    }

    static JsonObject stream(RoomReport.Stream stream, boolean withIds) {
        var json = new JsonObject().put("name", stream.name());
        if (withIds && !stream.sessionId().isEmpty()) {
            json.put("session", stream.sessionId());
        }
        return json.put("ageSeconds", seconds(stream.ageNs()))
                .put("viewers", stream.viewers())
                .put("tracks", tracks(stream.tracks()));
    }

    static JsonObject session(SessionReport session) {
        return new JsonObject()
                .put("id", session.id())
                .put("kind", kind(session.kind()))
                .put("room", session.room())
                .put("stream", session.stream())
                .put("client", session.client())
                .put("state", session.state())
                .put("ageSeconds", seconds(session.ageNs()))
                .put("remote", session.remote())
                .put("trouble", session.trouble())
                .put("transport", numbers(session.transport()))
                .put("tracks", tracks(session.tracks()));
    }

    static JsonObject event(SessionEvent event, boolean withIds) {
        var json = new JsonObject().put("type", event.word()).put("room", event.room());
        if (!event.stream().isEmpty()) {
            json.put("stream", event.stream());
        }
        if (withIds && !event.sessionId().isEmpty()) {
            json.put("session", event.sessionId());
        }
        if (!event.detail().isEmpty()) {
            json.put("detail", event.detail());
        }
        return json;
    }

    static String kind(Session.Kind kind) {
        return kind == Session.Kind.PUBLISH ? "publish" : "watch";
    }

    private static JsonArray tracks(List<SessionReport.Track> tracks) {
        var all = new JsonArray();
        for (SessionReport.Track track : tracks) {
            var layers = new JsonArray();
            track.layers().forEach(layers::add);
            var json = new JsonObject()
                    .put("mid", track.mid())
                    .put("kind", track.kind())
                    .put("codec", track.codec())
                    .put("layers", layers)
                    .put("statistics", numbers(track.counters()));
            if (!track.offered().isEmpty()) {
                json.put("offered", offered(track.offered()));
            }
            if (track.transcodedFrom() != null) {
                json.put("transcodedFrom", track.transcodedFrom());
            }
            var selection = track.selection();
            if (selection != null) {
                json.put("selection", selection(selection));
            }
            all.add(json);
        }
        return all;
    }

    private static JsonArray offered(List<SessionReport.Layer> layers) {
        var all = new JsonArray();
        for (SessionReport.Layer layer : layers) {
            var json = new JsonObject().put("name", layer.name()).put("bitrateBps", layer.bitrateBps());
            all.add(layer.width() > 0 ? json.put("width", layer.width()).put("height", layer.height()) : json);
        }
        return all;
    }

    private static JsonObject selection(OutgoingStreamTrack.Selection selection) {
        return new JsonObject()
                .put("layer", selection.layer())
                .put("limit", selection.limit())
                .put("reason", selection.reason())
                .put("bitrateBps", selection.bitrateBps())
                .put("availableBps", selection.availableBps() > 0 ? selection.availableBps() : null);
    }

    private static JsonObject numbers(Map<String, Double> counters) {
        var json = new JsonObject();
        counters.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                // Whole numbers as such: counters are.
                json.put(
                        name, value == Math.rint(value) && Math.abs(value) < 1e15 ? (Number) value.longValue() : value);
            }
        });
        return json;
    }

    private static double seconds(long ns) {
        return Math.round(ns / 1e6) / 1e3;
    }
}
