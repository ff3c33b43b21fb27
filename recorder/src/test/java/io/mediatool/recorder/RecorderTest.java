package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.recorder.file.RecordedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of a recording in virtual time: packets in, file out. */
final class RecorderTest {
    private static final RtpFormat VP8 = RtpFormat.of(Codec.VP8, 96);
    private static final RtpFormat OPUS = RtpFormat.of(Codec.OPUS, 111);
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("out.mp4");
    }

    private Stage stage() throws Exception {
        return new Stage(RecorderOptions.defaults(file()));
    }

    /** Runs sound of 20 ms and pictures of 40 ms from {@code fromMs} to {@code toMs} of both clocks; a key frame a second. */
    private static void run(Stage stage, Sender video, Sender audio, long fromMs, long toMs) {
        long startNs = stage.loop.nowNs() - fromMs * MS;
        for (long ms = fromMs; ms < toMs; ms += 20) {
            stage.loop.advanceTo(startNs + ms * MS);
            if (video != null && ms % 40 == 0) {
                video.frame(ms * 90, ms % 1000 == 0);
            }
            if (audio != null) {
                audio.frame(ms * 48, true);
            }
        }
        stage.loop.advanceTo(startNs + toMs * MS);
    }

    private static List<Integer> numbers(Sender sender, List<Mp4Sample> samples) {
        return samples.stream().map(sample -> sender.numberOf(sample.data())).toList();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void everyFrameIsInTheFileAtItsTime() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        run(stage, video, audio, 0, 10_000);
        RecordingSummary summary = stage.stop();

        assertNull(summary.failure());
        assertEquals(List.of(), stage.warnings);
        assertEquals(List.of(file()), summary.files());
        assertEquals(List.of(file()), stage.finished);
        assertEquals(Stage.NOW, summary.firstFrameAt());
        assertEquals(10_000 * MS, summary.durationNs());
        assertEquals(range(0, 250), numbers(video, Stage.samples(file(), 0)));
        assertEquals(range(0, 500), numbers(audio, Stage.samples(file(), 1)));
        assertEquals(LongStream.range(0, 250).map(i -> i * 40).boxed().toList(), Stage.millis(file(), 0));
        assertEquals(LongStream.range(0, 500).map(i -> i * 20).boxed().toList(), Stage.millis(file(), 1));
        TrackSummary track = summary.tracks().get(0);
        assertEquals("video0", track.id());
        assertEquals(320, track.width());
        assertEquals(250, track.frames());
        assertEquals(10, track.keyFrames());
        assertEquals(250, track.packets());
        assertEquals(0, track.lost());
        assertEquals(0, track.timestampCorrections());
    }

    @Test
    void lossIsAGapInTimeAndReorderingIsNone() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        run(stage, video, null, 0, 1000);
        video.lose();
        long startNs = stage.loop.nowNs();
        Runnable late = video.later(1040 * 90, false);
        stage.loop.advanceTo(startNs + 80 * MS);
        video.frame(1080 * 90, false);
        late.run();
        late.run();
        stage.loop.advanceTo(startNs + 120 * MS);
        video.frame(1120 * 90, false);
        stage.loop.advanceTo(startNs + 1000 * MS);
        RecordingSummary summary = stage.stop();

        var expected = new ArrayList<>(range(0, 25));
        expected.addAll(List.of(26, 27, 28));
        assertEquals(expected, numbers(video, Stage.samples(file(), 0)));
        List<Long> times = Stage.millis(file(), 0);
        assertEquals(List.of(960L, 1040L, 1080L, 1120L), times.subList(24, 28));
        assertEquals(1, summary.tracks().get(0).lost());
        assertEquals(1, summary.tracks().get(0).reordered());
        assertEquals(1, summary.tracks().get(0).duplicates());
    }

    @Test
    void aNewSsrcGoesOnAtTheRightTime() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        run(stage, video, audio, 0, 5000);
        long startNs = stage.loop.nowNs();
        for (long ms = 5000; ms < 8000; ms += 20) {
            stage.loop.advanceTo(startNs + (ms - 5000) * MS);
            audio.frame(ms * 48, true);
        }
        stage.loop.advanceTo(startNs + 3000 * MS);
        video.ssrc = 77;
        video.base = 5_000;
        video.sequence = 7;
        run(stage, video, audio, 8000, 10_000);
        RecordingSummary summary = stage.stop();

        List<Long> times = Stage.millis(file(), 0);
        assertEquals(175, times.size());
        assertEquals(4960, times.get(124));
        assertEquals(8000, times.get(125));
        assertEquals(9960, times.get(174));
        assertEquals(1, summary.tracks().get(0).timestampCorrections());
        assertEquals(1, stage.warnings.size(), stage.warnings.toString());
        assertEquals(0, summary.tracks().get(0).lost());
    }

    @Test
    void senderReportsPlaceTracksLateAndDropNothing() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        // Sound was captured 300 ms before the picture of the same arrival.
        run(stage, video, audio, 0, 4000);
        var captured = Stage.NOW.plusNanos(stage.loop.nowNs());
        video.report(captured, 4000 * 90);
        audio.report(captured.minusMillis(300), 4000 * 48);
        run(stage, video, audio, 4000, 6000);
        RecordingSummary summary = stage.stop();

        List<Long> sound = Stage.millis(file(), 1);
        List<Long> pictures = Stage.millis(file(), 0);
        assertEquals(0, sound.get(0));
        assertEquals(300, pictures.get(0));
        assertEquals(LongStream.range(0, 300).map(i -> i * 20).boxed().toList(), sound);
        assertEquals(150, pictures.size());
        assertEquals(5960 + 300, pictures.get(149));
        assertEquals(0, summary.tracks().get(0).timestampCorrections());
        assertEquals(6300 * MS, summary.durationNs());
    }

    @Test
    void segmentsAreCutAtKeyFramesForAllTracksAtOnce() throws Exception {
        Stage stage = new Stage(RecorderOptions.defaults(file()).withSegment(Duration.ofMillis(2500)));
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        run(stage, video, audio, 0, 10_000);
        RecordingSummary summary = stage.stop();

        assertEquals(4, summary.files().size());
        assertEquals(directory.resolve("out-001.mp4"), summary.files().get(0));
        for (Path path : summary.files()) {
            boolean last = path.equals(summary.files().get(3));
            assertEquals(last ? 25 : 75, Stage.samples(path, 0).size());
            assertEquals(last ? 50 : 150, Stage.samples(path, 1).size());
        }
        assertOneAfterTheOther(summary.files(), video, 250, audio, 500);
        assertEquals(summary.files(), stage.finished);
    }

    /** Each file begins with a key frame and has both from its beginning; so many frames are in them, each once and in order. */
    private static void assertOneAfterTheOther(List<Path> files, Sender video, int pictures, Sender audio, int sounds)
            throws Exception {
        var seen = new ArrayList<Integer>();
        var heard = new ArrayList<Integer>();
        for (Path path : files) {
            assertTrue(Stage.samples(path, 0).get(0).sync());
            assertEquals(0, Stage.millis(path, 0).get(0));
            assertEquals(0, Stage.millis(path, 1).get(0));
            seen.addAll(numbers(video, Stage.samples(path, 0)));
            heard.addAll(numbers(audio, Stage.samples(path, 1)));
        }
        assertEquals(range(0, pictures), seen);
        assertEquals(range(0, sounds), heard);
    }

    @Test
    void aSplitIsMadeAtTheNextKeyFrameAndLosesNothing() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        stage.recorder.split(); // there is no file yet
        run(stage, video, audio, 0, 2500);
        stage.recorder.split();
        stage.recorder.split();
        run(stage, video, audio, 2500, 6200);
        stage.recorder.split();
        run(stage, video, audio, 6200, 8000);
        RecordingSummary summary = stage.stop();

        assertEquals(3, summary.files().size(), summary.files().toString());
        assertEquals(summary.files(), stage.finished);
        assertOneAfterTheOther(summary.files(), video, 200, audio, 400);
        assertEquals(75, Stage.samples(summary.files().get(0), 0).size(), "to the key frame at 3 s");
        assertEquals(100, Stage.samples(summary.files().get(1), 0).size(), "to the one at 7 s");
    }

    @Test
    void gapsAreToldWhereTheyAre() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        run(stage, video, audio, 0, 2000);
        for (int i = 0; i < 10; i++) {
            audio.lose();
        }
        long startNs = stage.loop.nowNs();
        for (long ms = 2000; ms < 4000; ms += 20) {
            stage.loop.advanceTo(startNs + (ms - 2000) * MS);
            if (ms % 40 == 0 && ms < 2400) {
                video.frame(ms * 90, ms % 1000 == 0); // and then it holds still
            }
            if (ms >= 2200) {
                audio.frame(ms * 48, true);
            }
        }
        run(stage, video, audio, 4000, 5000);
        stage.stop();

        assertEquals(1, stage.facts.size());
        RecordedFile facts = stage.facts.get(0);
        assertEquals(Stage.NOW, facts.startedAt());
        assertEquals(5000 * MS, facts.durationNs());
        assertNull(facts.failure());
        RecordedFile.Track pictures = facts.tracks().get(0);
        RecordedFile.Track sound = facts.tracks().get(1);
        assertEquals(List.of(new RecordedFile.Gap(2400 * MS, 1600 * MS, 0)), pictures.gaps());
        assertEquals(List.of(new RecordedFile.Gap(2000 * MS, 200 * MS, 10)), sound.gaps());
        assertEquals(0, pictures.lost());
        assertEquals(10, sound.lost());
        assertEquals(240, sound.frames());
        assertEquals("video0", pictures.id());
        assertEquals(320, pictures.config().width());
    }

    @Test
    void soundAloneIsSplitAtOnce() throws Exception {
        Stage stage = stage();
        Sender audio = stage.sender(OPUS);
        run(stage, null, audio, 0, 1500);
        stage.recorder.split();
        run(stage, null, audio, 1500, 3000);
        RecordingSummary summary = stage.stop();
        assertEquals(2, summary.files().size());
        var sounds = numbers(audio, Stage.samples(summary.files().get(0), 0));
        assertEquals(75, sounds.size(), 5);
        var all = new ArrayList<>(sounds);
        all.addAll(numbers(audio, Stage.samples(summary.files().get(1), 0)));
        assertEquals(range(0, 150), all);
    }

    @Test
    void picturesBeforeTheFirstKeyFrameAreLeftOutAndSoundIsNot() throws Exception {
        Stage stage = stage();
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        run(stage, video, audio, 520, 3000);
        RecordingSummary summary = stage.stop();
        assertEquals(0, Stage.millis(file(), trackOf(file(), MediaKind.VIDEO)).get(0) % 20);
        assertEquals(480, Stage.millis(file(), trackOf(file(), MediaKind.VIDEO)).get(0));
        assertEquals(0, Stage.millis(file(), trackOf(file(), MediaKind.AUDIO)).get(0));
        assertEquals(12, summary.tracks().get(0).droppedFrames());
        assertEquals(1, stage.warnings.size(), stage.warnings.toString());
    }

    private static int trackOf(Path file, MediaKind kind) throws Exception {
        var tracks = Stage.tracks(file);
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).kind() == kind) {
                return i;
            }
        }
        throw new AssertionError("no such track");
    }
}
