package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ingest}: one push in; forwards, a recording and a played file beside each other, each failing alone. */
@Tag("street")
final class IngestOutputsTest {
    @TempDir
    static Path directory;

    private static final String REFUSED = "rtp://127.255.255.255:5004";

    private static Path source;

    @BeforeAll
    static void encode() {
        source = Media.make(directory, "h264", "opus", "mkv", "");
    }

    /**
     * Two forwards, one to FFmpeg and one to a recording of ours, and a recording beside; a third to where nobody listens, a fourth
     * that the kernel refuses (a broadcast address without leave to broadcast).
     */
    @Test
    void allGetAllAndADeadOneDiesAlone() throws IOException {
        Path sdp = directory.resolve("out.sdp");
        Path beside = directory.resolve("beside.mp4");
        int port = Street.freePorts(6);
        var push = new Push(directory, source).video().audio();
        try (Visitor ingest = ingest(
                push,
                List.of(
                        "--forward",
                        to(port),
                        "--forward",
                        REFUSED,
                        "--forward",
                        to(port + 8),
                        "--forward",
                        to(port + 4)),
                List.of("--record", beside.toString(), "--sdp", sdp.toString(), "--json"))) {
            Street.awaitFile(sdp, "m=audio", ingest);
            try (Visitor ffmpeg = Receiver.FFMPEG.start(directory, sdp, "h264", "opus");
                    Recording ours = Recording.start(directory, moved(sdp, port, port + 4) + " --overwrite")) {
                Street.awaitBound(port, ffmpeg);
                Street.awaitBound(port + 2, ffmpeg);
                try (Visitor sender = push.start()) {
                    sender.assertExit(0);
                }
                ingest.assertExit(0);
                ffmpeg.assertExit(0);
                assertSame(source, ours.finish());
            }
            assertSame(source, beside);
            assertEquals(
                    Street.frameHashes(source, "v", Receiver.slices("h264", "h264_mp4toannexb,")),
                    Receiver.FFMPEG.pictureHashes(directory, "h264"));
            assertEquals(Street.frameHashes(source, "a"), Receiver.FFMPEG.soundHashes(directory, "opus"));
            assertTrue(
                    ingest.story().contains(REFUSED + ": ") && ingest.story().contains("could not be sent"),
                    ingest::story);
            assertFalse(ingest.story().contains(to(port) + ": "), ingest::story);
            assertTrue(ingest.out().startsWith("{") && ingest.out().contains("\"forwards\""), ingest::story);
            assertTrue(ingest.out().contains("\"stopped\" : \"the stream ended\""), ingest::story);
        }
    }

    /** The recording may grow to 40 kB; the forward has everything nevertheless. */
    @Test
    void aFullDiskLeavesTheForwardAlone() throws IOException {
        Path sdp = directory.resolve("full.sdp");
        int port = Street.freePorts(2);
        var push = new Push(directory, source).video().audio();
        var limited = new ArrayList<>(List.of("sh", "-c", "trap '' XFSZ; ulimit -f 80; exec \"$0\" \"$@\""));
        limited.add(Street.launcher());
        limited.addAll(List.of("ingest", push.sdp().toString(), "--forward", to(port)));
        limited.addAll(List.of("--record", directory.resolve("full.mp4").toString(), "--sdp", sdp.toString()));
        try (Visitor ingest = Visitor.start(directory, limited)) {
            Street.awaitFile(sdp, "m=audio", ingest);
            try (Recording ours = Recording.start(directory, sdp + " --overwrite");
                    Visitor sender = push.start()) {
                sender.assertExit(0);
                ingest.assertExit(5);
                assertSame(source, ours.finish());
            }
            assertTrue(ingest.story().contains("(the rest goes on)"), ingest::story);
            List<String> said = ingest.story().lines().toList();
            String last = said.get(said.size() - 1).strip();
            assertTrue(last.startsWith("mediatool: ") && last.contains("full.mp4"), ingest::story);
        }
    }

    /** A file played into the room goes out and into the recording like any other stream; Ctrl-C finishes all of it. */
    @Test
    void aFileIsPlayedIntoTheRoomUntilCtrlC() throws IOException {
        Path played = Media.make(directory, "h265", "aac", "mp4", "");
        Path sdp = directory.resolve("played.sdp");
        Path beside = directory.resolve("both.mp4");
        int port = Street.freePorts(3); // of the ingest, and picture and sound of the player
        try (Visitor ingest = Street.mediatool(
                directory,
                "ingest",
                "rtp://127.0.0.1:" + Street.freePorts(2) + "?codec=opus",
                "--play",
                played.toString(),
                "--forward",
                to(port),
                "--record",
                beside.toString(),
                "--sdp",
                sdp.toString(),
                "--json")) {
            Street.awaitFile(sdp, "H265", ingest);
            Street.awaitFile(beside, "moof", ingest);
            ingest.interrupt();
            ingest.assertExit(0);
            assertTrue(ingest.out().contains("\"stopped\" : \"interrupted\""), ingest::story);
            assertTrue(ingest.out().contains("\"player\""), ingest::story);
        }
        assertEquals("", Street.complaints(beside));
        List<String> pictures = Street.frameHashes(beside, "v");
        assertEquals(Street.frameHashes(played, "v").subList(0, pictures.size()), pictures);
        assertTrue(pictures.size() >= 20, pictures.size() + " pictures");
    }

    /** MP4 has no place for G.722, so no file of it can be played; a forward passes it on as it is. */
    @Test
    void g722IsPassedOnToAllReceivers() throws IOException {
        Path sound = directory.resolve("g722.wav");
        Street.ffmpeg(directory, Media.SOUND + " -t 2 -c:a g722 -ar 16000 -ac 1 " + sound);
        Path sdp = directory.resolve("g722.sdp");
        int port = Street.freePorts(6);
        var push = new Push(directory, sound).audio();
        var visitors = new ArrayList<Visitor>();
        try (Visitor ingest = ingest(
                push,
                List.of("--forward", to(port), "--forward", to(port + 4), "--forward", to(port + 8)),
                List.of("--sdp", sdp.toString()))) {
            Street.awaitFile(sdp, "m=audio", ingest);
            for (Receiver receiver : Receiver.values()) {
                int own = port + 4 * receiver.ordinal();
                visitors.add(receiver.start(directory, moved(sdp, port, own), "", "g722"));
                Street.awaitBound(own + 2, visitors.get(receiver.ordinal()));
            }
            try (Visitor sender = push.start()) {
                sender.assertExit(0);
            }
            ingest.assertExit(0);
            visitors.forEach(visitor -> visitor.assertExit(0));
        } finally {
            visitors.forEach(Visitor::close);
        }
        byte[] sent = Street.elementary(sound, "a");
        assertArrayEquals(sent, Files.readAllBytes(Receiver.FFMPEG.sound(directory)), "FFmpeg");
        assertArrayEquals(sent, Files.readAllBytes(Receiver.GSTREAMER.sound(directory)), "GStreamer");
        Receiver.assertDumped(sent, Receiver.VLC.sound(directory), 1200);
    }

    private static Visitor ingest(Push push, List<String> outputs, List<String> options) {
        var arguments = new ArrayList<>(List.of("ingest", push.sdp().toString()));
        arguments.addAll(outputs);
        arguments.addAll(options);
        return Street.mediatool(directory, arguments.toArray(String[]::new));
    }

    private static String to(int port) {
        return "rtp://127.0.0.1:" + port;
    }

    private static Path moved(Path sdp, int from, int to) throws IOException {
        return Files.writeString(
                sdp.resolveSibling("moved" + to + ".sdp"),
                Files.readString(sdp)
                        .replace("m=video " + from, "m=video " + to)
                        .replace("m=audio " + (from + 2), "m=audio " + (to + 2)));
    }

    private static void assertSame(Path source, Path recorded) {
        String slices = Receiver.slices("h264", "h264_mp4toannexb,");
        assertEquals(Street.frameHashes(source, "v", slices), Street.frameHashes(recorded, "v", slices));
        assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(recorded, "a"));
    }
}
