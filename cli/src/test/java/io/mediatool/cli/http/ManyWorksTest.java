package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import io.mediatool.cli.rooms.WorkEvent;
import io.mediatool.cli.street.Street;
import io.mediatool.core.codec.MediaKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Players, pushes and recordings at once in one process, none losing a frame to the others: what
 * {@code scripts/bench/works.sh} does with more of them.
 */
final class ManyWorksTest {
    private static final int PAIRS = 6;
    private static final int PUSHES_OF_A_ROOM = 2;

    @TempDir
    Path media;

    private Path clip;
    private HttpRig rig;
    private final BlockingQueue<WorkEvent> ends = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws IOException {
        clip = HttpRig.clip(media);
        rig = HttpRig.open(media);
        rig.works.addListener(event -> {
            if (event.word().equals("player-ended") || event.type() == WorkEvent.Type.FAILED) {
                ends.add(event);
            }
        });
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private JsonObject begun(String path, JsonObject order) {
        return rig.begun(path, order.encode());
    }

    private JsonObject ask(String method, String kind, JsonObject work, String body) {
        String path = HttpRig.ROOMS + work.getString("room") + "/" + kind + "/" + work.getString("id");
        HttpResponse<String> answer = rig.send(method, path, body);
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body());
    }

    /** Each player is recorded, and forwarded; what arrives of that is recorded by itself and together with another. */
    @Test
    void nobodyLosesAFrame() throws Exception {
        var players = new ArrayList<JsonObject>();
        var forwards = new ArrayList<JsonObject>();
        var recordings = new ArrayList<JsonObject>();
        for (int i = 0; i < PAIRS; i++) {
            String from = "from-" + i;
            String to = "to-" + i / PUSHES_OF_A_ROOM;
            int port = Street.freePorts(2);
            players.add(begun(
                    from + "/players", new JsonObject().put("file", "clip.mp4").put("paused", true)));
            JsonObject forward = begun(from + "/forwards", new JsonObject().put("target", "rtp://127.0.0.1:" + port));
            forwards.add(forward);
            String push = "push-" + i;
            begun(to + "/ingests", new JsonObject().put("stream", push).put("sdp", forward.getString("sdp")));
            recordings.add(begun(from + "/recordings", new JsonObject().put("file", "{room}.mp4")));
            recordings.add(begun(
                    to + "/recordings",
                    new JsonObject().put("file", "{stream}.mp4").put("streams", List.of(push))));
            if (i % PUSHES_OF_A_ROOM == 0) {
                recordings.add(begun(to + "/recordings", new JsonObject().put("file", "{room}.mp4")));
            }
        }
        players.forEach(player -> ask("PATCH", "players", player, "{\"state\": \"running\"}"));
        for (int i = 0; i < PAIRS; i++) {
            WorkEvent end = ends.poll(30, TimeUnit.SECONDS);
            assertTrue(end != null && end.type() == WorkEvent.Type.ENDED, String.valueOf(end));
        }
        forwards.forEach(forward -> ask("DELETE", "forwards", forward, ""));
        for (JsonObject recording : recordings) {
            check(ask("DELETE", "recordings", recording, ""));
        }
        assertEquals(List.of(), List.copyOf(ends));
    }

    private void check(JsonObject recording) throws Exception {
        // After the goodbye the ingest waits for the next push: there is another take, of which nothing has come.
        List<JsonObject> takes = recording.getJsonArray("takes").stream()
                .map(JsonObject.class::cast)
                .filter(take -> !take.getJsonArray("files").isEmpty())
                .toList();
        assertEquals(1, takes.size(), recording.encode());
        JsonObject take = takes.get(0);
        for (Object each : take.getJsonArray("tracks")) {
            JsonObject track = (JsonObject) each;
            assertEquals(0, track.getLong("lost") + track.getLong("droppedFrames"), recording.encode());
        }
        Path file = media.resolve(take.getJsonArray("files").getString(0));
        String name = String.valueOf(file.getFileName());
        for (MediaKind kind : MediaKind.values()) {
            List<String> played = Samples.of(clip, kind).get(0);
            List<List<String>> recorded = Samples.of(file, kind);
            assertEquals(name.startsWith("to-") ? PUSHES_OF_A_ROOM : 1, recorded.size(), name);
            recorded.forEach(track -> assertEquals(played, track, name + ": " + kind.label()));
        }
    }
}
