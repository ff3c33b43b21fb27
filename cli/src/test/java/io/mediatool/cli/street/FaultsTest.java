package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk is full, a file is deleted while it is recorded, one is cut short while it is played: of each there is one word in the log, one
 * among the server-sent events and one post, and everything else goes on.
 */
@Tag("street")
final class FaultsTest {
    private static final String SMALL_DISK = "mount -t tmpfs -o size=400k none full && exec \"$0\" \"$@\"";

    @TempDir
    Path directory;

    private final Queue<String> posts = new ConcurrentLinkedQueue<>();
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    @Test
    void oneWordOfEach() throws Exception {
        Path clip = Clips.make(directory.resolve("clip.mp4"), 4, Clips.X264 + " -b:v 2M -g 25", "libopus");
        Path doomed = Files.copy(clip, directory.resolve("doomed.mp4"));
        for (String each : List.of("full", "deleted", "kept")) {
            Files.createDirectory(directory.resolve(each));
        }
        HttpServer hook = hook();
        try (Visitor serve = serve("http://127.0.0.1:" + hook.getAddress().getPort() + "/")) {
            var asker = new Asker(serve);
            listen(asker.lines("/api/v1/events"));
            play(asker, "demo", "clip.mp4");
            play(asker, "other", "doomed.mp4");
            serve.awaitLine("demo recording failed: clip-.*No space left on device");
            assertKept(clip, serve);
            for (Path file : files("deleted", ".mp4")) {
                Files.delete(file);
            }
            serve.awaitLine("demo recording failed: clip-.*deleted");
            try (FileChannel file = FileChannel.open(doomed, StandardOpenOption.WRITE)) {
                file.truncate(100_000);
            }
            serve.awaitLine("other player failed: doomed.mp4");
            serve.signal("TERM");
            serve.assertExit(0);
            assertTold(serve);
        } finally {
            hook.stop(0);
        }
        List<String> played = Street.frameHashes(clip, "v");
        List<String> kept = Street.frameHashes(files("kept", ".mp4").get(0), "v");
        assertTrue(kept.size() > 50, kept.size() + " frames");
        for (int i = 0; i < kept.size(); i++) {
            assertEquals(played.get(i % played.size()), kept.get(i), "frame " + i);
        }
    }

    private void assertTold(Visitor serve) {
        String all = serve.story() + "\n" + posts + "\n" + events;
        assertEquals(3, count(serve.story().lines(), " failed: "), all);
        assertEquals(0, count(serve.story().lines(), " warning: "), all);
        for (Queue<String> told : List.of(posts, events)) {
            assertEquals(2, count(told.stream(), "\"recording-failed\""), all);
            assertEquals(1, count(told.stream(), "\"player-failed\""), all);
            assertEquals(0, count(told.stream(), "-warning\""), all);
        }
    }

    /** How many say so; that this machine is busy is another story. */
    private static long count(Stream<String> lines, String what) {
        return lines.filter(line -> line.contains(what) && !line.contains("fell behind"))
                .count();
    }

    /** What had been written before the disk was full can be played, and what stands beside it says how it ended. */
    private void assertKept(Path clip, Visitor serve) throws IOException {
        Path inside = Path.of("/proc/" + serve.pid() + "/root" + directory.resolve("full"));
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(inside)) {
            files.forEach(all::add);
        }
        Path copy = directory.resolve("copy.mp4");
        for (Path file : all) {
            if (file.toString().endsWith(".mp4")) {
                Files.copy(file, copy);
            } else {
                var json = new JsonObject(Files.readString(file));
                assertEquals("failed", json.getString("state"), json.encode());
                assertTrue(json.getString("failure").contains("No space left"), json.encode());
            }
        }
        assertEquals(2, all.size(), all.toString());
        List<String> kept = Street.frameHashes(copy, "v");
        assertTrue(kept.size() > 10, kept.size() + " frames");
        assertEquals(Street.frameHashes(clip, "v").subList(0, kept.size()), kept);
    }

    private List<Path> files(String where, String ending) throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve(where))) {
            return all.filter(path -> path.toString().endsWith(ending)).toList();
        }
    }

    private HttpServer hook() throws IOException {
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            posts.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        return hook;
    }

    private void listen(Stream<String> lines) {
        var thread =
                new Thread(() -> lines.filter(line -> line.startsWith("data:")).forEach(events::add), "events");
        thread.setDaemon(true);
        thread.start();
    }

    private static void play(Asker asker, String room, String file) throws IOException, InterruptedException {
        String order = new JsonObject().put("file", file).put("loop", true).encode();
        assertEquals(
                201,
                asker.ask("POST", "/api/v1/rooms/" + room + "/players", order).statusCode());
    }

    /** In a mount namespace of its own, where one directory is a small disk. */
    private Visitor serve(String hook) {
        var command = new ArrayList<>(List.of("unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK));
        command.add(Street.launcher());
        command.addAll(Arrays.asList(Street.words("serve --bind 127.0.0.1 --http 0 --udp 0"
                + " --media . --record demo=full --record demo=deleted --record demo=kept --hook "
                + hook)));
        return Visitor.start(directory, command);
    }
}
