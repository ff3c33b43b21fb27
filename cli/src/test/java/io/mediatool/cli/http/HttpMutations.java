package io.mediatool.cli.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests that a client might send, and what goes wrong with them: in words, in framing, in bytes. */
final class HttpMutations {
    private static final String[] METHODS = {
        "GET",
        "POST",
        "POST",
        "POST",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "HEAD",
        "PUT",
        "TRACE",
        "CONNECT",
        "get",
        "",
        "X".repeat(300)
    };
    /** The first of the paths: where an offer opens a session. */
    private static final int DOORS = 4;

    private static final String[] PATHS = {
        "/whip/room",
        "/whip/room/cam",
        "/whep/room",
        "/whep/room/cam",
        "KNOWN",
        "KNOWN",
        "KNOWN/layer",
        "/whip/room/cam/SESSION",
        "/whep/room/SESSION",
        "/api/v1/rooms",
        "/api/v1/rooms/room",
        "/api/v1/rooms/room/streams/cam",
        "/api/v1/sessions",
        "/api/v1/sessions/SESSION",
        "/api/v1/sessions/SESSION/layer",
        "/api/v1/rooms/room/recordings",
        "/api/v1/rooms/room/recordings/SESSION",
        "/api/v1/rooms/room/players",
        "/api/v1/rooms/room/ingests",
        "/api/v1/rooms/room/forwards",
        "/api/v1/media",
        "/api/v1/media/clip.mp4",
        "/api/v1/links",
        "/api/v1/openapi.json",
        "/api/v1/nothing",
        "/metrics",
        "/healthz",
        "/",
        "*",
        "http://localhost/whip/room",
        ""
    };
    private static final String[] QUERIES = {
        "",
        "",
        "?wait=0s",
        "?wait=-1",
        "?wait=99999999999999999999h",
        "?token=x",
        "?layer=%00",
        "?a=%",
        "?a=%zz",
        "?" + "a&".repeat(500)
    };
    private static final String[] HEADERS = {
        "Content-Type: application/sdp",
        "Content-Type: application/trickle-ice-sdpfrag",
        "Content-Type: application/json",
        "Content-Type: ;;;=",
        "Accept: */*",
        "Accept: text/plain;q=2, ,;",
        "If-Match: *",
        "If-Match: \"x\", W/\"y",
        "If-None-Match: \"",
        "Authorization: Bearer x",
        "Authorization: Bearer a.b.c",
        "Authorization: Basic \u0000",
        "Origin: null",
        "Origin: http://[::",
        "Access-Control-Request-Method: PATCH",
        "Range: bytes=-1-5,9999999999999999999-",
        "Last-Event-ID: -1",
        "Expect: 100-continue",
        "Expect: something",
        "Upgrade: h2c",
        "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Cookie: " + "a=b;".repeat(100),
        "Host: other",
        "X-Forwarded-For: 1.2.3.4",
        " folded: yes",
        "no colon",
        ": no name"
    };
    private static final String[] JSON = {
        "{}",
        "[]",
        "null",
        "\"",
        "{\"room\":\"room\",\"stream\":{}}",
        "{\"layer\":-1,\"source\":\"rtp://127.0.0.1:1\"}",
        "{\"file\":\"../../etc/passwd\",\"room\":\"room\"}",
        "{\"file\":\"{room}-{stream}-{time}.mp4\",\"streams\":[\"cam\"],\"segmentSeconds\":1e3}",
        "{\"file\":\"clip.mp4\",\"loop\":3,\"start\":0.5,\"speed\":2,\"bFrames\":\"drop\",\"paused\":true}",
        "{\"file\":\"clip.mp4\",\"seconds\":60}",
        "{\"rid\":\"h\",\"spatialLayerId\":1,\"maxHeight\":720,\"mediaId\":\"1\"}",
        "[".repeat(2_000),
        "{\"a\":1e999999999}",
        "{\"\\ud800\":\"\\u0000\"}"
    };

    /** Sessions that are asked for by name. */
    private static final int KNOWN = 64;

    private final Random random;
    private final List<String> bodies = new ArrayList<>(List.of(JSON));
    private final String publish;
    private final String watch;
    private final String fragment;
    private final List<String> known = new ArrayList<>();

    /** All three as they should be. */
    HttpMutations(Random random, String publish, String watch, String fragment) {
        this.random = random;
        this.publish = publish;
        this.watch = watch;
        this.fragment = fragment;
        List<String> offers = List.of(publish, watch, fragment);
        for (int i = 0; i < JSON.length; i++) {
            bodies.add(offers.get(i % offers.size()));
        }
    }

    /** There is, or was, a session under this path. */
    void onSession(String path) {
        if (known.size() < KNOWN) {
            known.add(path);
        } else {
            known.set(random.nextInt(KNOWN), path);
        }
    }

    private String path() {
        String path = one(PATHS);
        String session = known.isEmpty() || random.nextInt(4) == 0
                ? "/whip/room/cam/" + Long.toString(random.nextLong(), 36)
                : known.get(random.nextInt(known.size()));
        return path.replace("KNOWN", session).replace("SESSION", session.substring(session.lastIndexOf('/') + 1));
    }

    private String one(String[] of) {
        return of[random.nextInt(of.length)];
    }

    /** The next one; most of them are well-formed, the others are not, by a byte or by their length. */
    byte[] next() {
        // What ends the connection is rare, or few of those behind it would be read.
        String method = METHODS[random.nextInt(random.nextInt(20) == 0 ? METHODS.length : METHODS.length - 4)];
        String path = path();
        if (random.nextInt(5) == 0) {
            method = "POST";
            path = PATHS[random.nextInt(DOORS)];
        }
        boolean joins = method.equals("POST") && path.startsWith("/wh");
        boolean trickles = method.equals("PATCH") && path.startsWith("/wh");
        StringBuilder text = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(one(QUERIES))
                .append(random.nextInt(40) == 0 ? " HTTP/1.0" : " HTTP/1.1")
                .append("\r\nHost: localhost\r\n");
        if (joins && random.nextInt(4) > 0) {
            text.append(HEADERS[0]).append("\r\n");
        }
        if (trickles && random.nextInt(4) > 0) {
            text.append(HEADERS[1]).append("\r\nIf-Match: *\r\n");
        }
        for (int n = random.nextInt(4); n > 0; n--) {
            // What changes or breaks the framing comes last in the list.
            int until = random.nextInt(40) == 0 ? HEADERS.length : HEADERS.length - 12;
            text.append(HEADERS[random.nextInt(until)]).append("\r\n");
        }
        String right = trickles ? fragment : path.startsWith("/whep") ? watch : publish;
        String body = method.equals("GET") ? "" : (joins || trickles) && random.nextBoolean() ? right : body();
        if (!body.isEmpty()) {
            int lie = random.nextInt(60) == 0 ? random.nextInt(40) - 20 : 0;
            text.append("Content-Length: ").append(body.length() + lie).append("\r\n");
        }
        byte[] bytes = text.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
        for (int n = random.nextInt(12) == 0 ? random.nextInt(4) : 0; n > 0; n--) {
            bytes[random.nextInt(Math.min(bytes.length, 200))] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private String body() {
        StringBuilder body = new StringBuilder(bodies.get(random.nextInt(bodies.size())));
        for (int n = random.nextInt(4); n > 0 && body.length() > 1; n--) {
            int at = random.nextInt(body.length());
            switch (random.nextInt(3)) {
                case 0 -> body.setCharAt(at, (char) random.nextInt(256));
                case 1 -> body.delete(at, Math.min(body.length(), at + random.nextInt(80)));
                default -> body.insert(at, body.substring(at, Math.min(body.length(), at + random.nextInt(80))));
            }
        }
        return random.nextInt(6) == 0 ? "" : body.toString();
    }
}
