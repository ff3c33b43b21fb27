package io.mediatool.cli.http;

import static io.mediatool.cli.http.HttpRig.header;
import static io.mediatool.cli.http.HttpRig.problem;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.mp4.Mp4File;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the media directory by HTTP: listed, fetched in parts, linked to, deleted; and nothing beside them. */
final class MediaTest {
    private static final String FILES = "/api/v1/media";
    private static final String CLIP = FILES + "/clip.mp4";

    @TempDir
    Path directory;

    private Path media;
    private HttpRig rig;
    private byte[] clip;

    @BeforeEach
    void open() throws IOException {
        media = Files.createDirectory(directory.resolve("media"));
        clip = Files.readAllBytes(HttpRig.clip(media));
        put("clip.mp4", clip);
        rig = HttpRig.open(media);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Path put(String name, byte[] bytes) throws IOException {
        Path file = media.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
        return file;
    }

    private HttpResponse<byte[]> get(String path, String... headers) {
        return get(rig, path, headers);
    }

    private static HttpResponse<byte[]> get(HttpRig from, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(from.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return from.client().send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    /** A page that asks on while the server goes finds no bug; the rig looks for some when it closes. */
    @Test
    void askedWhileTheServerCloses() throws Exception {
        HttpRig closing = HttpRig.open(media);
        var answers = new CountDownLatch(100);
        var over = new AtomicBoolean();
        List<Thread> pages = Stream.of(FILES, FILES, CLIP, CLIP)
                .map(path -> new Thread(() -> {
                    while (!over.get()) {
                        try {
                            closing.client()
                                    .send(
                                            HttpRequest.newBuilder(closing.uri(path))
                                                    .build(),
                                            BodyHandlers.discarding());
                            answers.countDown();
                        } catch (IOException e) {
                            // it goes
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                }))
                .toList();
        pages.forEach(Thread::start);
        answers.await();
        closing.close();
        over.set(true);
        for (Thread page : pages) {
            page.join();
        }
    }

    private JsonArray files(String query, String... headers) {
        HttpResponse<String> answer = rig.ask("GET", FILES + query, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body()).getJsonArray("files");
    }

    private String begun(String path, String body) {
        return HttpRig.ROOMS + path + "/" + rig.begun(path, body).getString("id");
    }

    @Test
    void listedNewestFirst() throws IOException {
        put("talks/monday é+%.mp4", clip);
        put("notes.txt", clip);
        put(".hidden/clip.mp4", clip);
        put("broken.mp4", "no film".getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(media.resolve("clip.mp4"), FileTime.from(Instant.parse("2026-02-02T03:04:05Z")));
        JsonArray files = files("");
        assertEquals(
                List.of("clip.mp4", "broken.mp4", "talks/monday é+%.mp4"),
                files.stream()
                        .map(file -> ((JsonObject) file).getString("name"))
                        .toList());
        JsonObject first = files.getJsonObject(0);
        assertEquals("complete", first.getString("state"), first.encode());
        assertEquals(clip.length, first.getLong("bytes"));
        assertEquals(2.0, first.getDouble("durationSeconds"), 0.05);
        assertEquals("2026-02-02T03:04:05Z", first.getString("modifiedAt"));
        assertEquals("unreadable", files.getJsonObject(1).getString("state"));
        String url = files.getJsonObject(2).getString("url");
        assertArrayEquals(clip, get(url).body(), url);
        assertArrayEquals(clip, get(url.replace("talks/", "talks%2F")).body());

        JsonObject one = new JsonObject(rig.ask("GET", FILES + "?limit=1").body());
        assertEquals(1, one.getJsonArray("files").size());
        assertEquals(3, one.getInteger("total"));
        problem(400, rig.ask("GET", FILES + "?limit=0"));
        problem(400, rig.ask("GET", FILES + "?room=a%20b"));
        assertEquals(0, files("?room=demo").size());
    }

    @Test
    void withoutADirectoryThereIsNothing() throws IOException {
        try (HttpRig without = HttpRig.open()) {
            JsonObject none = new JsonObject(without.ask("GET", FILES).body());
            assertEquals(false, none.getBoolean("enabled"));
            assertEquals(0, none.getInteger("total"));
            problem(409, without.ask("GET", CLIP));
            problem(409, without.ask("DELETE", CLIP));
        }
    }

    @Test
    void fetchedInParts() {
        HttpResponse<byte[]> whole = get(CLIP);
        assertEquals(200, whole.statusCode());
        assertArrayEquals(clip, whole.body());
        assertEquals("video/mp4", header(whole, "Content-Type"));
        assertEquals("bytes", header(whole, "Accept-Ranges"));
        assertEquals("same-origin", header(whole, "Cross-Origin-Resource-Policy"));
        assertEquals("nosniff", header(whole, "X-Content-Type-Options"));
        assertEquals("inline; filename=\"clip.mp4\"; filename*=UTF-8''clip.mp4", header(whole, "Content-Disposition"));
        String etag = header(whole, "ETag");
        assertTrue(etag.matches("\"[0-9a-f]+-[0-9a-f]+\""), etag);

        HttpResponse<byte[]> part = get(CLIP, "Range", "bytes=100-1099", "If-Range", etag);
        assertEquals(206, part.statusCode());
        assertEquals("bytes 100-1099/" + clip.length, header(part, "Content-Range"));
        assertArrayEquals(Arrays.copyOfRange(clip, 100, 1_100), part.body());
        HttpResponse<byte[]> end = get(CLIP, "Range", "bytes=-7");
        assertArrayEquals(Arrays.copyOfRange(clip, clip.length - 7, clip.length), end.body());
        assertEquals(
                200, get(CLIP, "Range", "bytes=0-9", "If-Range", "\"other\"").statusCode());
        HttpResponse<String> behind = rig.ask("GET", CLIP, "Range", "bytes=" + clip.length + "-");
        problem(416, behind);
        assertEquals("bytes */" + clip.length, header(behind, "Content-Range"));

        assertEquals(304, get(CLIP, "If-None-Match", etag).statusCode());
        assertEquals(etag, header(get(CLIP, "If-None-Match", etag), "ETag"));
        problem(412, rig.ask("GET", CLIP, "If-Match", "\"other\""));
        HttpResponse<String> head = rig.ask("HEAD", CLIP, "Range", "bytes=0-9");
        assertEquals(200, head.statusCode());
        assertEquals(String.valueOf(clip.length), header(head, "Content-Length"));
        assertEquals(etag, header(head, "ETag"));
        assertTrue(header(get(CLIP + "?download=1"), "Content-Disposition").startsWith("attachment; "));
    }

    /** More than fits any buffer, to a reader that takes its time between parts. */
    @Test
    void largeFilesAreFetchedWhole() throws IOException {
        byte[] large = new byte[5_000_001];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 8);
        }
        put("large.mp4", large);
        assertArrayEquals(large, get(FILES + "/large.mp4").body());
        put("empty.mp4", new byte[0]);
        assertEquals(0, get(FILES + "/empty.mp4").body().length);
        problem(416, rig.ask("GET", FILES + "/empty.mp4", "Range", "bytes=0-"));
    }

    /** A file that is being written is what it is so far; it cannot be deleted, and not be fetched in parts that may not fit. */
    @Test
    void whileItIsRecordedAndPlayed() {
        String player = begun("demo/players", "{\"file\": \"clip.mp4\", \"loop\": true}");
        String recording = begun("demo/recordings", "");
        String name = rig.await("recording-file-started").detail();
        JsonObject growing = files("?room=demo").getJsonObject(0);
        assertEquals(name, growing.getString("name"));
        assertEquals("recording", growing.getString("state"));
        assertEquals("clip", growing.getString("stream"));
        assertTrue(recording.endsWith("/" + growing.getString("recording")), growing.encode());
        assertTrue(growing.containsKey("startedAt"), growing.encode());
        HttpResponse<byte[]> sofar = get(FILES + "/" + name, "Range", "bytes=0-3");
        assertEquals(200, sofar.statusCode());
        assertEquals("none", header(sofar, "Accept-Ranges"));
        assertEquals("no-store", header(sofar, "Cache-Control"));
        assertEquals("", header(sofar, "ETag"));
        problem(409, rig.ask("DELETE", FILES + "/" + name));
        problem(409, rig.ask("DELETE", CLIP));
        assertTrue(
                files("").stream()
                        .map(file -> (JsonObject) file)
                        .anyMatch(file -> file.getString("name").equals("clip.mp4") && file.getBoolean("playing")),
                "clip.mp4 is being played");

        assertEquals(200, rig.ask("DELETE", recording).statusCode());
        JsonObject whole = files("?room=demo").getJsonObject(0);
        assertEquals("complete", whole.getString("state"), whole.encode());
        assertTrue(whole.getDouble("durationSeconds") >= 0, whole.encode());
        HttpResponse<byte[]> part = get(whole.getString("url"), "Range", "bytes=4-7");
        assertEquals("ftyp", new String(part.body(), StandardCharsets.US_ASCII));
        assertEquals(204, rig.ask("DELETE", whole.getString("url")).statusCode());
        assertEquals(0, files("?room=demo").size());
        assertFalse(Files.exists(media.resolve(name)));
        assertFalse(Files.exists(media.resolve(name.replace(".mp4", ".json"))));
        problem(404, rig.ask("DELETE", whole.getString("url")));
        assertEquals(200, rig.ask("DELETE", player).statusCode());
        assertEquals(204, rig.ask("DELETE", CLIP).statusCode());
    }

    /** What another process records is locked. */
    @Test
    void lockedFilesAndForeignNeighboursStay() throws IOException {
        put("mine.json", "{\"not\": \"ours\"}".getBytes(StandardCharsets.UTF_8));
        put("mine.mp4", clip);
        try (Mp4File locked = Mp4File.edit(media.resolve("clip.mp4"))) {
            problem(409, rig.ask("DELETE", CLIP));
            assertEquals(clip.length, locked.size());
        }
        assertEquals(204, rig.ask("DELETE", CLIP).statusCode());
        assertEquals(204, rig.ask("DELETE", FILES + "/mine.mp4").statusCode());
        assertTrue(Files.exists(media.resolve("mine.json")));
    }

    @Test
    void pathsLeadNowhereElse() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret.mp4"), "secret");
        Files.createSymbolicLink(media.resolve("way-out"), directory);
        Files.createSymbolicLink(media.resolve("link.mp4"), secret);
        put(".hidden.mp4", clip);
        put("page.html", clip);
        put("clip.json", clip);
        put("a/b.mp4", clip);
        for (String path : List.of(
                "/../secret.mp4",
                "/%2e%2e/secret.mp4",
                "/..%2fsecret.mp4",
                "/%2e%2e%2fsecret.mp4",
                "/a/../../secret.mp4",
                "/a%2f..%2f..%2fsecret.mp4",
                "/..%5csecret.mp4",
                "/%252e%252e%252fsecret.mp4",
                "//etc/passwd",
                "/%2fetc%2fpasswd",
                "/" + secret.toString().substring(1),
                "/%2F" + secret.toString().substring(1).replace("/", "%2F"),
                "/way-out/secret.mp4",
                "/link.mp4",
                "/.hidden.mp4",
                "/page.html",
                "/clip.json",
                "/a",
                "/a/",
                "/clip.mp4/",
                "/clip.mp4%00",
                "/clip.mp4%0a",
                "/%c0%ae%c0%ae/secret.mp4",
                "/%ff.mp4",
                "/%zz.mp4",
                "/" + "x".repeat(500) + ".mp4")) {
            for (String method : List.of("GET", "HEAD", "DELETE")) {
                String answer = raw(method + " " + FILES + path);
                assertTrue(answer.matches("(?s)HTTP/1.1 (400|404|405) .*"), method + " " + path + ": " + answer);
                assertFalse(answer.contains("\r\n\r\nsecret") || answer.contains(media.toString()), answer);
            }
        }
        assertEquals("secret", Files.readString(secret));
        assertTrue(Files.exists(media.resolve("a/b.mp4")) && Files.exists(media.resolve("page.html")));
        assertEquals(List.of("a/b.mp4", "clip.mp4"), names(files("")), "links and what is hidden are not listed");
        // Within the directory, detours are as good as the way.
        assertTrue(raw("GET " + FILES + "/a/../clip.mp4").startsWith("HTTP/1.1 200 "));
    }

    private static List<String> names(JsonArray files) {
        return files.stream()
                .map(file -> ((JsonObject) file).getString("name"))
                .sorted()
                .toList();
    }

    /** As it is written, without a client's tidying. */
    private String raw(String line) throws IOException {
        try (var socket = new Socket("127.0.0.1", rig.http.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** A video element sends no header: a link is signed for one file and some time, and lets nobody delete. */
    @Test
    void linksStandForTokens() throws IOException {
        put("other.mp4", clip);
        var gate = HttpRig.gate(List.of("watch:see", "publish:pub", "all"), null);
        try (HttpRig closed = HttpRig.open(HttpRig.settings(gate), media)) {
            for (String path : List.of(FILES, CLIP)) {
                problem(401, closed.ask("GET", path));
                problem(403, closed.ask("GET", path, "Authorization", "Bearer see"));
                problem(403, closed.ask("GET", path + "?token=pub"));
                assertEquals(200, get(closed, path + "?token=all").statusCode());
            }
            problem(401, closed.ask("DELETE", CLIP));
            problem(401, closed.send("POST", "/api/v1/links", "{\"file\": \"clip.mp4\"}"));
            problem(403, closed.send("POST", "/api/v1/links?token=see", "{\"file\": \"clip.mp4\"}"));
            HttpResponse<String> made =
                    closed.send("POST", "/api/v1/links?token=all", "{\"file\": \"clip.mp4\", \"seconds\": 60}");
            assertEquals(201, made.statusCode(), made.body());
            JsonObject link = new JsonObject(made.body());
            assertTrue(Instant.parse(link.getString("expiresAt")).isAfter(Instant.now()), link.encode());
            String url = link.getString("url");
            assertEquals("", header(get(closed, url), "Cross-Origin-Resource-Policy"), "who has a link may show it");
            assertArrayEquals(clip, get(closed, url).body());
            assertEquals(206, get(closed, url, "Range", "bytes=0-9").statusCode());
            assertEquals(200, closed.ask("HEAD", url).statusCode());
            assertTrue(header(get(closed, url + "&download=1"), "Content-Disposition")
                    .startsWith("attachment"));
            problem(401, closed.ask("DELETE", url));
            problem(403, closed.ask("GET", url.replace("clip", "other")));
            problem(403, closed.ask("GET", url.replaceAll("expires=\\d+", "expires=99999999999")));
            problem(403, closed.ask("GET", url.replaceAll("expires=\\d+&", "")));
            problem(403, rig.ask("GET", url));
            for (String body : List.of(
                    "{}",
                    "{\"file\": 1}",
                    "{\"file\": \"clip.mp4\", \"seconds\": 0}",
                    "{\"file\": \"../secret.mp4\"}")) {
                problem(400, closed.send("POST", "/api/v1/links?token=all", body));
            }
            problem(404, closed.send("POST", "/api/v1/links?token=all", "{\"file\": \"none.mp4\"}"));
        }
    }

    /** A token of some rooms is for what was recorded there: to list, fetch, delete, link and play. */
    @Test
    void recordingsAreOfTheirRooms() throws IOException {
        put("b.mp4", clip);
        put("b.json", "{\"mediatool\": 1, \"file\": \"b.mp4\", \"room\": \"b\"}".getBytes(StandardCharsets.UTF_8));
        String secret = "a shared secret of more than 32 characters";
        try (HttpRig closed = HttpRig.open(HttpRig.settings(HttpRig.gate(List.of(), secret)), media)) {
            String[] ofA = {"Authorization", "Bearer " + AccessTest.token("a", "admin", secret)};
            String[] ofB = {"Authorization", "Bearer " + AccessTest.token("b", "admin", secret)};
            String file = FILES + "/b.mp4";
            problem(403, closed.ask("GET", file, ofA));
            problem(403, closed.ask("DELETE", file, ofA));
            problem(403, closed.ask("GET", CLIP, ofA));
            problem(403, closed.send("POST", "/api/v1/links", "{\"file\": \"b.mp4\"}", ofA));
            problem(403, closed.send("POST", "/api/v1/rooms/a/players", "{\"file\": \"b.mp4\"}", ofA));
            problem(403, closed.ask("GET", FILES + "?room=b", ofA));
            assertEquals(0, new JsonObject(closed.ask("GET", FILES, ofA).body()).getInteger("total"));
            assertEquals(1, new JsonObject(closed.ask("GET", FILES, ofB).body()).getInteger("total"));
            // A jingle was recorded in no room, and may be played in any.
            assertEquals(
                    201,
                    closed.send("POST", "/api/v1/rooms/a/players", "{\"file\": \"clip.mp4\"}", ofA)
                            .statusCode());
            assertEquals(200, closed.ask("GET", file, ofB).statusCode());
            assertEquals(204, closed.ask("DELETE", file, ofB).statusCode());
        }
    }

    /** A page of somewhere else can post a form to this machine without asking; it is not heeded. */
    @Test
    void formsOfForeignPagesDoNothing() {
        String[] form = {"Origin", "https://evil.example", "Content-Type", "text/plain"};
        problem(403, rig.send("POST", "/api/v1/rooms/demo/players", "{\"file\": \"clip.mp4\"}", form));
        problem(403, rig.send("POST", "/api/v1/rooms/demo/players", "{\"file\": \"clip.mp4\"}", "Origin", "null"));
        URI own = rig.uri("/");
        assertEquals(
                201,
                rig.send(
                                "POST",
                                "/api/v1/rooms/demo/players",
                                "{\"file\": \"clip.mp4\"}",
                                "Origin",
                                own.getScheme() + "://" + own.getAuthority())
                        .statusCode());
    }
}
