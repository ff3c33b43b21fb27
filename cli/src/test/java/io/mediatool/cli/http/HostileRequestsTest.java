package io.mediatool.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of every route, mutated and one behind the other on a connection, by the million when asked. */
final class HostileRequestsTest {
    private static final long SEED = 20_261_123;
    private static final int PIPELINED = 24;
    private static final long MAX_GROWTH_BYTES = 24 << 20;
    /** The body of an answer ends without a line break, and the next one follows. */
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    private static final Pattern SESSION = Pattern.compile("(?i)\r\nlocation: (/wh[ie]p/\\S+)");

    @TempDir
    Path media;

    private final Map<String, Integer> statuses = new TreeMap<>();

    @Test
    void whateverIsAskedIsAnsweredOrRefused() throws IOException {
        var random = new Random(SEED);
        var mutations = new HttpMutations(
                random,
                HttpRig.offer("chromium-publish"),
                HttpRig.offer("chromium-watch"),
                HttpRig.fragment("abcd", "x".repeat(24)));
        long answered = 0;
        long goal = Hostility.rounds(2_000);
        try (HttpRig rig = HttpRig.open(media)) {
            long before = 0;
            for (int round = 0; answered < goal; round++) {
                answered += converse(rig, mutations, "seed " + SEED + " connection " + round);
                if (round % 20 == 0) {
                    end(rig);
                    rig.shows("room", "cam");
                    placeClip();
                    assertEquals(200, rig.ask("GET", "/healthz").statusCode(), "seed " + SEED + " round " + round);
                    assertEquals(List.of(), List.copyOf(rig.bugs), "seed " + SEED + " round " + round);
                }
                if (round == 200) {
                    before = usedBytes();
                }
            }
            end(rig);
            long growth = before == 0 ? 0 : usedBytes() - before;
            String told = answered + " answers " + statuses + ", growth " + growth;
            assertTrue(growth < MAX_GROWTH_BYTES, "seed " + SEED + ": " + told);
            assertTrue(statuses.getOrDefault("201", 0) > 10 && statuses.getOrDefault("404", 0) > 50, told);
            assertTrue(statuses.keySet().stream().noneMatch(status -> status.matches("50[02-9]")), told);
            if (Hostility.rounds(1) > 1) {
                System.out.println(told);
            }
        }
    }

    /** Also what has come to rooms that only a mutation names. */
    private static void end(HttpRig rig) {
        rig.door.sessions().forEach(session -> session.close());
        rig.works
                .list(null, null)
                .forEach(work -> work.end("enough").toCompletableFuture().join());
    }

    /** Deleted now and then. */
    private void placeClip() throws IOException {
        Path file = media.resolve("clip.mp4");
        if (!Files.exists(file)) {
            try (InputStream clip = Objects.requireNonNull(HttpRig.class.getResourceAsStream("clip.mp4"))) {
                Files.copy(clip, file);
            }
        }
    }

    /** Says some of them at once, then that this is all; gives how many were answered. */
    private int converse(HttpRig rig, HttpMutations mutations, String what) throws IOException {
        var said = new ByteArrayOutputStream();
        for (int i = 0; i < PIPELINED; i++) {
            said.writeBytes(mutations.next());
        }
        String heard;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(said.toByteArray());
            socket.shutdownOutput();
            heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(what + ": no answer and not closed", e);
        } catch (SocketException e) {
            return 0;
        }
        assertFalse(
                heard.contains("io.mediatool.") || heard.contains("io.netty") || heard.contains("Exception"),
                () -> what + ": " + heard);
        int answers = 0;
        for (Matcher status = STATUS.matcher(heard); status.find(); answers++) {
            statuses.merge(status.group(1), 1, Integer::sum);
        }
        SESSION.matcher(heard).results().forEach(session -> mutations.onSession(session.group(1)));
        return answers;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
