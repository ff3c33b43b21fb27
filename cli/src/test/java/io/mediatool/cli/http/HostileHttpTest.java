package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.offer;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is thrown at the port: an answer or a closed connection, never a trace of us, and the next client is served. */
final class HostileHttpTest {
    private HttpRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = HttpRig.open();
    }

    @AfterEach
    void stillServes() {
        assertEquals(200, rig.ask("GET", "/healthz").statusCode());
        rig.close();
    }

    @Test
    void garbage() throws IOException {
        long seed = 20261122;
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3000)];
            random.nextBytes(bytes);
            assertHarmless(raw(bytes), "seed " + seed + " round " + i);
        }
    }

    @Test
    void mutatedRequests() throws IOException {
        long seed = 20261123;
        var random = new Random(seed);
        String body = offer("chromium-publish");
        byte[] whole =
                ("POST /whip/room HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: "
                                + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                        .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = whole.clone();
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                // The header mostly: the body is the business of the offer's own tests.
                int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : 140);
                bytes[at] = (byte) random.nextInt(256);
            }
            assertHarmless(raw(bytes), "seed " + seed + " round " + i);
        }
        rig.door.sessions().forEach(session -> session.close());
    }

    @Test
    void everyPrefixOfARequest() throws IOException {
        byte[] whole =
                "PATCH /whip/room/cam/x?token=y HTTP/1.1\r\nHost: localhost\r\nIf-Match: *\r\nContent-Length: 3\r\n\r\nabc"
                        .getBytes(StandardCharsets.ISO_8859_1);
        for (int length = 0; length < whole.length; length++) {
            assertHarmless(raw(Arrays.copyOf(whole, length)), "prefix of " + length);
        }
    }

    @Test
    void tooMuchOfEverything() throws IOException {
        assertHarmless(raw(bytes("GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")), "long line");
        assertHarmless(
                raw(bytes("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(100_000) + "\r\n\r\n")),
                "long header");
        assertHarmless(
                raw(bytes("GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(20_000) + "\r\n")),
                "many headers");
        assertHarmless(raw(bytes("GET / HTTP/1.1\r\n\r\n")), "no host");
        for (String target : List.of("*", "nothing", "?a=b", "%00", "/api/v1/sessions?a=%zz", "/api/v1/rooms?a=%")) {
            String answer =
                    raw(bytes("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), false);
            assertTrue(answer.startsWith("HTTP/1.1 400"), target + ": " + answer);
        }
        assertHarmless(raw(bytes("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n")), "another version");
        assertHarmless(raw(bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), "HTTP/2 without asking");
    }

    @Test
    void bodiesHaveABound() throws IOException {
        problem(413, rig.post("/whip/room", "v=0\r\n" + "a=x\r\n".repeat(20_000)));
        String declared = raw(bytes("POST /whip/room HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
                + "Content-Length: 99999999999\r\n\r\nv=0"));
        assertTrue(declared.startsWith("HTTP/1.1 413"), declared);
        // Chunks without end: refused when it is too much, whatever comes after.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes("POST /whip/room HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"));
            byte[] chunk = bytes("1000\r\n" + "a".repeat(4096) + "\r\n");
            String answer;
            try {
                for (int i = 0; i < 100_000; i++) {
                    out.write(chunk);
                }
                answer = "taken";
            } catch (SocketException e) {
                answer = "closed";
            }
            assertEquals("closed", answer);
        }
    }

    @Test
    void smuggledLengthsAreRefused() throws IOException {
        String twice = raw(bytes(
                "POST /whip/room HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 30\r\n\r\nabc"));
        assertTrue(twice.startsWith("HTTP/1.1 400"), twice);
        String both = raw(bytes(
                "POST /whip/room HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
                        + "Connection: close\r\n\r\n0\r\n\r\nGET /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertFalse(both.contains("\"rooms\""), both);
    }

    @Test
    void foreignNamesOfThisMachineAreNotOurs() throws IOException {
        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "")) {
            String answer =
                    raw(bytes("GET /api/v1/rooms HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"), false);
            assertFalse(answer.contains("\"rooms\""), host + ": " + answer);
        }
        for (String host : List.of("localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]", "room.localhost")) {
            String answer =
                    raw(bytes("GET /api/v1/rooms HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"), false);
            assertTrue(answer.contains("\"rooms\""), host + ": " + answer);
        }
    }

    @Test
    void pathsDoNotLeadOutOfThePage() throws IOException {
        for (String path : List.of(
                "/../http/api/openapi.json",
                "/%2e%2e/http/api/openapi.json",
                "/..%2fhttp%2fapi%2fopenapi.json",
                "//etc/passwd",
                "/./x.class",
                "/META-INF/MANIFEST.MF",
                "/io/mediatool/cli/MediaTool.class",
                "/index.html%00.js")) {
            String answer =
                    raw(bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), false);
            assertTrue(answer.startsWith("HTTP/1.1 404") || answer.startsWith("HTTP/1.1 400"), path + ": " + answer);
        }
    }

    private void assertHarmless(String answer, String what) {
        assertFalse(
                answer.contains("io.mediatool") || answer.contains("io.netty") || answer.contains("Exception"),
                what + ": " + answer);
        // What cannot be read is answered in the version that it claims, whatever that is.
        assertTrue(
                answer.isEmpty() || answer.matches("(?s)[^ \\r\\n]{1,20} (?:[1-4]\\d\\d|501) .*"),
                what + ": " + answer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What comes back until the server closes, or to the end of our half. */
    private String raw(byte[] request) throws IOException {
        return raw(request, true);
    }

    /** @param ends whether we say that nothing more comes; the server need not answer then */
    private String raw(byte[] request, boolean ends) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request);
                if (ends) {
                    socket.shutdownOutput();
                }
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException e) {
                return "";
            }
        }
    }
}
