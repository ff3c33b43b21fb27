package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.header;
import static io.mediatool.cli.http.HttpRig.offer;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what: 401 for who is not known, 403 for who is. */
final class AccessTest {
    private static final String SECRET = "a shared secret of more than 32 characters";

    private static HttpRig rig;

    @BeforeAll
    static void open() throws IOException {
        var gate = HttpRig.gate(List.of("publish:pub", "watch:see", "publish+watch:both", "all"), SECRET);
        rig = HttpRig.open(HttpRig.settings(gate));
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    /** 404 and 409: let in, but there is nothing. */
    @ParameterizedTest(name = "{0} {1} with {2}: {3}")
    @CsvSource({
        "POST, /whip/room, none, 401",
        "POST, /whip/room, wrong, 401",
        "POST, /whip/room, pub, 201",
        "POST, /whip/room, see, 403",
        "POST, /whip/room, both, 201",
        "POST, /whip/room, all, 201",
        "POST, /whep/empty, none, 401",
        "POST, /whep/empty, pub, 403",
        "POST, /whep/empty, see, 409",
        "POST, /whep/empty, both, 409",
        "POST, /whep/empty, all, 409",
        "GET, /api/v1/rooms, none, 401",
        "GET, /api/v1/rooms, pub, 403",
        "GET, /api/v1/rooms, see, 200",
        "GET, /api/v1/rooms/none, see, 404",
        "GET, /api/v1/sessions, see, 403",
        "GET, /api/v1/sessions, all, 200",
        "GET, /api/v1/sessions/none, none, 401",
        "GET, /api/v1/events, none, 401",
        "DELETE, /api/v1/rooms/none, see, 403",
        "DELETE, /api/v1/rooms/none, all, 404",
        "DELETE, /api/v1/rooms/none/streams/none, both, 403",
        "DELETE, /whip/room/cam/nosuchsession, none, 401",
        "DELETE, /whip/room/cam/nosuchsession, see, 403",
        "DELETE, /whip/room/cam/nosuchsession, pub, 404",
        "PATCH, /whip/room/cam/nosuchsession, none, 401",
        "GET, /metrics, none, 401",
        "GET, /metrics, both, 403",
        "GET, /metrics, all, 200",
        "OPTIONS, /whip/room, none, 200",
        "GET, /whip/room, none, 204",
        "GET, /healthz, none, 200",
        "GET, /api/v1/openapi.json, none, 200",
    })
    void tokens(String method, String path, String token, int status) {
        String body = path.startsWith("/whip") ? offer("obs-publish") : offer("chromium-watch");
        boolean sends = method.equals("POST");
        for (boolean inUrl : new boolean[] {false, true}) {
            String url = inUrl && !token.equals("none") ? path + "?token=" + token : path;
            String[] headers = inUrl || token.equals("none")
                    ? new String[] {"Content-Type", "application/sdp"}
                    : new String[] {"Content-Type", "application/sdp", "Authorization", "Bearer " + token};
            HttpResponse<String> answer = sends ? rig.send(method, url, body, headers) : rig.ask(method, url, headers);
            assertEquals(status, answer.statusCode(), answer.body());
            if (status == 401 || status == 403) {
                problem(status, answer);
                assertTrue(
                        header(answer, "WWW-Authenticate").startsWith("Bearer "),
                        answer.headers().toString());
            }
        }
    }

    @Test
    void otherSchemesAreNoTokens() {
        problem(401, rig.post("/whip/room", offer("obs-publish"), "Authorization", "Basic cHViOnB1Yg=="));
        problem(401, rig.post("/whip/room", offer("obs-publish"), "Authorization", "pub"));
        // A header that is there counts, whatever the URL says.
        problem(401, rig.post("/whip/room?token=pub", offer("obs-publish"), "Authorization", "Bearer wrong"));
    }

    /** OBS goes on at the path of Location, without the query in which its token stood. */
    @Test
    void aTokenInTheUrlIsEnoughForTheWholeSession() {
        String publishing = location(rig.post("/whip/room?token=pub", offer("obs-publish")));
        rig.shows("seen", "cam");
        String watching = location(rig.post("/whep/seen?token=see", offer("chromium-watch")));
        for (String location : List.of(publishing, watching)) {
            assertTrue(location.matches("/wh[ie]p/[\\w.-]+/[\\w.-]+/[\\w-]+\\.[\\w-]+"), location);
            assertFalse(location.contains("pub"), location);
            String bare = location.substring(0, location.lastIndexOf('.'));
            String others = publishing.substring(publishing.lastIndexOf('.'));
            problem(401, rig.ask("DELETE", bare));
            problem(401, rig.ask("DELETE", bare + "."));
            problem(401, rig.ask("DELETE", bare + "x" + location.substring(location.lastIndexOf('.'))));
            problem(401, rig.ask("DELETE", location.equals(publishing) ? location + "x" : bare + others));
            assertEquals(204, rig.ask("GET", location).statusCode());
            assertEquals(
                    204, rig.ask("GET", bare, "Authorization", "Bearer both").statusCode());
            String fragment = HttpRig.fragment("anew", "anotherPasswordOf24Chars");
            assertEquals(
                    200,
                    rig.send("PATCH", location, fragment, "Content-Type", HttpRig.FRAGMENT, "If-Match", "*")
                            .statusCode());
            assertEquals(200, rig.ask("DELETE", location).statusCode());
            problem(404, rig.ask("DELETE", location));
        }
    }

    @Test
    void aTokenInTheHeaderIsAskedForAgain() {
        String location =
                location(rig.post("/whip/room?token=wrong", offer("obs-publish"), "Authorization", "Bearer pub"));
        assertTrue(location.matches("/whip/room/[\\w.-]+/[\\w-]+"), location);
        problem(401, rig.ask("DELETE", location));
        assertEquals(
                200, rig.ask("DELETE", location, "Authorization", "Bearer pub").statusCode());
    }

    private static String location(HttpResponse<String> created) {
        assertEquals(201, created.statusCode(), created.body());
        return header(created, "Location");
    }

    @Test
    void webTokensSayRoomVerbsAndExpiry() {
        long now = Instant.now().getEpochSecond();
        assertEquals(201, publish(claims(now + 60).put("room", "room").put("verbs", "publish watch")));
        assertEquals(
                201,
                publish(claims(now + 60)
                        .put("room", new JsonArray(List.of("x", "room")))
                        .put("verbs", new JsonArray(List.of("publish")))));
        assertEquals(201, publish(claims(now + 60).put("room", "*").put("verbs", "admin")));
        assertEquals(403, publish(claims(now + 60).put("room", "other").put("verbs", "publish")));
        assertEquals(403, publish(claims(now + 60).put("room", "room").put("verbs", "watch")));
        assertEquals(403, publish(claims(now + 60).put("room", "room")));
        assertEquals(403, publish(claims(now + 60).put("verbs", "publish")));
        assertEquals(401, publish(claims(now - 60).put("room", "room").put("verbs", "publish")));
        assertEquals(
                401,
                publish(claims(now + 60)
                        .put("nbf", now + 40)
                        .put("room", "room")
                        .put("verbs", "publish")));
        assertEquals(401, publish(new JsonObject().put("room", "room").put("verbs", "publish")));
        assertEquals(
                401,
                publish(new JsonObject().put("exp", "soon").put("room", "room").put("verbs", "publish")));
    }

    @Test
    void roomsOfOthersAreNotShown() {
        rig.published("/whip/mine/cam", "Authorization", "Bearer all");
        JsonObject claims =
                claims(Instant.now().getEpochSecond() + 60).put("room", "other").put("verbs", "watch");
        String token = signed(new JsonObject().put("alg", "HS256"), claims, SECRET);
        HttpResponse<String> rooms = rig.ask("GET", "/api/v1/rooms", "Authorization", "Bearer " + token);
        assertEquals(200, rooms.statusCode());
        assertEquals(0, new JsonObject(rooms.body()).getJsonArray("rooms").size());
        problem(403, rig.ask("GET", "/api/v1/rooms/mine", "Authorization", "Bearer " + token));
    }

    @Test
    void forgedWebTokensAreRefused() {
        JsonObject claims =
                claims(Instant.now().getEpochSecond() + 60).put("room", "*").put("verbs", "admin");
        String good = signed(new JsonObject().put("alg", "HS256"), claims, SECRET);
        assertEquals(201, publish(good));
        String[] parts = good.split("\\.");
        String none = encoded(new JsonObject().put("alg", "none"));
        for (String forged : List.of(
                none + "." + parts[1] + ".",
                none + "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + encoded(claims.copy().put("exp", 1L << 40)) + "." + parts[2],
                signed(new JsonObject().put("alg", "HS256"), claims, SECRET + "x"),
                signed(new JsonObject().put("alg", "HS512"), claims, SECRET),
                signed(new JsonObject().put("alg", "HS256").put("crit", new JsonArray(List.of("b64"))), claims, SECRET),
                "a.b.c",
                "..",
                good + ".x",
                good + "x".repeat(9000))) {
            assertEquals(401, publish(forged), forged);
        }
        for (int i = 0; i < good.length(); i += 7) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            String broken = good.substring(0, i) + other + good.substring(i + 1);
            assertEquals(401, publish(broken), "changed at " + i);
        }
    }

    /** A web token of a minute. */
    static String token(String room, String verbs, String secret) {
        JsonObject claims =
                claims(Instant.now().getEpochSecond() + 60).put("room", room).put("verbs", verbs);
        return signed(new JsonObject().put("alg", "HS256"), claims, secret);
    }

    private static JsonObject claims(long exp) {
        return new JsonObject().put("exp", exp);
    }

    private static int publish(JsonObject claims) {
        return publish(signed(new JsonObject().put("alg", "HS256").put("typ", "JWT"), claims, SECRET));
    }

    private static int publish(String token) {
        return rig.post("/whip/room", offer("obs-publish"), "Authorization", "Bearer " + token)
                .statusCode();
    }

    private static String signed(JsonObject header, JsonObject claims, String secret) {
        String text = encoded(header) + "." + encoded(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(JsonObject json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
    }
}
