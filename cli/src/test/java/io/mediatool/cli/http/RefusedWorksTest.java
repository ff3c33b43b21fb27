package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.ROOMS;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.core.signalling.session.SessionEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be begun leaves no trace, and what would hurt is not begun. */
final class RefusedWorksTest {
    @TempDir
    Path directory;

    private Path media;
    private HttpRig rig;

    @BeforeEach
    void open() throws IOException {
        media = Files.createDirectory(directory.resolve("media"));
        HttpRig.clip(media);
        rig = HttpRig.open(media);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String refused(int status, String path, JsonObject order) {
        HttpResponse<String> answer = rig.send("POST", ROOMS + path, order.encode());
        return problem(status, answer).getString("detail");
    }

    private static JsonObject source(int port) {
        return new JsonObject().put("source", "rtp://127.0.0.1:" + port);
    }

    private static JsonObject target(int port) {
        return new JsonObject().put("target", "rtp://127.0.0.1:" + port);
    }

    @Test
    void aRefusedWorkLeavesNoRoomAndNoEvents() throws IOException {
        var events = new CopyOnWriteArrayList<SessionEvent>();
        rig.door.addListener(events::add);
        Files.writeString(media.resolve("text.mp4"), "no film");
        Files.createSymbolicLink(media.resolve("way-out"), directory);
        refused(422, "never/players", new JsonObject().put("file", "text.mp4"));
        refused(400, "never/recordings", new JsonObject().put("file", "way-out/{stream}.mp4"));
        refused(422, "never/forwards", new JsonObject().put("target", "http://localhost"));
        try (var taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            refused(409, "never/ingests", source(taken.getLocalPort()));
        }
        assertEquals("{\"rooms\":[]}", rig.ask("GET", "/api/v1/rooms").body());
        problem(404, rig.ask("GET", ROOMS + "never"));
        // What follows on the same loop is told of, and in order.
        rig.begun("there/players", "{\"file\": \"clip.mp4\"}");
        rig.await("player-ended");
        assertEquals(404, rig.ask("GET", ROOMS + "there").statusCode());
        assertEquals(
                List.of("there room-opened", "there stream-published", "there stream-ended", "there room-closed"),
                events.stream().map(event -> event.room() + " " + event.word()).toList());
    }

    @Test
    void portsOfTheServerAreItsOwn() {
        int udp = rig.mediaPort();
        int http = rig.port();
        assertEquals(
                "rtp://127.0.0.1:" + udp + ": port " + udp
                        + " is this server's own, for the media of its sessions; forward to another port",
                refused(422, "own/forwards", target(udp)));
        assertTrue(refused(422, "own/forwards", target(http))
                .contains("port " + http + " is this server's own, for HTTP"));
        assertEquals(
                "port " + udp + " is this server's own, for the media of its sessions: listen on another port",
                refused(409, "own/ingests", source(udp)));
        int port = Street.freePorts(2);
        rig.begun("own/ingests", source(port).encode());
        assertEquals(
                "on port " + port + " listens the ingest 'push' of room 'own': listen on another port",
                refused(409, "other/ingests", source(port)));
    }

    @Test
    void whatWouldGoRoundIsRefused() {
        int one = Street.freePorts(6);
        JsonObject ingest = rig.begun("one/ingests", source(one).encode());
        String line = "rtp://127.0.0.1:" + one + " leads back into room 'one', by the ingest on port " + one
                + ", round and round";
        assertEquals(line + "; forward to another port, or other streams", refused(422, "one/forwards", target(one)));
        assertEquals(
                line + "; forward to another port, or other streams",
                refused(422, "one/forwards", target(one).put("streams", List.of("cam", "push"))));
        // Of another stream it is only once around.
        JsonObject forward = rig.begun(
                "one/forwards", target(one).put("streams", List.of("cam")).encode());
        HttpResponse<String> changed =
                rig.send("PATCH", ROOMS + "one/forwards/" + forward.getString("id"), "{\"streams\": [\"push\"]}");
        assertEquals(
                line + "; forward to another port, or other streams",
                problem(422, changed).getString("detail"));
        assertEquals(
                200,
                rig.send("PATCH", ROOMS + "one/forwards/" + forward.getString("id"), "{\"streams\": [\"desk\"]}")
                        .statusCode());

        // By way of another room, whichever comes last.
        int two = one + 2;
        JsonObject there = rig.begun("one/forwards", target(two).encode());
        JsonObject back = rig.begun("two/forwards", target(one).encode());
        assertEquals(
                "rtp://127.0.0.1:" + two + " leads back into room 'two', by the ingest on port " + two
                        + ", round and round; listen on another port, or end that forward",
                refused(422, "two/ingests", source(two)));
        assertEquals(
                200,
                rig.ask("DELETE", ROOMS + "two/forwards/" + back.getString("id"))
                        .statusCode());
        rig.begun("two/ingests", source(two).encode());
        assertTrue(refused(422, "two/forwards", target(one)).contains("leads back into room 'two'"));
        assertEquals(
                200,
                rig.ask("DELETE", ROOMS + "one/ingests/" + ingest.getString("id"))
                        .statusCode());
        rig.begun("two/forwards", target(one).encode());
        assertEquals("waiting", there.getString("state"));
    }

    /** As of {@code mediatool ingest}: sound need not come. */
    @Test
    void soundThatWouldComeBackIsWarnedOf() {
        int port = Street.freePorts(6) + 2;
        rig.begun("sound/ingests", source(port).encode());
        rig.begun("sound/forwards", target(port - 2).encode());
        String line = rig.await("forward-warning").detail();
        assertTrue(line.contains("sound would go to port " + port + ", back into the room"), line);
        assertTrue(refused(422, "sound/forwards", target(port - 2).put("codecs", List.of("opus")))
                .contains("round and round"));
        rig.begun(
                "sound/forwards",
                target(port - 2).put("codecs", List.of("h264")).encode());
        assertTrue(rig.workEvents.stream().noneMatch(event -> event.word().equals("forward-warning")));
    }
}
