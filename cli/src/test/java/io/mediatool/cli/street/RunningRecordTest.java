package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may happen to a running {@code record}: signals, a full disk, garbage on its port, a stream that was not expected. */
@Tag("street")
final class RunningRecordTest {
    @TempDir
    static Path directory;

    private static Path source;

    @BeforeAll
    static void encode() {
        source = directory.resolve("source.mkv");
        Street.ffmpeg(
                directory,
                "-f lavfi -i testsrc2=size=320x240:rate=25 -f lavfi -i sine=sample_rate=48000 -t 40 -c:v libx264"
                        + " -preset ultrafast -g 25 -b:v 800k -pix_fmt yuv420p -c:a libopus " + source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalFinishesTheFile(String signal) throws Exception {
        Path file = directory.resolve("signal-" + signal + ".mp4");
        try (var fan = new Fan();
                Visitor sender = push(fan);
                Visitor recorder = record(fan, sender, file, "--quiet", "--json")) {
            awaitGrowth(file, recorder);
            recorder.signal(signal);
            recorder.assertExit(0);
            // Quiet, and the summary alone on standard output.
            assertEquals(recorder.out().lines().map(String::strip).toList(), said(recorder));
            assertTrue(recorder.out().startsWith("{") && recorder.out().strip().endsWith("}"), recorder::story);
            assertTrue(recorder.out().contains("\"stopped\""), recorder::story);
        }
        assertKept(file);
    }

    /** Of the first packets it is not known that they are the first: with such patience that takes a minute. */
    @Test
    void aSecondSignalEndsTheWaitForMissingPackets() throws Exception {
        Path file = directory.resolve("hurried.mp4");
        try (var fan = new Fan();
                Visitor sender = push(fan);
                Visitor recorder = record(fan, sender, file, "--reorder", "60s")) {
            fan.awaitPictures(fan.pictures() + 75);
            recorder.interrupt();
            recorder.awaitLine("waiting for packets that are missing; Ctrl-C ends that");
            recorder.interrupt();
            assertEquals(0, recorder.awaitExit(Duration.ofSeconds(30)), recorder::story);
        }
        assertKept(file);
    }

    @Test
    void aFullDiskKeepsWhatWasWritten() throws Exception {
        Path file = directory.resolve("full.mp4");
        int port = Street.freePorts(4);
        try (var fan = new Fan();
                Visitor sender = push(fan)) {
            Path sdp = description(fan, sender, port);
            fan.add(port);
            var limited = List.of(
                    "sh",
                    "-c",
                    "trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\"",
                    Street.launcher(),
                    "record",
                    sdp.toString(),
                    "-o",
                    file.toString());
            try (Visitor recorder = Visitor.start(directory, limited)) {
                recorder.assertExit(5);
                List<String> said = said(recorder);
                String last = said.get(said.size() - 1);
                assertTrue(last.startsWith("mediatool: ") && last.contains("full.mp4"), recorder::story);
                assertTrue(recorder.story().contains("recorded 00:"), recorder::story);
            }
        }
        assertKept(file);
    }

    @Test
    void garbageOnThePortHarmsNothing() throws Exception {
        Path file = directory.resolve("garbage.mp4");
        long seed = 20260103;
        var random = new Random(seed);
        try (var fan = new Fan();
                Visitor sender = push(fan);
                var vandal = new DatagramSocket()) {
            int port = Street.freePorts(4);
            try (Visitor recorder = Street.mediatool(
                    directory, "record", description(fan, sender, port).toString(), "-o", file.toString())) {
                fan.add(port);
                recorder.awaitLine("recording to");
                long until = fan.pictures() + 50;
                for (int i = 0; i < 4000; i++) {
                    vandal.send(garbage(random, port + random.nextInt(4)));
                    if (i % 80 == 79) {
                        fan.awaitPictures(Math.min(until, fan.pictures() + 1));
                    }
                }
                fan.awaitPictures(until);
                recorder.interrupt();
                recorder.assertExit(0);
            }
        }
        assertKept(file);
    }

    @Test
    void notAsExpected() throws Exception {
        Path file = directory.resolve("unexpected.mp4");
        try (var fan = new Fan();
                Visitor sender = push(fan);
                Visitor recorder = record(fan, sender, file, "--duration", "2s", "--expect", "video=vp8,audio=opus")) {
            recorder.assertExit(4);
            List<String> said = said(recorder);
            assertTrue(said.get(said.size() - 1).contains("vp8"), recorder::story);
        }
        assertKept(file);
    }

    /** Random bytes, bytes that look like RTP of both payload types, and bytes that look like RTCP. */
    private static DatagramPacket garbage(Random random, int port) {
        var bytes = new byte[random.nextInt(1400)];
        random.nextBytes(bytes);
        if (bytes.length > 12) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    bytes[0] = (byte) 0x80;
                    bytes[1] = (byte) (random.nextBoolean() ? 96 + 128 * random.nextInt(2) : 97);
                }
                case 1 -> {
                    bytes[0] = (byte) 0x81;
                    bytes[1] = (byte) (200 + random.nextInt(8));
                }
                default -> {}
            }
        }
        return new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port);
    }

    private static Visitor push(Fan fan) throws IOException {
        Files.deleteIfExists(directory.resolve("push.sdp"));
        return Street.startFfmpeg(
                directory,
                "-re -i " + source + " -map 0:v -c copy -f rtp rtp://127.0.0.1:" + fan.port
                        + " -map 0:a -c copy -f rtp rtp://127.0.0.1:" + (fan.port + 2) + " -sdp_file "
                        + directory.resolve("push.sdp"));
    }

    /** The push's description as a listener on {@code port} and above needs it. */
    private static Path description(Fan fan, Visitor sender, int port) throws IOException {
        String sdp = Files.readString(Street.awaitFile(directory.resolve("push.sdp"), "m=audio", sender));
        return Files.writeString(directory.resolve("port" + port + ".sdp"), fan.described(sdp, port));
    }

    private static Visitor record(Fan fan, Visitor sender, Path file, String... options) throws IOException {
        String sdp = Files.readString(Street.awaitFile(directory.resolve("push.sdp"), "m=audio", sender));
        return fan.recorder(directory, sdp, file, List.of(options));
    }

    private static void awaitGrowth(Path file, Visitor recorder) {
        // The head of the fourth fragment: a second and a half at two a second.
        Street.awaitFile(file, "mfhd\0\0\0\0\0\0\0\4", recorder);
    }

    private static List<String> said(Visitor visitor) {
        return visitor.story().lines().skip(1).map(String::strip).toList();
    }

    /** The file plays, both tracks, and its pictures are a run of the source's without a hole. */
    private static void assertKept(Path file) {
        assertEquals("", Street.complaints(file));
        List<String> pictures = Street.frameHashes(source, "v");
        List<String> kept = Street.frameHashes(file, "v");
        assertTrue(kept.size() >= 20, () -> kept.size() + " pictures");
        int first = pictures.indexOf(kept.get(0));
        assertEquals(pictures.subList(first, first + kept.size()), kept);
        assertTrue(Street.frameHashes(file, "a").size() >= 40);
    }
}
