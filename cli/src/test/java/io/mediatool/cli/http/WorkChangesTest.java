package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be changed about works while they go on, by PATCH. */
final class WorkChangesTest {
    private static final String ROOM = HttpRig.ROOMS + "demo/";

    @TempDir
    Path directory;

    private HttpRig rig;

    @BeforeEach
    void open() throws IOException {
        HttpRig.clip(directory);
        rig = HttpRig.open(directory);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String begun(String kind, String body) {
        return ROOM + kind + "/" + rig.begun("demo/" + kind, body).getString("id");
    }

    private JsonObject change(String work, String body) {
        HttpResponse<String> answer = rig.send("PATCH", work, body);
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body());
    }

    private String await(String word) {
        return rig.await(word).detail();
    }

    @Test
    void players() {
        String player = begun("players", "{\"file\": \"clip.mp4\", \"paused\": true}");
        JsonObject report = change(player, "{\"position\": 1.5, \"speed\": 0.5, \"loop\": true}");
        assertEquals("to 1.5 s", await("player-seeked"));
        assertEquals("paused", report.getString("state"));
        assertEquals(1.5, report.getDouble("positionSeconds"), 0.01);
        assertEquals(2.0, report.getDouble("durationSeconds"), 0.1);
        assertEquals(0.5, report.getDouble("speed"));
        assertEquals(0, report.getInteger("loops"));
        problem(422, rig.send("PATCH", player, "{\"position\": 2.5, \"speed\": 3}"));
        assertEquals(0.5, change(player, "{}").getDouble("speed"), "nothing of what is refused is done");
        problem(400, rig.send("PATCH", player, "{\"position\": -1}"));
        problem(400, rig.send("PATCH", player, "{\"speed\": 0}"));
        problem(400, rig.send("PATCH", player, "{\"speed\": 1000}"));
        problem(400, rig.send("PATCH", player, "{\"loop\": \"yes\"}"));
        problem(400, rig.send("PATCH", player, "{\"split\": true}"));
        change(player, "{\"speed\": 20, \"loop\": false, \"state\": \"running\"}");
        await("player-resumed");
        await("player-ended");
        problem(409, rig.send("PATCH", player, "{\"position\": 0}"));
    }

    @Test
    void filesWithBFramesAreTold() {
        String plain = begun("players", "{\"file\": \"clip.mp4\", \"paused\": true, \"bFrames\": \"refuse\"}");
        JsonObject track = new JsonObject(rig.ask("GET", plain).body())
                .getJsonArray("tracks")
                .getJsonObject(0);
        assertEquals(false, track.getBoolean("bFrames"), "it has none");
        problem(400, rig.send("POST", ROOM + "players", "{\"file\": \"clip.mp4\", \"bFrames\": \"keep\"}"));
    }

    @Test
    void recordings() {
        begun("players", "{\"file\": \"clip.mp4\", \"loop\": true, \"speed\": 4}");
        String recording = begun("recordings", "{\"file\": \"{stream}.mp4\"}");
        assertEquals("clip-2.mp4", await("recording-file-started"), "the name that is free");
        change(recording, "{\"split\": true}");
        String second = await("recording-file-started");
        assertEquals("clip-2.mp4", await("recording-file-finished"));
        assertEquals("paused", change(recording, "{\"state\": \"paused\"}").getString("state"));
        change(recording, "{\"state\": \"paused\"}");
        assertEquals(second, await("recording-file-finished"));
        change(recording, "{\"state\": \"running\"}");
        String third = await("recording-file-started");
        assertFalse(third.equals(second) || third.equals("clip-2.mp4"), third);
        assertEquals(200, rig.ask("DELETE", recording).statusCode());
        assertEquals(third, await("recording-file-finished"));
        problem(400, rig.send("PATCH", recording, "{\"speed\": 2}"));
    }

    @Test
    void forwards() {
        begun("players", "{\"file\": \"clip.mp4\", \"loop\": true, \"paused\": true}");
        String forward = begun("forwards", "{\"target\": \"rtp://127.0.0.1:9\"}");
        String sdp = change(forward, "{\"codecs\": [\"opus\"]}").getString("sdp");
        assertTrue(sdp.contains("m=audio") && !sdp.contains("m=video"), sdp);
        assertEquals("", change(forward, "{\"streams\": [\"other\"]}").getString("sdp"));
        sdp = change(forward, "{\"streams\": [\"clip\"], \"codecs\": []}").getString("sdp");
        assertTrue(sdp.contains("m=audio") && sdp.contains("m=video"), sdp);
        assertEquals("paused", change(forward, "{\"state\": \"paused\"}").getString("state"));
        assertEquals("running", change(forward, "{\"state\": \"running\"}").getString("state"));
    }

    @Test
    void ingestsAreWhatTheirSenderMakesOfThem() {
        String source = "rtp://127.0.0.1:" + Street.freePorts(1);
        String ingest = begun("ingests", "{\"source\": \"" + source + "\"}");
        HttpResponse<String> answer = rig.send("PATCH", ingest, "{\"state\": \"paused\"}");
        problem(405, answer);
        assertEquals("GET, DELETE", HttpRig.header(answer, "Allow"));
    }
}
