package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push by FFmpeg, captured once: datagrams in, every frame of the pushed clip out, byte for byte and at its time. */
final class CaptureReplayTest {
    private static final long MS = 1_000_000L;
    /** Ticks a second of FFmpeg's listing, by stream: video, audio. */
    private static final int[] GOLDEN_SCALE = {12_800, 48_000};

    /** One frame, shown so many microseconds after the first of its track. RTP carries no decoding times. */
    private record Frame(long ptsUs, String hash) {}

    @TempDir
    Path directory;

    @Test
    void everyFrameOfThePushIsInTheFileAtItsTime() throws Exception {
        Path file = directory.resolve("out.mp4");
        var replay = new ReplayedCapture(file, 0, FakeNetwork.Link.PERFECT);

        assertNull(replay.summary.failure());
        assertEquals(List.of(), replay.warnings);
        assertEquals(1, replay.ends);
        for (int stream = 0; stream < 2; stream++) {
            assertEquals(expected(stream), recorded(file, stream), "stream " + stream);
            assertEquals(0, replay.summary.tracks().get(stream).lost());
            assertEquals(0, replay.summary.tracks().get(stream).timestampCorrections());
        }
        // FFmpeg starts each output at decoding time 0 and says so in its sender reports: the first picture, shown 80
        // ms after it is decoded, is 80 ms behind the first sound.
        long offset = firstNs(file, 0) - firstNs(file, 1);
        assertEquals(80, offset / 1e6, 20, "picture after sound by " + offset + " ns");
    }

    @Test
    void gatheredItIsTheSameFileByFewerWakeUps() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            var network = FakeNetwork.Link.PERFECT.withDelay(20 * MS, 2 * MS);
            Path file = directory.resolve("at-once" + seed + ".mp4");
            var atOnce = new ReplayedCapture(file, seed, network);
            Path other = directory.resolve("gathered" + seed + ".mp4");
            var options = RecorderOptions.defaults(other).withGather(Duration.ofMillis(40));
            var gathered = new ReplayedCapture(options, seed, network);

            assertEquals(List.of(), gathered.warnings);
            assertTrue(gathered.turns * 2 < atOnce.turns, gathered.turns + " of " + atOnce.turns + " turns");
            for (int stream = 0; stream < 2; stream++) {
                assertEquals(recorded(file, stream), recorded(other, stream), "seed " + seed);
                assertEquals(firstNs(file, stream), firstNs(other, stream), "seed " + seed);
            }
            // Who wants packets soon gets them at once.
            Path soon = directory.resolve("soon" + seed + ".mp4");
            var quick = RecorderOptions.defaults(soon).withReorder(Duration.ofMillis(90));
            var never = new ReplayedCapture(quick.withGather(Duration.ofMillis(40)), seed, network);
            assertEquals(atOnce.turns, never.turns);
        }
    }

    @Test
    void aBadNetworkLosesOnlyWhatItLostAndTheSameSeedIsTheSameFile() throws Exception {
        var bad = FakeNetwork.Link.PERFECT
                .withDelay(20 * MS, 15 * MS)
                .withLoss(0.05)
                .withReordering(0.05, 40 * MS)
                .withDuplicates(0.05);
        for (long seed = 1; seed <= 20; seed++) {
            Path file = directory.resolve("a" + seed + ".mp4");
            var first = new ReplayedCapture(file, seed, bad);
            Path again = directory.resolve("b" + seed + ".mp4");
            new ReplayedCapture(again, seed, bad);
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again), "seed " + seed);
            check(file, first.summary, seed);
        }
    }

    /** Sound packets are frames: all that arrived are there, intact, at their time, and the losses are counted. */
    private static void check(Path file, RecordingSummary summary, long seed) throws Exception {
        assertNull(summary.failure(), "seed " + seed);
        List<Frame> sent = expected(1);
        List<Frame> kept = recorded(file, trackOf(file, 1));
        TrackSummary audio = summary.tracks().stream()
                .filter(track -> track.sampleRate() > 0)
                .findFirst()
                .orElseThrow();
        List<String> hashes = sent.stream().map(Frame::hash).toList();
        int at = -1;
        long shiftUs = 0;
        for (Frame frame : kept) {
            int found = at + 1;
            while (found < hashes.size() && !hashes.get(found).equals(frame.hash)) {
                found++;
            }
            assertTrue(found < hashes.size(), "seed " + seed + ": frame " + frame + " was not sent, or twice");
            shiftUs = at < 0 ? sent.get(found).ptsUs - frame.ptsUs : shiftUs;
            assertEquals(sent.get(found).ptsUs, frame.ptsUs + shiftUs, 50, "seed " + seed + " frame " + found);
            at = found;
        }
        assertFalse(kept.isEmpty(), "seed " + seed);
        assertEquals(kept.size(), audio.frames(), "seed " + seed);
        assertTrue(sent.size() - kept.size() >= audio.lost(), "seed " + seed + ": counted " + audio.lost());
        assertTrue(sent.size() - kept.size() <= audio.lost() + 8, "seed " + seed + ": counted " + audio.lost());
    }

    private static int trackOf(Path file, int stream) throws Exception {
        List<Mp4Track> tracks = Stage.tracks(file);
        boolean inOrder = tracks.get(0).kind() == MediaKind.VIDEO;
        return inOrder ? stream : 1 - stream;
    }

    private static long firstNs(Path file, int stream) throws Exception {
        int index = trackOf(file, stream);
        Mp4Track track = Stage.tracks(file).get(index);
        return Stage.samples(file, index).stream()
                .mapToLong(sample -> track.toNs(sample.pts()))
                .min()
                .orElseThrow();
    }

    private static List<Frame> expected(int stream) throws Exception {
        List<Long> times = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        for (String line : ReplayedCapture.golden()) {
            String[] columns = line.split(",\\s*");
            if (Integer.parseInt(columns[0]) == stream) {
                times.add(Long.parseLong(columns[2]));
                hashes.add(columns[5]);
            }
        }
        return frames(times, hashes, GOLDEN_SCALE[stream]);
    }

    private static List<Frame> recorded(Path file, int index) throws Exception {
        List<Long> times = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        long dts = Long.MIN_VALUE;
        for (Mp4Sample sample : Stage.samples(file, index)) {
            assertTrue(sample.dts() > dts, "decoding times go on: " + dts + ", " + sample.dts());
            dts = sample.dts();
            times.add(sample.pts());
            hashes.add(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(sample.data())));
        }
        return frames(times, hashes, Stage.tracks(file).get(index).timescale());
    }

    private static List<Frame> frames(List<Long> times, List<String> hashes, int scale) {
        long first = times.stream().mapToLong(time -> time).min().orElseThrow();
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            frames.add(new Frame((times.get(i) - first) * 1_000_000 / scale, hashes.get(i)));
        }
        return frames;
    }
}
