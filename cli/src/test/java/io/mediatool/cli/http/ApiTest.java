package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.offer;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** REST, its events, and metrics. */
final class ApiTest {
    private static HttpRig rig;

    @BeforeAll
    static void open() throws IOException {
        rig = HttpRig.open();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    @Test
    void sessionsAreShownAndEnded() {
        String path = rig.published("/whip/shown/cam", "User-Agent", "a client of tests");
        String id = path.substring(path.lastIndexOf('/') + 1);
        JsonArray sessions = json("/api/v1/sessions?room=shown").getJsonArray("sessions");
        assertEquals(1, sessions.size());
        JsonObject session = json("/api/v1/sessions/" + id);
        assertEquals(id, session.getString("id"));
        assertEquals("publish", session.getString("kind"));
        assertEquals("shown", session.getString("room"));
        assertEquals("cam", session.getString("stream"));
        assertEquals("checking", session.getString("state"));
        assertTrue(session.getString("client").startsWith("127.0.0.1 a client"), session.encode());
        // Field notes #51: what is missing, in words.
        assertTrue(session.getString("trouble").contains("no STUN check"), session.encode());
        assertTrue(session.getJsonObject("transport").size() > 5, session.encode());
        assertEquals(
                0, json("/api/v1/sessions?room=other").getJsonArray("sessions").size());

        assertEquals(204, rig.ask("DELETE", "/api/v1/sessions/" + id).statusCode());
        problem(404, rig.ask("GET", "/api/v1/sessions/" + id));
        problem(404, rig.ask("DELETE", path));
    }

    @Test
    void layersAreCheckedBeforeAnythingElse() {
        String path = rig.published("/whip/layers/cam");
        String route = "/api/v1/sessions/" + path.substring(path.lastIndexOf('/') + 1) + "/layer";
        problem(400, rig.send("PUT", route, "hello"));
        problem(400, rig.send("PUT", route, "[]"));
        problem(400, rig.send("PUT", route, "{\"spatialLayer\": 8}"));
        problem(400, rig.send("PUT", route, "{\"spatialLayer\": \"high\"}"));
        problem(400, rig.send("PUT", route, "{\"rid\": {}}"));
        problem(400, rig.send("PUT", route, "{\"maxWidth\": 0}"));
        problem(400, rig.send("PUT", route, "{\"maxHeight\": 65537}"));
        problem(413, rig.send("PUT", route, "{\"rid\": \"" + "x".repeat(5000) + "\"}"));
        // A publisher is sent nothing.
        problem(404, rig.send("PUT", route, "{\"rid\": \"h\"}"));
        problem(404, rig.send("PUT", route, "{\"maxWidth\": 640, \"maxHeight\": 360}"));
        problem(404, rig.send("PUT", "/api/v1/sessions/nobody/layer", "{}"));
    }

    @Test
    void roomsEnd() {
        String path = rig.published("/whip/ending/cam");
        assertEquals(204, rig.ask("DELETE", "/api/v1/rooms/ending").statusCode());
        problem(404, rig.ask("DELETE", path));
        problem(404, rig.ask("DELETE", "/api/v1/rooms/ending"));
        problem(404, rig.ask("GET", "/api/v1/rooms/ending/streams/cam"));
        problem(404, rig.ask("DELETE", "/api/v1/rooms/ending/streams/cam"));
    }

    @Test
    void changesAreTold() throws IOException, InterruptedException {
        HttpResponse<InputStream> stream = rig.client()
                .send(
                        HttpRequest.newBuilder(rig.uri("/api/v1/events?room=told"))
                                .build(),
                        BodyHandlers.ofInputStream());
        assertEquals(200, stream.statusCode());
        assertEquals("text/event-stream", HttpRig.header(stream, "Content-Type"));
        try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            rig.published("/whip/elsewhere/cam");
            String path = rig.published("/whip/told/cam");
            assertEquals(200, rig.ask("DELETE", path).statusCode());
            List<String> events = new ArrayList<>();
            while (!events.contains("event: session-closed")) {
                String line = lines.readLine();
                assertNotNull(line, () -> "ended after " + events);
                if (line.startsWith("event: ")) {
                    events.add(line);
                } else if (line.startsWith("data: ")) {
                    assertEquals("told", new JsonObject(line.substring(6)).getString("room"));
                }
            }
            assertTrue(events.contains("event: session-opened"), events.toString());
        }
    }

    /** One address cannot take all places of those that listen. */
    @Test
    void soManyOfOneAddressListen() throws IOException, InterruptedException {
        HttpRequest listen =
                HttpRequest.newBuilder(rig.uri("/api/v1/events?room=crowd")).build();
        List<java.io.InputStream> listeners = new ArrayList<>();
        try {
            HttpResponse<java.io.InputStream> answer = rig.client().send(listen, BodyHandlers.ofInputStream());
            while (answer.statusCode() == 200 && listeners.size() <= 256) {
                listeners.add(answer.body());
                answer = rig.client().send(listen, BodyHandlers.ofInputStream());
            }
            assertEquals(429, answer.statusCode());
            assertEquals("application/problem+json", HttpRig.header(answer, "Content-Type"));
            assertEquals("10", HttpRig.header(answer, "Retry-After"));
            assertEquals(64, listeners.size());
        } finally {
            for (java.io.InputStream each : listeners) {
                each.close();
            }
        }
    }

    @Test
    void metricsCount() {
        rig.published("/whip/metrics/cam");
        rig.post("/whip/metrics", "hello");
        String text = rig.ask("GET", "/metrics").body();
        assertTrue(text.contains("mediatool_sessions{session=\"publish\",state=\"checking\"} "), text);
        assertTrue(text.contains("mediatool_http_requests_total{method=\"POST\",status=\"201\"} "), text);
        assertTrue(text.contains("mediatool_http_requests_total{method=\"POST\",status=\"400\"} "), text);
        assertTrue(text.contains("# TYPE mediatool_udp_received_datagrams_total counter"), text);
        assertTrue(text.contains("mediatool_transport_packets_received_total{session=\"publish\"} 0.0"), text);
        assertTrue(text.contains("mediatool_sessions_opened_total "), text);
        assertTrue(text.contains("# TYPE mediatool_transit_seconds histogram"), text);
        assertTrue(text.contains("mediatool_transit_seconds_bucket{le=\"0.002\"} 0"), text);
        assertTrue(text.contains("mediatool_transit_seconds_bucket{le=\"+Inf\"} 0"), text);
        assertTrue(text.contains("mediatool_srtp_info{aes_gcm=\"JDK\"} 1"), text);
        for (String reason :
                List.of("receive-buffer-full", "send-buffer-full", "unknown-peer", "handover-full", "relay-full")) {
            assertTrue(text.contains("mediatool_udp_dropped_datagrams_total{reason=\"" + reason + "\"} "), text);
        }
    }

    @Test
    void ratesAreBoundedByAddress() throws IOException {
        HttpSettings open = rig.settings;
        var slow = new HttpSettings(open.bind(), 0, null, open.gate(), List.of(), List.of(), null, 1);
        try (HttpRig other = HttpRig.open(slow)) {
            int refused = 0;
            for (int i = 0; i < 30; i++) {
                HttpResponse<String> answer = other.post("/whip/room", offer("obs-publish"));
                if (answer.statusCode() == 429) {
                    problem(429, answer);
                    assertEquals("1", HttpRig.header(answer, "Retry-After"));
                    refused++;
                }
            }
            assertTrue(refused > 0, "all were let in");
            assertEquals(200, other.ask("GET", "/healthz").statusCode());
        }
    }

    private static JsonObject json(String path) {
        HttpResponse<String> answer = rig.ask("GET", path);
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body());
    }
}
