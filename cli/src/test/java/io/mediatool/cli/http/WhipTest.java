package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.FRAGMENT;
import static io.mediatool.cli.http.HttpRig.header;
import static io.mediatool.cli.http.HttpRig.offer;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.whip.IceServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WHIP (RFC 9725) and WHEP, request by request. */
final class WhipTest {
    private static HttpRig rig;

    @BeforeAll
    static void open() throws IOException {
        rig = HttpRig.open();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-publish",
                "chromium-simulcast",
                "firefox-publish",
                "firefox-simulcast",
                "safari-publish",
                "obs30-publish",
                "obs-publish",
                "obs-simulcast",
                "ffmpeg-publish",
                "gstreamer-publish"
            })
    void everyPublisherGetsASession(String client) {
        HttpResponse<String> answer = rig.post("/whip/room/cam", offer(client));
        assertEquals(201, answer.statusCode(), answer.body());
        assertEquals("application/sdp", header(answer, "Content-Type"));
        assertTrue(answer.body().startsWith("v=0"), answer.body());
        // OBS resolves absolute paths only and drops queries; ids are unguessable.
        assertTrue(header(answer, "Location").matches("/whip/room/cam/[A-Za-z0-9_-]{22,}"), header(answer, "Location"));
        assertTrue(header(answer, "ETag").matches("\"[^\"]+\""), header(answer, "ETag"));
        assertEquals(200, rig.ask("DELETE", header(answer, "Location")).statusCode());
    }

    @Test
    void withoutANameTheStreamGetsOne() {
        assertTrue(rig.published("/whip/room").matches("/whip/room/[A-Za-z0-9._-]+/[A-Za-z0-9_-]{22,}"));
    }

    @Test
    void contentTypeMayCarryParametersAndCapitals() {
        HttpResponse<String> answer =
                rig.send("POST", "/whip/room", offer("obs-publish"), "Content-Type", "Application/SDP; charset=utf-8");
        assertEquals(201, answer.statusCode(), answer.body());
    }

    @Test
    void refusesWhatIsNoOffer() {
        String sdp = offer("chromium-publish");
        assertEquals("application/sdp", header(refused(415, "/whip/room", sdp, "text/plain"), "Accept-Post"));
        problem(415, rig.send("POST", "/whip/room", sdp));
        refused(400, "/whip/room", "hello", "application/sdp");
        refused(400, "/whip/ro%20om", sdp, "application/sdp");
        refused(400, "/whip/" + "x".repeat(65), sdp, "application/sdp");
        refused(413, "/whip/room", "v=0\r\n".repeat(20_000), "application/sdp");
        refused(422, "/whip/room", sdp.replace("a=sendonly", "a=inactive"), "application/sdp");
        refused(422, "/whip/room", offer("chromium-watch"), "application/sdp");
    }

    private HttpResponse<String> refused(int status, String path, String body, String type) {
        HttpResponse<String> answer = rig.send("POST", path, body, "Content-Type", type);
        problem(status, answer);
        return answer;
    }

    @Test
    void nothingToWatchIsAConflictForNow() {
        HttpResponse<String> answer = rig.post("/whep/empty", offer("chromium-watch"));
        problem(409, answer);
        assertTrue(Integer.parseInt(header(answer, "Retry-After")) > 0);
        problem(409, rig.post("/whep/empty?wait=1s", offer("chromium-watch")));
        problem(400, rig.post("/whep/empty?wait=forever", offer("chromium-watch")));
        problem(400, rig.post("/whep/empty?wait=61", offer("chromium-watch")));
    }

    @Test
    void trickleAndRestart() {
        HttpResponse<String> created = rig.post("/whip/room", offer("chromium-publish"));
        String session = header(created, "Location");
        String etag = header(created, "ETag");
        String ufrag = created.request()
                .bodyPublisher()
                .map(body -> offer("chromium-publish").replaceAll("(?s).*?a=ice-ufrag:(\\S+).*", "$1"))
                .orElseThrow();
        String trickle = "a=ice-ufrag:" + ufrag + "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                + "a=candidate:1 1 udp 2130706431 198.51.100.1 61764 typ host\r\n";

        HttpResponse<String> trickled = patch(session, trickle, etag);
        assertEquals(204, trickled.statusCode(), trickled.body());
        assertEquals("", trickled.body());
        assertEquals("", header(trickled, "ETag"));

        problem(428, rig.send("PATCH", session, trickle, "Content-Type", FRAGMENT));
        problem(412, patch(session, trickle, "\"other\""));
        problem(400, patch(session, "hello", etag));
        problem(415, rig.send("PATCH", session, "{}", "Content-Type", "application/json", "If-Match", etag));
        problem(413, patch(session, trickle.repeat(1000), etag));

        HttpResponse<String> restarted = patch(session, HttpRig.fragment("anew", "p".repeat(24)), "*");
        assertEquals(200, restarted.statusCode(), restarted.body());
        assertEquals(FRAGMENT, header(restarted, "Content-Type"));
        assertTrue(
                restarted.body().contains("a=ice-ufrag:") && restarted.body().contains("a=ice-pwd:"), restarted.body());
        assertNotEquals(etag, header(restarted, "ETag"));
        problem(412, patch(session, trickle, etag));
    }

    private HttpResponse<String> patch(String session, String fragment, String etag) {
        return rig.send("PATCH", session, fragment, "Content-Type", FRAGMENT, "If-Match", etag);
    }

    @Test
    void deletedIsGone() {
        String session = rig.published("/whip/room");
        assertEquals(204, rig.ask("GET", session).statusCode());
        assertEquals(204, rig.ask("HEAD", session).statusCode());
        problem(404, rig.ask("DELETE", session.replace("/whip/", "/whep/")));
        problem(404, rig.ask("DELETE", session.replace("/room/", "/other/")));
        assertEquals(200, rig.ask("DELETE", session, "If-Match", "\"whatever\"").statusCode());
        problem(404, rig.ask("DELETE", session));
        problem(404, rig.ask("GET", session));
        problem(404, patch(session, HttpRig.fragment("anew", "p".repeat(24)), "*"));
    }

    @ParameterizedTest
    @CsvSource({"/whip/room", "/whip/room/cam", "/whep/room", "/whep/room/cam"})
    void endpointsSayWhatTheyAre(String path) {
        HttpResponse<String> options = rig.ask("OPTIONS", path);
        assertEquals(200, options.statusCode());
        assertEquals("application/sdp", header(options, "Accept-Post"));
        HttpResponse<String> head = rig.ask("HEAD", path);
        assertEquals(200, head.statusCode());
        assertEquals("application/sdp", header(head, "Content-Type"));
        assertEquals(204, rig.ask("GET", path).statusCode());
        problem(405, rig.ask("PUT", path));
    }

    @Test
    void tellsOfIceServersButNotInPreflights() throws IOException {
        HttpSettings open = HttpRig.settings(HttpRig.gate(List.of(), null));
        var settings = new HttpSettings(
                open.bind(),
                0,
                null,
                open.gate(),
                List.of("*"),
                List.of(
                        IceServer.parse("stun:stun.example.com"),
                        IceServer.parse("turn:turn.example.com:3478?transport=udp me secret")),
                null,
                0);
        try (HttpRig other = HttpRig.open(settings)) {
            HttpResponse<String> created = other.post("/whip/room", offer("obs-publish"));
            assertEquals(
                    List.of(
                            "<stun:stun.example.com>; rel=\"ice-server\"",
                            "<turn:turn.example.com:3478?transport=udp>; rel=\"ice-server\"; username=\"me\"; credential=\"secret\"; "
                                    + "credential-type=\"password\""),
                    created.headers().allValues("Link"));
            assertEquals(
                    2,
                    other.ask("OPTIONS", "/whip/room")
                            .headers()
                            .allValues("Link")
                            .size());
            HttpResponse<String> preflight = other.ask(
                    "OPTIONS", "/whip/room", "Origin", "https://a.example", "Access-Control-Request-Method", "POST");
            assertEquals(List.of(), preflight.headers().allValues("Link"));
            assertEquals("*", header(preflight, "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void fullServersSendClientsOn() throws IOException {
        HttpSettings open = rig.settings;
        var settings = new HttpSettings(
                open.bind(), 0, null, open.gate(), List.of(), List.of(), "https://other.example/media", 0);
        try (HttpRig other = HttpRig.open(settings)) {
            other.door.drain();
            HttpResponse<String> answer = other.post("/whip/room?x=1", offer("obs-publish"));
            assertEquals(307, answer.statusCode());
            assertEquals("https://other.example/media/whip/room?x=1", header(answer, "Location"));
        }
        try (HttpRig other = HttpRig.open()) {
            other.door.drain();
            HttpResponse<String> answer = other.post("/whip/room", offer("obs-publish"));
            problem(503, answer);
            assertFalse(header(answer, "Retry-After").isEmpty());
        }
    }
}
