package io.mediatool.cli.http.whip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.signalling.session.SessionReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a viewer is told of the layers that it may choose. */
final class LayersEventTest {
    private static String event(SessionReport.Layer... layers) {
        var video = new SessionReport.Track("1", "video", "VP8", List.of(), Map.of(), null, List.of(layers), null);
        var audio = new SessionReport.Track(null, "audio", "opus", List.of(), Map.of(), null, List.of(), null);
        return ViewerEvents.layers(List.of(audio, video));
    }

    @Test
    void thoseThatDoNotComeAreInactive() {
        var all = new JsonObject(event(
                new SessionReport.Layer("q", -1, -1, 150_000),
                new SessionReport.Layer("h", -1, -1, 600_000),
                new SessionReport.Layer("f", -1, -1, 0)));
        assertEquals(new JsonObject("{\"active\":[],\"inactive\":[],\"layers\":[]}"), all.getJsonObject("0"));
        JsonObject video = all.getJsonObject("1");
        assertEquals(new JsonArray("[{\"id\":\"f\"}]"), video.getJsonArray("inactive"));
        assertEquals(
                new JsonArray("[{\"id\":\"q\",\"bitrate\":128000},{\"id\":\"h\",\"bitrate\":512000}]"),
                video.getJsonArray("active"));
        assertEquals(
                new JsonArray("[{\"encodingId\":\"q\",\"rid\":\"q\",\"bitrate\":128000},"
                        + "{\"encodingId\":\"h\",\"rid\":\"h\",\"bitrate\":512000}]"),
                video.getJsonArray("layers"));
    }

    @Test
    void scalableLayersAreNamedByTheirNumbers() {
        JsonArray layers = new JsonObject(
                        event(new SessionReport.Layer("", 0, 0, 100_000), new SessionReport.Layer("", 1, 0, 300_000)))
                .getJsonObject("1")
                .getJsonArray("layers");
        assertEquals(
                new JsonObject(
                        "{\"encodingId\":\"S1T0\",\"spatialLayerId\":1,\"temporalLayerId\":0,\"bitrate\":256000}"),
                layers.getJsonObject(1));
    }

    @Test
    void bitratesThatTrembleAreNoNews() {
        assertEquals(
                event(new SessionReport.Layer("q", -1, -1, 150_000)),
                event(new SessionReport.Layer("q", -1, -1, 161_234)));
    }
}
