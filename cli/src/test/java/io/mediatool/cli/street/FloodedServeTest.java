package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.signalling.webrtc.Offers;
import io.mediatool.core.transport.Flood;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * FFmpeg pushes into a room that is recorded, while strangers send forged and broken packets to every port of the server: each frame is in the
 * file, the log stays short, the page and REST answer. {@code -Dmediatool.hostility=5} for a flood of a minute.
 */
@Tag("street")
@Isolated
final class FloodedServeTest {
    private static final long SEED = 20_261_125;
    private static final int RATE = 25;
    private static final int BURST = 48;
    /** To the port of the push, with each picture. */
    private static final int FORGED = 40;
    /** At the start, of the session, of the file, and once of each kind of trouble. */
    private static final int MAX_LINES = 50;

    private static final Pattern UFRAG = Pattern.compile("a=ice-ufrag:(\\S+)");

    @TempDir
    Path directory;

    private final AtomicReference<Throwable> trouble = new AtomicReference<>();
    private volatile boolean flooding = true;
    private long slowestNs;

    /** What a thread does over and over while the flood lasts. */
    private interface Wave {
        void roll() throws IOException;
    }

    private Thread flood(String name, Wave wave) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (flooding) {
                            wave.roll();
                        }
                    } catch (IOException | RuntimeException | AssertionError e) {
                        trouble.compareAndSet(null, e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void eachFrameIsInTheFile() throws Exception {
        int seconds = Hostility.rounds(12);
        Path clip = Clips.make(directory.resolve("clip.mp4"), seconds, Clips.X264, "libopus");
        Push push = new Push(directory, clip).video().audio();
        Path sdp = push.sdp();
        int udp = Street.freePorts(1);
        Random random = new Random(SEED);
        try (Fan fan = new Fan();
                Visitor serve = Street.mediatool(
                        directory,
                        Street.words("serve --bind 127.0.0.1 --http 0 --udp " + udp + " --ingest demo=" + sdp
                                + " --record demo=recorded"))) {
            var asker = new Asker(serve);
            serve.awaitLine("ready");
            fan.add(push.port());
            Flood packets = new Flood(random, 20, 20, ufrag(asker), hello(random));
            HttpFlood requests = new HttpFlood(new Random(SEED + 1), asker.port());
            InetSocketAddress to = at(udp);
            long[] sent = new long[1];
            try (Visitor sender = push.start(fan.port);
                    DatagramSocket forger = new DatagramSocket()) {
                fan.awaitPictures(RATE / 2);
                serve.awaitLine("recording file started");
                Thread udpFlood = flood("packets", () -> {
                    Flood.Kind[] kinds = Flood.Kind.values();
                    packets.send(kinds[(int) (sent[0] / BURST % kinds.length)], BURST, to);
                    sent[0] += BURST;
                    assertEquals("", packets.collect());
                });
                Thread httpFlood = flood("requests", requests::send);
                long pictures = fan.pictures();
                for (; pictures < (long) RATE * (seconds - 1); pictures++) {
                    fan.awaitPictures(pictures + 1);
                    forge(forger, random, push.port());
                    if (pictures % RATE == 0) {
                        answers(asker, "/", "");
                        answers(asker, "/api/v1/rooms/demo", "\"demo\"");
                        byte[] goodbye = RtcpWriter.goodbye(1, "somebody", "else's");
                        forger.send(new DatagramPacket(goodbye, goodbye.length, at(push.port() + 1)));
                    }
                }
                flooding = false;
                udpFlood.join();
                httpFlood.join();
                sender.assertExit(0);
            }
            packets.close();
            requests.close();
            serve.awaitLine("recording file finished");
            String told = sent[0] + " packets, " + requests.told() + " in " + seconds + " s, slowest answer "
                    + slowestNs / 1_000_000 + " ms, " + serve.story().lines().count() + " lines\n" + counters(asker);
            serve.signal("TERM");
            serve.assertExit(0);
            if (Hostility.rounds(1) > 1) {
                System.out.println(told + "\n" + serve.story());
            }
            assertEquals(null, trouble.get(), told);
            assertEquals((long) RATE * seconds, fan.pictures(), "the test's own relay: " + told);
            Path file = recorded();
            assertEquals(Street.frameHashes(clip, "v"), Street.frameHashes(file, "v"), told);
            assertEquals(SentRtp.hashes(SentRtp.opusFrames(fan.kept(2))), Street.frameHashes(file, "a"), told);
            assertTrue(serve.story().lines().count() < MAX_LINES + seconds, serve::story);
            assertFalse(
                    serve.story().contains("internal error") || serve.story().contains("xception"), serve::story);
        }
    }

    private void answers(Asker asker, String path, String word) throws Exception {
        long startNs = System.nanoTime();
        HttpResponse<String> answer = asker.ask("GET", path, "");
        slowestNs = Math.max(slowestNs, System.nanoTime() - startNs);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(word), answer.body());
    }

    /** Of a session that there is. */
    private static String ufrag(Asker asker) throws Exception {
        String answer = asker.ask("POST", "/whip/other", Offers.text("chromium-publish"))
                .body();
        Matcher ufrag = UFRAG.matcher(answer);
        assertTrue(ufrag.find(), answer);
        return ufrag.group(1);
    }

    /** A record of DTLS that begins as a handshake does. */
    private static byte[] hello(Random random) {
        byte[] hello = new byte[180];
        random.nextBytes(hello);
        byte[] head = {22, (byte) 0xfe, (byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 167, 1, 0, 0, (byte) 155};
        System.arraycopy(head, 0, hello, 0, head.length);
        return hello;
    }

    /** What looks like the push, by somebody else, and what looks like nothing. */
    private static void forge(DatagramSocket from, Random random, int port) throws IOException {
        for (int i = 0; i < FORGED; i++) {
            byte[] data = new byte[12 + random.nextInt(1_000)];
            random.nextBytes(data);
            int kind = random.nextInt(4);
            if (kind > 0) {
                int type = kind == 1 ? 96 : kind == 2 ? 97 : random.nextInt(128);
                RtpPacket.writeHeader(
                        data,
                        0,
                        random.nextBoolean(),
                        type,
                        random.nextInt(0x1_0000),
                        random.nextInt() & 0xffff_ffffL,
                        1 + random.nextInt(3));
            }
            int offset = random.nextInt(4);
            from.send(new DatagramPacket(data, data.length, at(port + offset)));
        }
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String counters(Asker asker) throws Exception {
        return Stream.concat(
                        asker.get("/metrics").lines().filter(line -> line.matches("[^#].*(drop|refus|stray).*")),
                        Stream.of(asker.get("/api/v1/rooms/demo/ingests")))
                .collect(Collectors.joining("\n"));
    }

    private Path recorded() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("recorded"))) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".mp4")).toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }
}
