package io.mediatool.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * A sender that captures 30 pictures a second and sound of 20 ms as browsers do, and says in sender reports when that was: of pictures
 * every second, of sound every five. Times are of capture, in nanoseconds from the beginning; what comes of it when, and which
 * reports are late, is the test's to say.
 */
final class BrowserLike {
    static final long MS = 1_000_000L;
    static final long S = 1_000 * MS;
    private static final int FPS = 30;
    private static final long SOUND_NS = 20 * MS;
    /** The sender's wall clock is not ours. */
    private static final Duration CLOCK_OFF = Duration.ofMillis(12_345);

    final Stage stage;
    final Sender video;
    final Sender audio;
    final Random random;
    /** From capture to arrival. */
    LongUnaryOperator pictureDelay = takenNs -> 60 * MS;

    LongUnaryOperator soundDelay = takenNs -> 20 * MS;
    /** How much too late a report of sound says that sound was captured. */
    LongUnaryOperator reportError = takenNs -> 0;
    /** What is not captured. */
    LongPredicate noPicture = takenNs -> false;

    /** Lost, and sent again up to half a second later. */
    double loss;

    /** When the sound's RTP clock stands still, and for how long: nothing is captured meanwhile. */
    long stoodAtNs = Long.MAX_VALUE;

    long stoodNs;

    /** When its wall clock is set forward, and by how much. */
    long wallSetAtNs = Long.MAX_VALUE;

    long wallSetNs;

    private final long seed;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Long> pictures = new ArrayList<>();
    private final List<Long> sounds = new ArrayList<>();

    private record Event(long atNs, int order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNs == other.atNs ? Integer.compare(order, other.order) : Long.compare(atNs, other.atNs);
        }
    }

    BrowserLike(Path file, long seed) throws Exception {
        this.seed = seed;
        random = new Random(seed);
        stage = new Stage(RecorderOptions.defaults(file).withReorder(Duration.ofMillis(1_200)));
        video = stage.sender(RtpFormat.of(Codec.VP8, 96));
        audio = stage.sender(RtpFormat.of(Codec.OPUS, 111));
    }

    /** Sends so many seconds and ends the recording. */
    RecordingSummary run(int seconds) {
        for (int i = 0; i < seconds * FPS; i++) {
            long takenNs = i * S / FPS;
            if (!noPicture.test(takenNs)) {
                arrive(takenNs, pictureDelay, video.later(takenNs * 9 / 100_000, pictures.size() % 150 == 0));
                pictures.add(takenNs);
            }
        }
        for (long takenNs = 0; takenNs < seconds * S; takenNs += SOUND_NS) {
            if (!isStanding(takenNs)) {
                arrive(takenNs, soundDelay, audio.later(soundTimestamp(takenNs), true));
                sounds.add(takenNs);
            }
        }
        for (long takenNs = S / 2; takenNs < seconds * S; takenNs += S / 2 + random.nextLong(S)) {
            report(video, takenNs, takenNs * 9 / 100_000, 0);
        }
        for (long takenNs = 2 * S; takenNs < seconds * S; takenNs += 5 * S / 2 + random.nextLong(5 * S)) {
            if (!isStanding(takenNs)) {
                report(audio, takenNs, soundTimestamp(takenNs), reportError.applyAsLong(takenNs));
            }
        }
        while (!events.isEmpty()) {
            Event next = events.remove();
            stage.loop.advanceTo(next.atNs);
            next.what.run();
        }
        stage.loop.advanceBy(2 * S);
        return stage.stop();
    }

    private boolean isStanding(long takenNs) {
        return takenNs >= stoodAtNs && takenNs < stoodAtNs + stoodNs;
    }

    private long soundTimestamp(long takenNs) {
        return (takenNs < stoodAtNs ? takenNs : takenNs - stoodNs) * 6 / 125_000;
    }

    private void arrive(long takenNs, LongUnaryOperator delay, Runnable packet) {
        long againNs = random.nextDouble() < loss ? 50 * MS + random.nextLong(450 * MS) : 0;
        events.add(new Event(takenNs + delay.applyAsLong(takenNs) + againNs, events.size(), packet));
    }

    private void report(Sender of, long takenNs, long timestamp, long errorNs) {
        Instant wall = Stage.NOW.plus(CLOCK_OFF).plusNanos(takenNs + errorNs + (takenNs < wallSetAtNs ? 0 : wallSetNs));
        events.add(new Event(takenNs + errorNs + 20 * MS, events.size(), () -> of.report(wall, timestamp)));
    }

    /** Every frame is in the file, once and in order, and from then on every picture lies to every sound as they were captured. */
    void assertInStep(long fromNs, double toleranceMs) throws Exception {
        assertInStep(fromNs, Long.MAX_VALUE, toleranceMs);
    }

    void assertInStep(long fromNs, long untilNs, double toleranceMs) throws Exception {
        double earliest = Double.MAX_VALUE;
        double latest = -Double.MAX_VALUE;
        List<Double> pictureOffsets = offsets(MediaKind.VIDEO, video, pictures);
        List<Double> soundOffsets = offsets(MediaKind.AUDIO, audio, sounds);
        for (int i = 0; i < pictures.size(); i++) {
            if (pictures.get(i) >= fromNs && pictures.get(i) < untilNs) {
                earliest = Math.min(earliest, pictureOffsets.get(i));
                latest = Math.max(latest, pictureOffsets.get(i));
            }
        }
        double most = 0;
        for (int i = 0; i < sounds.size(); i++) {
            if (sounds.get(i) >= fromNs && sounds.get(i) < untilNs) {
                double offset = soundOffsets.get(i);
                most = Math.max(most, Math.max(latest - offset, offset - earliest));
            }
        }
        assertTrue(most <= toleranceMs, "seed " + seed + ": " + most + " ms apart, " + stage.warnings);
    }

    /** Pictures have the distances at which they were captured, from the first to the last. */
    void assertPicturesUntouched() throws Exception {
        List<Double> offsets = offsets(MediaKind.VIDEO, video, pictures);
        for (int i = 1; i < offsets.size(); i++) {
            assertEquals(offsets.get(0), offsets.get(i), 0.1, "seed " + seed + ", picture " + i);
        }
    }

    /** By how many milliseconds each frame is later in the file than it was captured. */
    private List<Double> offsets(MediaKind kind, Sender sender, List<Long> takenNs) throws Exception {
        List<Mp4Track> tracks = Stage.tracks(stage.file);
        int index = tracks.get(0).kind() == kind ? 0 : 1;
        List<Mp4Sample> samples = Stage.samples(stage.file, index);
        assertEquals(
                IntStream.range(0, takenNs.size()).boxed().toList(),
                samples.stream().map(sample -> sender.numberOf(sample.data())).toList(),
                "seed " + seed + ", each once and in order");
        var offsets = new ArrayList<Double>();
        for (int i = 0; i < samples.size(); i++) {
            offsets.add((tracks.get(index).toNs(samples.get(i).dts()) - takenNs.get(i)) / 1e6);
        }
        return offsets;
    }
}
