package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Capture.Datagram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@code play}, seen on the wire: sequence numbers, timestamps, sizes, parameter sets, reports, BYE. */
@Tag("street")
final class PlayOptionsTest {
    private static final int SENDER_REPORT = 200;
    private static final int SOURCE_DESCRIPTION = 202;
    private static final int BYE = 203;
    private static final int PICTURE = 3600;
    private static final int AAC = 1024;
    /** 1900 to 1970. */
    private static final long NTP_SECONDS = 2_208_988_800L;

    @TempDir
    static Path directory;

    private static Path source;

    /** Two seconds: 50 pictures in two groups with B-frames, and AAC with its priming. */
    @BeforeAll
    static void encode() {
        source = Media.make(directory, "h264", "aac", "mp4", "");
    }

    @Test
    void aLoopGoesOnWithoutAJump() throws IOException {
        try (var capture = new Capture("127.0.0.1")) {
            Visitor played = play(capture, "--loop", "2", "--speed", "2", "--json");
            assertTrue(played.out().startsWith("{") && played.out().strip().endsWith("}"), played::story);
            assertTrue(played.out().contains("\"duration\" : 4.0,"), played::story);
            assertTrue(played.out().contains("\"loops\" : 2,"), played::story);
            assertTrue(played.story().contains("played 00:04.0, "), played::story);

            List<Datagram> video = capture.rtp(0);
            assertConsecutive(video);
            assertSmall(video);
            List<Long> pictures = pictureTimes(video);
            assertEquals(100, pictures.size());
            for (int i = 1; i < pictures.size(); i++) {
                assertEquals(PICTURE, pictures.get(i) - pictures.get(i - 1), "picture " + i);
            }
            assertEquals(4, assertParameterSetsBeforeKeyFrames(video));

            List<Datagram> audio = capture.rtp(2);
            assertConsecutive(audio);
            for (int i = 1; i < audio.size(); i++) {
                long step = audio.get(i).u32(4) - audio.get(i - 1).u32(4) & 0xffff_ffffL;
                assertTrue(step % AAC == 0 || Math.abs(step - AAC) <= AAC / 2, "sound packet " + i + ": " + step);
            }
            // Four seconds at twice the pace; the last picture begins 40 ms before the end, and bursts may come late.
            long tookNs = video.get(video.size() - 1).atNs() - video.get(0).atNs();
            assertTrue(tookNs > 1_850_000_000L && tookNs < 10_000_000_000L, tookNs + " ns");
            assertReports(capture, pictures.get(0), audio.get(0).u32(4) + AAC);
        }
    }

    @Test
    void startDurationAndNoAudioOnOneMuxedPort() throws IOException {
        try (var capture = new Capture("127.0.0.1")) {
            Visitor played = play(
                    capture,
                    "?rtcp-mux",
                    List.of("--start", "1.3s", "--duration", "600ms", "--no-audio", "--sdp", "-"));
            assertTrue(played.out().startsWith("v=0"), played::story);
            assertTrue(played.out().contains("m=video " + capture.port + " RTP/AVP 96"), played::story);
            assertTrue(played.out().contains("a=rtcp-mux"), played::story);
            assertFalse(played.out().contains("m=audio"), played::story);

            List<Datagram> video = capture.rtp(0);
            assertConsecutive(video);
            // From the key frame at one second, not from 1.3.
            assertEquals(15, pictureTimes(video).size());
            assertEquals(1, assertParameterSetsBeforeKeyFrames(video));
            assertEquals(
                    1,
                    capture.rtcp(0).stream().filter(each -> each.u8(1) == BYE).count());
            for (int other = 1; other < Capture.PORTS; other++) {
                assertEquals(List.of(), capture.rtp(other));
                assertEquals(List.of(), capture.rtcp(other));
            }
        }
    }

    @Test
    void severalFilesWithoutTheirPictures() throws IOException {
        try (var capture = new Capture("127.0.0.1")) {
            Visitor played = play(capture, "", List.of(source.toString(), "--no-video", "--speed", "4"));
            assertTrue(played.story().contains("played 00:04.0, "), played::story);
            assertEquals(List.of(), capture.rtp(0));
            List<Datagram> audio = capture.rtp(2);
            assertConsecutive(audio);
            long ticks = audio.get(audio.size() - 1).u32(4) - audio.get(0).u32(4) & 0xffff_ffffL;
            assertEquals(4 * 48_000, ticks, 3 * AAC);
        }
    }

    private static Visitor play(Capture capture, String... options) {
        return play(capture, "", List.of(options));
    }

    private static Visitor play(Capture capture, String query, List<String> options) {
        var arguments = new ArrayList<>(List.of("play", source.toString(), "rtp://127.0.0.1:" + capture.port + query));
        arguments.addAll(options);
        try (Visitor player = Street.mediatool(directory, arguments.toArray(String[]::new))) {
            player.assertExit(0);
            return player;
        }
    }

    /** One SSRC, and sequence numbers without a hole. */
    private static void assertConsecutive(List<Datagram> packets) {
        assertFalse(packets.isEmpty(), "nothing came");
        for (int i = 1; i < packets.size(); i++) {
            assertEquals(packets.get(0).u32(8), packets.get(i).u32(8), "SSRC");
            assertEquals(packets.get(i - 1).u16(2) + 1 & 0xffff, packets.get(i).u16(2), "sequence number");
        }
    }

    private static void assertSmall(List<Datagram> packets) {
        int largest =
                packets.stream().mapToInt(each -> each.data().limit()).max().orElse(0);
        assertTrue(largest <= 1200 && largest > 1000, largest + " bytes");
    }

    /** The RTP timestamps of all pictures in order of presentation, unwrapped. */
    private static List<Long> pictureTimes(List<Datagram> packets) {
        Set<Long> times = new TreeSet<>();
        long first = packets.get(0).u32(4);
        for (Datagram packet : packets) {
            times.add(first + (int) (packet.u32(4) - first));
        }
        return List.copyOf(times);
    }

    /** RFC 6184 §5.2; answers how many key frames there are. */
    private static int assertParameterSetsBeforeKeyFrames(List<Datagram> packets) {
        Set<Long> withSps = new TreeSet<>();
        Set<Long> withPps = new TreeSet<>();
        Set<Long> keyFrames = new TreeSet<>();
        for (Datagram packet : packets) {
            for (int type : nalTypes(packet)) {
                long time = packet.u32(4);
                if (type == 7) {
                    withSps.add(time);
                } else if (type == 8) {
                    withPps.add(time);
                } else if (type == 5 && keyFrames.add(time)) {
                    assertTrue(withSps.contains(time) && withPps.contains(time), "a key frame without parameter sets");
                }
            }
        }
        return keyFrames.size();
    }

    private static List<Integer> nalTypes(Datagram packet) {
        int at = 12;
        int type = packet.u8(at) & 0x1f;
        if (type == 28) { // FU-A
            return List.of(packet.u8(at + 1) & 0x1f);
        }
        if (type != 24) {
            return List.of(type);
        }
        var types = new ArrayList<Integer>(); // STAP-A
        for (at++; at < packet.data().limit(); at += 2 + packet.u16(at)) {
            types.add(packet.u8(at + 2) & 0x1f);
        }
        return types;
    }

    /**
     * Each track's reports lie on one straight line, both lines meet where the presentation begins, the wall clock is the
     * real one, every report has its SDES, the last word is BYE, and the counts are those of the packets.
     */
    private static void assertReports(Capture capture, long firstPicture, long firstSound) {
        double pictureAt = wallOf(capture, 0, 90_000, firstPicture);
        double soundAt = wallOf(capture, 2, 48_000, firstSound);
        assertEquals(pictureAt, soundAt, 0.001, "sound against pictures");
        double began = capture.rtp(0).get(0).wallMs() / 1e3;
        assertEquals(began, pictureAt, 1.0, "the wall clock");
    }

    /** The wall-clock time that a track's reports give to a timestamp. */
    private static double wallOf(Capture capture, int port, int rate, long timestamp) {
        List<Datagram> packets = capture.rtp(port);
        List<Datagram> words = capture.rtcp(port + 1);
        List<Datagram> reports =
                words.stream().filter(each -> each.u8(1) == SENDER_REPORT).toList();
        assertTrue(reports.size() >= 2, reports.size() + " reports");
        double first = Double.NaN;
        for (Datagram report : reports) {
            assertEquals(packets.get(0).u32(8), report.u32(4), "SSRC");
            double ntp = report.u32(8) - NTP_SECONDS + report.u32(12) / 0x1p32;
            double at = ntp - (int) (report.u32(16) - timestamp) / (double) rate;
            first = Double.isNaN(first) ? at : first;
            assertEquals(first, at, 0.0005, "one straight line");
        }
        Datagram last = reports.get(reports.size() - 1);
        assertEquals(packets.size(), last.u32(20), "packet count");
        assertEquals(packets.stream().mapToInt(each -> each.data().limit() - 12).sum(), last.u32(24), "octet count");
        long names =
                words.stream().filter(each -> each.u8(1) == SOURCE_DESCRIPTION).count();
        assertEquals(reports.size(), names, "one SDES a report");
        Datagram bye = words.get(words.size() - 1);
        assertEquals(BYE, bye.u8(1));
        assertEquals(packets.get(0).u32(8), bye.u32(4));
        return first;
    }
}
