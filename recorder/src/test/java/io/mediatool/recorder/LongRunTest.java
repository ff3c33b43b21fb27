package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to streams that run for long: new resolutions, pauses, clocks that are not the same. */
final class LongRunTest {
    private static final RtpFormat VP8 = RtpFormat.of(Codec.VP8, 96);
    private static final RtpFormat OPUS = RtpFormat.of(Codec.OPUS, 111);
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    private RecorderOptions options() {
        return RecorderOptions.defaults(directory.resolve("out.mp4"));
    }

    private static void pictures(Stage stage, Sender video, long fromMs, long toMs) {
        long startNs = stage.loop.nowNs() - fromMs * MS;
        for (long ms = fromMs; ms < toMs; ms += 40) {
            stage.loop.advanceTo(startNs + ms * MS);
            video.frame(ms * 90, ms % 1000 == 0);
        }
        stage.loop.advanceTo(startNs + toMs * MS);
    }

    @Test
    void aNewResolutionIsANewSampleEntryInTheSameFile() throws Exception {
        Stage stage = new Stage(options());
        Sender video = stage.sender(VP8);
        pictures(stage, video, 0, 3000);
        video.width = 640;
        pictures(stage, video, 3000, 6000);
        video.width = 320;
        pictures(stage, video, 6000, 7000);
        RecordingSummary summary = stage.stop();

        assertNull(summary.failure());
        assertEquals(1, summary.files().size());
        Mp4Track track = Stage.tracks(stage.file).get(0);
        assertEquals(2, track.descriptions().size());
        List<Mp4Sample> samples = Stage.samples(stage.file, 0);
        assertEquals(175, samples.size());
        for (int i = 0; i < samples.size(); i++) {
            assertEquals(i, video.numberOf(samples.get(i).data()));
            assertEquals(i >= 75 && i < 150 ? 1 : 0, samples.get(i).description(), "frame " + i);
            assertEquals(i * 40L, Math.round(track.toNs(samples.get(i).dts()) / 1e6));
        }
    }

    @Test
    void byOptionANewResolutionIsANewFile() throws Exception {
        Stage stage = new Stage(options().withNewFileOnChange(true));
        Sender video = stage.sender(VP8);
        pictures(stage, video, 0, 3000);
        video.width = 640;
        pictures(stage, video, 3000, 5000);
        RecordingSummary summary = stage.stop();

        assertNull(summary.failure());
        assertEquals(2, summary.files().size());
        int next = 0;
        for (Path path : summary.files()) {
            List<SampleDescription> descriptions = Stage.tracks(path).get(0).descriptions();
            assertEquals(1, descriptions.size());
            List<Mp4Sample> samples = Stage.samples(path, 0);
            assertTrue(samples.get(0).sync());
            assertEquals(0, samples.get(0).dts());
            for (Mp4Sample sample : samples) {
                assertEquals(next++, video.numberOf(sample.data()));
            }
        }
        assertEquals(125, next);
    }

    @Test
    void aSourceThatComesBackAfterHalfAMinuteGoesOnAtTheRightTime() throws Exception {
        for (boolean anew : new boolean[] {false, true}) {
            Stage stage = new Stage(options().withOverwrite(true));
            Sender video = stage.sender(VP8);
            pictures(stage, video, 0, 3000);
            stage.loop.advanceTo(stage.loop.nowNs() + 30_000 * MS);
            if (anew) {
                video.ssrc = 99;
                video.base = 123_456;
                video.sequence = 1;
            }
            pictures(stage, video, 33_000, 36_000);
            RecordingSummary summary = stage.stop();

            assertNull(summary.failure());
            assertEquals(List.of(stage.file), summary.files());
            List<Long> times = Stage.millis(stage.file, 0);
            assertEquals(150, times.size());
            assertEquals(2960, times.get(74));
            assertEquals(33_000, times.get(75));
            assertEquals(35_960, times.get(149));
            assertEquals(0, summary.tracks().get(0).lost());
        }
    }

    @Test
    void anHourOfClocksThatDifferStaysTogether() throws Exception {
        Stage stage = new Stage(options());
        Sender video = stage.sender(VP8);
        Sender audio = stage.sender(OPUS);
        video.payloadBytes = 8;
        audio.payloadBytes = 8;
        long startNs = stage.loop.nowNs();
        // The sound card counts 48,004.8 samples in a true second: its frames come every 19.998 ms.
        double soundMs = 20 / 1.0001;
        long hourMs = 3_600_000;
        long sounds = 0;
        long nextReportMs = 1000;
        for (long ms = 0; ms < hourMs; ms += 20) {
            stage.loop.advanceTo(startNs + ms * MS);
            if (ms % 40 == 0) {
                video.frame(ms * 90, ms % 2000 == 0);
            }
            while (sounds * soundMs <= ms) {
                audio.frame(sounds++ * 960, true);
            }
            if (ms >= nextReportMs) {
                nextReportMs += 5000;
                var now = Stage.NOW.plusNanos(stage.loop.nowNs());
                video.report(now, ms * 90);
                audio.report(now, Math.round(ms * 48 * 1.0001));
            }
        }
        RecordingSummary summary = stage.stop();

        assertNull(summary.failure());
        assertEquals(List.of(), stage.warnings);
        List<Long> pictures = Stage.millis(stage.file, 0);
        List<Long> heard = Stage.millis(stage.file, 1);
        assertEquals(hourMs / 40, pictures.size());
        assertEquals(sounds, heard.size());
        for (int i = 0; i < pictures.size(); i++) {
            assertEquals(i * 40L, pictures.get(i), 1, "picture " + i);
        }
        double worst = 0;
        for (int i = 0; i < heard.size(); i++) {
            worst = Math.max(worst, Math.abs(heard.get(i) - i * soundMs));
        }
        assertTrue(worst <= 20, "sound is off by " + worst + " ms");
        assertEquals(100, Math.abs(summary.tracks().get(1).clockDriftPpm()), 5);
    }
}
