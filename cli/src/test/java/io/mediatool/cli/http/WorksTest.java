package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.ROOMS;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import io.mediatool.cli.street.Street;
import io.mediatool.core.codec.MediaKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings, players, ingests and forwards by REST: what is played is what is recorded. */
final class WorksTest {
    @TempDir
    Path directory;

    private Path media;
    private Path clip;
    private HttpRig rig;

    @BeforeEach
    void open() throws IOException {
        media = Files.createDirectory(directory.resolve("media"));
        clip = HttpRig.clip(media);
        rig = HttpRig.open(media);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private JsonObject ask(String method, String path, JsonObject work, String body) {
        HttpResponse<String> answer = rig.send(method, ROOMS + path + "/" + work.getString("id"), body);
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body());
    }

    private void assertSameMedia(Path recorded) throws Exception {
        Map<MediaKind, List<String>> played = Samples.of(clip);
        assertEquals(2, played.size());
        assertFalse(played.containsValue(List.of()));
        assertEquals(played, Samples.of(recorded));
    }

    @Test
    void whatIsPlayedIsRecorded() throws Exception {
        JsonObject recording = rig.begun("demo/recordings", "");
        assertEquals("waiting", recording.getString("state"));
        JsonObject player = rig.begun("demo/players", "{\"file\": \"clip.mp4\"}");
        assertEquals("clip", player.getString("stream"));
        String file = rig.await("recording-file-started").detail();
        assertTrue(file.matches("demo/clip-\\d{8}-\\d{6}\\.mp4"), file);
        assertEquals("running", ask("GET", "demo/recordings", recording, "").getString("state"));
        rig.await("player-ended");
        assertEquals(file, rig.await("recording-file-finished").detail());
        assertEquals("ended", ask("GET", "demo/players", player, "").getString("state"));

        JsonObject over = ask("DELETE", "demo/recordings", recording, "");
        assertEquals("ended", over.getString("state"));
        JsonObject take = over.getJsonArray("takes").getJsonObject(0);
        assertEquals("finished", take.getString("state"));
        assertEquals(2.0, take.getDouble("durationSeconds"), 0.05, take.encode());
        assertSameMedia(media.resolve(file));
        JsonObject beside = new JsonObject(Files.readString(media.resolve(file.replace(".mp4", ".json"))));
        assertEquals("complete", beside.getString("state"));
        assertEquals("demo", beside.getString("room"));
        assertEquals("clip", beside.getString("stream"));
        assertEquals(Files.size(media.resolve(file)), beside.getLong("bytes"));
        assertEquals(2, beside.getJsonArray("tracks").size());
        assertTrue(beside.containsKey("startedAt") && beside.containsKey("endedAt"), beside.encode());

        // Once more: it is forgotten.
        ask("DELETE", "demo/recordings", recording, "");
        problem(404, rig.ask("GET", ROOMS + "demo/recordings/" + recording.getString("id")));
    }

    /** Play, forward with its description, take that in another room, record there. */
    @Test
    void roundTrip() throws Exception {
        int port = Street.freePorts(2);
        JsonObject player =
                rig.begun("from/players", "{\"files\": [\"clip.mp4\"], \"stream\": \"cam\", \"paused\": true}");
        assertEquals("paused", player.getString("state"));
        JsonObject forward =
                rig.begun("from/forwards", "{\"target\": \"rtp://127.0.0.1:" + port + "\", \"streams\": [\"cam\"]}");
        String sdp = forward.getString("sdp");
        assertTrue(sdp.contains("m=video " + port + " RTP/AVP") && sdp.contains("opus/48000/2"), sdp);
        HttpResponse<String> ingest = rig.post(ROOMS + "to/ingests", sdp);
        assertEquals(201, ingest.statusCode(), ingest.body());
        assertEquals("waiting", new JsonObject(ingest.body()).getString("state"));
        JsonObject recording = rig.begun("to/recordings", "{\"file\": \"copies/{time}-of-{room}\"}");

        assertEquals(
                "running",
                ask("PATCH", "from/players", player, "{\"state\": \"running\"}").getString("state"));
        String file = rig.await("recording-file-started").detail();
        assertTrue(file.matches("copies/\\d{8}-\\d{6}-of-to\\.mp4"), file);
        rig.await("player-ended");
        ask("DELETE", "from/forwards", forward, "");
        JsonObject over = ask("DELETE", "to/recordings", recording, "");
        assertEquals(
                0,
                over.getJsonArray("takes").getJsonObject(0).getJsonArray("tracks").stream()
                        .mapToLong(track -> ((JsonObject) track).getLong("lost"))
                        .sum());
        assertSameMedia(media.resolve(file));
        JsonArray ingests = new JsonObject(rig.ask("GET", ROOMS + "to/ingests").body()).getJsonArray("ingests");
        assertEquals(1, ingests.size(), "it waits for the next push");

        assertEquals(204, rig.ask("DELETE", ROOMS + "to").statusCode());
        assertEquals(
                "ended",
                new JsonObject(rig.ask("GET", ROOMS + "to/ingests").body())
                        .getJsonArray("ingests")
                        .getJsonObject(0)
                        .getString("state"));
    }

    @Test
    void onlySomeCodecsAreForwarded() {
        rig.begun("some/players", "{\"file\": \"clip.mp4\", \"loop\": true, \"paused\": true}");
        String sdp = rig.begun("some/forwards", "{\"target\": \"rtp://127.0.0.1:9\", \"codecs\": [\"opus\"]}")
                .getString("sdp");
        assertTrue(sdp.contains("m=audio") && !sdp.contains("m=video"), sdp);
    }

    /** Field notes: a deleted file is written on into, and nobody notices until it is too late. */
    @Test
    void aDirectoryThatVanishesEndsOneRecording() throws Exception {
        rig.begun("gone/players", "{\"file\": \"clip.mp4\", \"loop\": true}");
        JsonObject doomed = rig.begun("gone/recordings", "{\"file\": \"doomed/{stream}.mp4\"}");
        JsonObject other = rig.begun("gone/recordings", "{\"file\": \"kept/{stream}.mp4\"}");
        rig.await("recording-file-started");
        rig.await("recording-file-started");
        try (Stream<Path> files = Files.walk(media.resolve("doomed"))) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        assertTrue(rig.await("recording-failed").detail().contains("doomed/clip.mp4"));
        JsonObject failed = ask("GET", "gone/recordings", doomed, "");
        assertEquals("failed", failed.getString("state"), failed.encode());
        assertEquals("running", ask("GET", "gone/recordings", other, "").getString("state"));
        JsonObject players =
                new JsonObject(rig.ask("GET", ROOMS + "gone/players").body());
        assertEquals("running", players.getJsonArray("players").getJsonObject(0).getString("state"));
        ask("DELETE", "gone/recordings", other, "");
        assertFalse(Samples.of(media.resolve("kept/clip.mp4"), MediaKind.VIDEO)
                .get(0)
                .isEmpty());
        assertEquals(
                0,
                rig.workEvents.stream()
                        .filter(event -> event.word().equals("recording-failed"))
                        .count(),
                "told once");
    }

    @Test
    void progressIsTold() throws IOException, InterruptedException {
        HttpResponse<InputStream> stream = rig.client()
                .send(
                        HttpRequest.newBuilder(rig.uri("/api/v1/events?room=told"))
                                .build(),
                        BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            rig.begun("elsewhere/players", "{\"file\": \"clip.mp4\", \"loop\": true}");
            String id = rig.begun("told/players", "{\"file\": \"clip.mp4\", \"loop\": true}")
                    .getString("id");
            List<String> seen = new ArrayList<>();
            String line = "";
            while (!line.startsWith("data: {\"works\"")) {
                line = lines.readLine();
                assertNotNull(line, () -> "ended after " + seen);
                seen.add(line);
            }
            assertTrue(seen.contains("event: player-started") && seen.contains("event: progress"), seen.toString());
            JsonArray works = new JsonObject(line.substring(6)).getJsonArray("works");
            assertEquals(1, works.size());
            assertEquals(id, works.getJsonObject(0).getString("id"));
            assertTrue(works.getJsonObject(0).containsKey("positionSeconds"), line);
        }
    }

    @Test
    void namesLeadNowhereElse() throws IOException {
        Files.writeString(directory.resolve("secret.mp4"), "secret");
        Files.createSymbolicLink(media.resolve("way-out"), directory);
        Files.createSymbolicLink(media.resolve("link.mp4"), directory.resolve("secret.mp4"));
        for (String name : List.of(
                "../secret.mp4",
                "/etc/passwd",
                directory.resolve("secret.mp4").toString(),
                "a/../../secret.mp4",
                "./clip.mp4",
                ".hidden.mp4",
                "a//b.mp4",
                "a\\b.mp4",
                "C:clip.mp4",
                "clip.mp4/",
                "a\u0000.mp4",
                "x".repeat(200) + ".mp4",
                "{stream}/../../x",
                "{what}.mp4",
                "{time}/x.mp4")) {
            var json = new JsonObject().put("file", name).encode();
            if (!name.contains("{")) {
                problem(400, rig.send("POST", ROOMS + "names/players", json));
            }
            problem(400, rig.send("POST", ROOMS + "names/recordings", json));
        }
        for (String name : List.of("way-out/secret.mp4", "link.mp4", "missing.mp4", "way-out")) {
            problem(404, rig.send("POST", ROOMS + "names/players", "{\"file\": \"" + name + "\"}"));
        }
        JsonObject refused =
                problem(400, rig.send("POST", ROOMS + "names/recordings", "{\"file\": \"way-out/{stream}.mp4\"}"));
        assertEquals("way-out: leads out of the media directory", refused.getString("detail"));
        // Where a link leads is seen again when the file is made.
        rig.begun("names/recordings", "{\"file\": \"later/{stream}.mp4\"}");
        Files.createSymbolicLink(media.resolve("later"), directory);
        rig.begun("names/players", "{\"file\": \"clip.mp4\", \"loop\": true}");
        assertTrue(rig.await("recording-failed").detail().contains("leads out of"));
        assertFalse(Files.exists(directory.resolve("clip.mp4")));
        assertEquals("secret", Files.readString(directory.resolve("secret.mp4")));
    }

    @Test
    void orderedWrongly() throws IOException {
        problem(400, rig.send("POST", ROOMS + "wrong/players", "{}"));
        problem(400, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"clip.mp4\", \"lop\": true}"));
        problem(400, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"clip.mp4\", \"speed\": 0}"));
        problem(400, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"clip.mp4\", \"loop\": \"yes\"}"));
        problem(400, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"clip.mp4\", \"stream\": \"a b\"}"));
        problem(422, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"clip.mp4\", \"start\": 100}"));
        Files.writeString(media.resolve("text.mp4"), "no film");
        JsonObject problem = problem(422, rig.send("POST", ROOMS + "wrong/players", "{\"file\": \"text.mp4\"}"));
        assertFalse(problem.encode().contains(media.toString()), problem.encode());
        problem(400, rig.send("POST", ROOMS + "wrong/recordings", "{\"segmentSeconds\": 0.5}"));
        problem(400, rig.send("POST", ROOMS + "wrong/recordings", "{\"streams\": \"cam\"}"));
        problem(400, rig.send("POST", ROOMS + "wrong/ingests", "{}"));
        problem(422, rig.send("POST", ROOMS + "wrong/ingests", "{\"source\": \"/etc/passwd\"}"));
        problem(422, rig.send("POST", ROOMS + "wrong/ingests", "{\"source\": \"-\"}"));
        problem(422, rig.send("POST", ROOMS + "wrong/ingests", "{\"sdp\": \"v=0\"}"));
        problem(422, rig.send("POST", ROOMS + "wrong/forwards", "{\"target\": \"http://localhost\"}"));
        problem(
                400,
                rig.send("POST", ROOMS + "wrong/forwards", "{\"target\": \"rtp://127.0.0.1:9\", \"codecs\": [\"x\"]}"));
        problem(413, rig.send("POST", ROOMS + "wrong/forwards", "x".repeat(70_000)));
        JsonObject player = rig.begun("wrong/players", "{\"file\": \"clip.mp4\", \"paused\": true}");
        problem(400, rig.send("PATCH", ROOMS + "wrong/players/" + player.getString("id"), "{\"state\": \"fast\"}"));
        problem(404, rig.ask("GET", ROOMS + "other/players/" + player.getString("id")));
        problem(404, rig.ask("GET", ROOMS + "wrong/recordings/" + player.getString("id")));
        ask("DELETE", "wrong/players", player, "");
        problem(404, rig.ask("GET", ROOMS + "wrong"));
        try (HttpRig without = HttpRig.open()) {
            problem(409, without.send("POST", ROOMS + "demo/recordings", "{}"));
            problem(409, without.send("POST", ROOMS + "demo/players", "{\"file\": \"clip.mp4\"}"));
        }
    }
}
