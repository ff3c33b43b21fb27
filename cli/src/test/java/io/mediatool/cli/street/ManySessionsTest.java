package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.signalling.webrtc.Offers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients publish and watch by HTTP and are not heard of again, half of them without taking leave: the server's memory, descriptors and threads
 * are afterwards what they were before. {@code -Dmediatool.hostility=25} for ten thousand of them.
 */
@Tag("street")
final class ManySessionsTest {
    /** Who does not connect is given up after half a minute. */
    private static final Duration ALL_GONE = Duration.ofSeconds(90);

    private static final int WARM_UP = 400;
    private static final int ROOMS = 10;
    /** The one connection of whoever asks, which may be a new one, and what the library opens when it likes. */
    private static final int SLACK = 3;

    private static final Pattern LINE = Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");
    private static final Pattern THREAD = Pattern.compile("(?m)^\"(?!C[12] Compiler)[^\"]+\" ");
    private static final String TOLD = "a=candidate:1 1 udp 2113937151 3f9d22ab-07c1.local 50000 typ host\r\n"
            + "a=candidate:2 1 udp 2113937150 2001:db8::7 50001 typ host\r\n"
            + "a=candidate:3 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active\r\n";

    @TempDir
    Path directory;

    /** What a process holds, after a full collection; arrays of int are what collectors fill gaps with. */
    private record Holdings(Map<String, Long> bytesOf, long bytes, int descriptors, long threads) {
        static Holdings of(Visitor serve) throws IOException {
            var bytesOf = new TreeMap<String, Long>();
            Matcher line = LINE.matcher(jcmd(serve, "GC.class_histogram"));
            while (line.find()) {
                bytesOf.merge(line.group(2), Long.valueOf(line.group(1)), Long::sum);
            }
            bytesOf.remove("[I");
            long bytes = bytesOf.values().stream().mapToLong(each -> each).sum();
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + serve.pid() + "/fd"))) {
                return new Holdings(
                        bytesOf,
                        bytes,
                        (int) descriptors.count(),
                        THREAD.matcher(jcmd(serve, "Thread.print")).results().count());
            }
        }

        String since(Holdings before) {
            var grown = new TreeMap<String, Long>();
            bytesOf.forEach((name, now) -> {
                long more = now - before.bytesOf.getOrDefault(name, 0L);
                if (more > 10_000) {
                    grown.put(name, more);
                }
            });
            return before.bytes + " -> " + bytes + " bytes " + grown + ", " + before.descriptors + " -> " + descriptors
                    + " descriptors, " + before.threads + " -> " + threads + " threads";
        }

        private static String jcmd(Visitor serve, String question) {
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            return Visitor.run(Path.of("/"), Street.SOON, jcmd, Long.toString(serve.pid()), question)
                    .out();
        }
    }

    @Test
    void nothingIsLeftOfThem() throws Exception {
        Path clip = Clips.make(directory.resolve("clip.mp4"), 2, Clips.X264, "libopus");
        int count = Hostility.rounds(400);
        try (Visitor serve = Street.mediatool(
                directory,
                Street.words(
                        "serve --bind 127.0.0.1 --http 0 --udp 0 --rate-limit 0 --max-sessions 10000 --play watched="
                                + clip))) {
            var asker = new Asker(serve);
            serve.awaitLine("watched/clip stream published");
            comeAndGo(asker, WARM_UP);
            Holdings before = Holdings.of(serve);
            long startNs = System.nanoTime();
            comeAndGo(asker, count);
            Holdings after = Holdings.of(serve);
            String told = count + " sessions in " + (System.nanoTime() - startNs) / 1_000_000_000L + " s, "
                    + peak(serve) + ", " + after.since(before);
            assertTrue(after.bytes() - before.bytes() < Math.max(1_000_000, 64L * count), told);
            assertTrue(after.descriptors() <= before.descriptors() + SLACK, told);
            assertTrue(after.threads() <= before.threads() + SLACK, told);
            assertFalse(serve.story().contains("internal error"), serve::story);
            serve.signal("TERM");
            serve.assertExit(0);
            if (Hostility.rounds(1) > 1) {
                System.out.println(told);
            }
        }
    }

    private static String peak(Visitor serve) throws IOException {
        return Files.readString(Path.of("/proc/" + serve.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("");
    }

    private static void comeAndGo(Asker asker, int count) throws Exception {
        String publish = Offers.text("chromium-publish");
        String watch = Offers.text("chromium-watch");
        for (int i = 0; i < count; i++) {
            boolean publishes = i % 4 < 2;
            HttpResponse<String> answer = asker.ask(
                    "POST",
                    publishes ? "/whip/room" + i % ROOMS + "/cam" + i : "/whep/watched",
                    (publishes ? publish : watch) + TOLD);
            assertEquals(201, answer.statusCode(), answer.body());
            if (i % 2 == 0) {
                String session = answer.headers().firstValue("Location").orElseThrow();
                assertEquals(200, asker.ask("DELETE", session, "").statusCode());
            }
        }
        await(asker, "rooms", 1); // the list of sessions is long before that
        await(asker, "sessions", 0);
    }

    private static void await(Asker asker, String what, int count) throws Exception {
        long endNs = System.nanoTime() + ALL_GONE.toNanos();
        while (true) {
            String answer = asker.get("/api/v1/" + what);
            if (new JsonObject(answer).getJsonArray(what).size() == count) {
                return;
            }
            assertTrue(System.nanoTime() < endNs, "still there: " + answer);
            LockSupport.parkNanos(500_000_000L);
        }
    }
}
