package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording that is over but for packets that have been asked for again, in virtual time. */
final class FinishTest {
    private static final RtpFormat VP8 = RtpFormat.of(Codec.VP8, 96);
    private static final RtpFormat OPUS = RtpFormat.of(Codec.OPUS, 111);
    private static final long MS = 1_000_000L;
    private static final long REORDER_MS = 1_600;

    @TempDir
    Path directory;

    private Stage stage;
    private Sender video;
    private Sender audio;

    @BeforeEach
    void begin() throws Exception {
        stage = new Stage(
                RecorderOptions.defaults(directory.resolve("out.mp4")).withReorder(Duration.ofMillis(REORDER_MS)));
        video = stage.sender(VP8);
        audio = stage.sender(OPUS);
        run(0, 4_000);
    }

    /** Sound of 20 ms and pictures of 40 ms, a key frame a second. */
    private void run(long fromMs, long toMs) {
        for (long ms = fromMs; ms < toMs; ms += 20) {
            stage.loop.advanceTo(ms * MS);
            if (ms % 40 == 0) {
                video.frame(ms * 90, ms % 1000 == 0);
            }
            audio.frame(ms * 48, true);
        }
        stage.loop.advanceTo(toMs * MS);
    }

    private CompletableFuture<RecordingSummary> finish() {
        var done = stage.recorder.finish();
        stage.loop.advanceTo(stage.loop.nowNs());
        return done;
    }

    private List<Integer> numbers(Sender of, int track) throws Exception {
        return Stage.samples(stage.file, track).stream()
                .map(sample -> of.numberOf(sample.data()))
                .toList();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void aWholeRecordingEndsAtOnce() throws Exception {
        var done = finish();
        assertTrue(done.isDone());
        run(4_000, 4_200);
        assertEquals(range(0, 100), numbers(video, 0));
        assertEquals(range(0, 200), numbers(audio, 1));
    }

    @Test
    void whatIsMissingIsWaitedForAndNothingLaterIsRecorded() throws Exception {
        Runnable picture = video.later(4_000 * 90, true);
        Runnable sound = audio.later(4_000 * 48, true);
        run(4_040, 4_400);
        var done = finish();
        run(4_400, 4_900);
        sound.run();
        video.lose(); // of what comes later, and does not matter
        run(4_900, 5_200);
        assertFalse(done.isDone());
        picture.run();
        RecordingSummary summary = done.join();
        run(5_200, 6_000);

        assertNull(summary.failure());
        assertEquals(range(0, 110), numbers(video, 0));
        assertEquals(range(0, 219), numbers(audio, 1));
        for (TrackSummary track : summary.tracks()) {
            assertEquals(0, track.lost(), track.id());
            assertEquals(0, track.droppedFrames(), track.id());
        }
    }

    @Test
    void whatDoesNotComeIsGivenUp() throws Exception {
        video.lose();
        run(4_040, 4_400);
        var done = finish();
        run(4_400, 4_000 + REORDER_MS);
        assertFalse(done.isDone());
        run(4_000 + REORDER_MS, 4_060 + REORDER_MS);
        RecordingSummary summary = done.join();

        List<Integer> expected = new ArrayList<>(range(0, 110));
        expected.remove(Integer.valueOf(100));
        assertEquals(expected, numbers(video, 0));
        assertEquals(range(0, 218), numbers(audio, 1));
        assertEquals(1, summary.tracks().get(0).lost());
    }

    @Test
    void whoStopsWaitsForNothing() throws Exception {
        video.lose();
        run(4_040, 4_400);
        var done = finish();
        run(4_400, 4_800);
        assertFalse(done.isDone());
        assertEquals(1, stage.stop().tracks().get(0).lost());
        assertTrue(done.isDone());
        assertEquals(109, numbers(video, 0).size());
    }

    @Test
    void aPictureThatHasBegunIsTakenToItsEnd() throws Exception {
        Runnable[] parts = video.parts(4_000 * 90, 3, true);
        parts[0].run();
        var done = finish();
        stage.loop.advanceTo(4_010 * MS);
        assertFalse(done.isDone());
        parts[2].run(); // the marker's
        assertFalse(done.isDone());
        stage.loop.advanceTo(4_030 * MS);
        parts[1].run();
        assertEquals(0, done.join().tracks().get(0).damagedFrames());
        assertEquals(range(0, 101), numbers(video, 0));
    }

    /** Not every sender marks the last packet of a picture: the first of the next one tells where it was. */
    @Test
    void theNextPictureTellsWhetherAnythingIsMissing() throws Exception {
        Runnable[] parts = video.parts(4_000 * 90, 3, false);
        parts[0].run();
        parts[1].run();
        var done = finish();
        assertFalse(done.isDone());
        video.frame(4_040 * 90, false);
        assertFalse(done.isDone(), "one may be missing between them");
        parts[2].run();
        assertTrue(done.isDone());
        assertEquals(0, done.join().tracks().get(0).lost());
    }

    @Test
    void aSourceThatEndsIsNotWaitedFor() throws Exception {
        video.lose();
        run(4_040, 4_400);
        var done = finish();
        stage.room.unpublish(stage.stream);
        stage.loop.advanceTo(stage.loop.nowNs() + MS);
        assertTrue(done.isDone());
        assertEquals(109, numbers(video, 0).size());
    }

    @Test
    void withoutStreamsItEndsAtOnce() throws Exception {
        var empty = new Stage(RecorderOptions.defaults(directory.resolve("none.mp4")));
        var done = empty.recorder.finish();
        empty.loop.advanceTo(0);
        assertEquals(List.of(), done.join().files());
    }
}
