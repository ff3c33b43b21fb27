package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.header;
import static io.mediatool.cli.http.HttpRig.offer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What pages of other origins may do. */
final class CrossOriginTest {
    @Test
    void whereTokensAreAskedForAnyPageMayCall() throws IOException {
        try (HttpRig rig = HttpRig.open(HttpRig.settings(HttpRig.gate(List.of("secret"), null)))) {
            HttpResponse<String> preflight = preflight(rig, "/whip/room", "https://app.example");
            assertEquals(200, preflight.statusCode());
            assertEquals("*", header(preflight, "Access-Control-Allow-Origin"));
            String methods = header(preflight, "Access-Control-Allow-Methods");
            assertTrue(methods.contains("POST") && methods.contains("PATCH") && methods.contains("DELETE"), methods);
            String headers = header(preflight, "Access-Control-Allow-Headers");
            assertTrue(headers.contains("Authorization") && headers.contains("Content-Type"), headers);
            assertTrue(headers.contains("If-Match"), headers);

            HttpResponse<String> created = rig.post(
                    "/whip/room",
                    offer("chromium-publish"),
                    "Origin",
                    "https://app.example",
                    "Authorization",
                    "Bearer secret");
            assertEquals(201, created.statusCode());
            assertEquals("*", header(created, "Access-Control-Allow-Origin"));
            String exposed = header(created, "Access-Control-Expose-Headers");
            assertTrue(exposed.contains("Location") && exposed.contains("ETag") && exposed.contains("Link"), exposed);
            // Refusals can be read by the page as well.
            HttpResponse<String> refused = rig.post("/whip/room", "hello", "Origin", "https://app.example");
            assertEquals(401, refused.statusCode());
            assertEquals("*", header(refused, "Access-Control-Allow-Origin"));
            assertEquals(
                    "*", header(preflight(rig, "/api/v1/rooms", "https://app.example"), "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void withoutTokensOnlyPagesOfThisMachine() throws IOException {
        try (HttpRig rig = HttpRig.open()) {
            assertEquals(
                    "", header(preflight(rig, "/whip/room", "https://evil.example"), "Access-Control-Allow-Origin"));
            for (String origin :
                    List.of("http://localhost:3000", "http://127.0.0.1:8081", "https://localhost", "http://[::1]:5")) {
                HttpResponse<String> preflight = preflight(rig, "/whip/room", origin);
                assertEquals(origin, header(preflight, "Access-Control-Allow-Origin"));
                assertEquals("Origin", header(preflight, "Vary"));
            }
            for (String origin : List.of("http://localhost.evil.example", "http://xlocalhost", "null")) {
                assertEquals("", header(preflight(rig, "/whip/room", origin), "Access-Control-Allow-Origin"), origin);
            }
            HttpResponse<String> rooms = rig.ask("GET", "/api/v1/rooms", "Origin", "http://localhost:3000");
            assertEquals("", header(rooms, "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void namedOriginsOnly() throws IOException {
        HttpSettings open = HttpRig.settings(HttpRig.gate(List.of("secret"), null));
        var settings =
                new HttpSettings(open.bind(), 0, null, open.gate(), List.of("https://a.example"), List.of(), null, 0);
        try (HttpRig rig = HttpRig.open(settings)) {
            assertEquals(
                    "https://a.example",
                    header(preflight(rig, "/whep/room", "https://a.example"), "Access-Control-Allow-Origin"));
            assertEquals("", header(preflight(rig, "/whep/room", "https://b.example"), "Access-Control-Allow-Origin"));
        }
    }

    private static HttpResponse<String> preflight(HttpRig rig, String path, String origin) {
        return rig.ask("OPTIONS", path, "Origin", origin, "Access-Control-Request-Method", "POST");
    }
}
