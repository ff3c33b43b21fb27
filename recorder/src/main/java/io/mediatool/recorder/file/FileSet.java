package io.mediatool.recorder.file;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.write.Mp4Writer;
import io.mediatool.core.rtp.NtpTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files of one recording: decides which sample goes into which. A cut is made at a key frame of the leading picture track;
 * the other tracks are cut at the same instant of media time, for which sound that runs ahead of the picture waits, and the
 * old file stays open until sound that runs behind has passed the cut. So every sample is in one file, once.
 */
final class FileSet {
    /** How far tracks may run apart while a cut waits for all of them. */
    private static final long APART_NS = 3_000_000_000L;
    /** A further picture track that sends no key frame is cut between key frames after this. */
    private static final long NO_KEY_FRAME_NS = 10_000_000_000L;

    private static final int MAX_HELD_BYTES = 64 << 20;

    private final FileOptions options;
    private final Opening opening;
    private final Function<Codec, CodecModule> codecs;
    private final Map<Integer, RecordedTrack> tracks = new HashMap<>();
    private final Map<Integer, Long> offsetsNs = new HashMap<>();
    private final Deque<TimedSample> held = new ArrayDeque<>();
    private final Set<Integer> movedOn = new HashSet<>();
    private final Written written = new Written();
    private int heldBytes;

    private @Nullable RecordingFile current;
    private @Nullable RecordingFile closing;
    private long cutNs;
    private int leader = -1;
    private long leaderNs = Long.MIN_VALUE;
    private int files;
    private boolean splitting;
    private long latestNs = Long.MIN_VALUE;
    private long ntpOfStart;

    /** Opens files and learns of them. */
    interface Opening {
        /** Makes file {@code number}, from 1, whose first sample has the wall-clock time {@code ntp}. */
        Opened open(int number, long ntp) throws IOException;

        /** @param whole whether every sample that was added is in it */
        void onFinished(RecordedFile file, Mp4Summary summary, boolean whole);
    }

    /** A new file. */
    record Opened(Path path, Mp4Writer writer) {}

    FileSet(FileOptions options, Function<Codec, CodecModule> codecs, Opening opening) {
        this.options = options;
        this.codecs = codecs;
        this.opening = opening;
    }

    void track(RecordedTrack track) {
        tracks.put(track.number(), track);
    }

    /** A track's media time 0 lies at {@code offsetNs} from the recording's start, also for what is in the file already. */
    void start(int track, long offsetNs) {
        offsetsNs.put(track, offsetNs);
        if (closing != null) {
            closing.move(track, offsetNs);
        }
        if (current != null) {
            current.move(track, offsetNs);
        }
    }

    void wallClock(long ntp) {
        ntpOfStart = ntp;
        if (current != null) {
            current.wallClock(ntp);
        }
        if (closing != null) {
            closing.wallClock(ntp);
        }
    }

    void add(TimedSample sample) throws IOException {
        if (options.segmentNs() == 0 && !options.newFileOnChange() && !splitting && closing == null && held.isEmpty()) {
            write(current(sample), sample);
            return;
        }
        if (leader < 0 && track(sample).kind() == MediaKind.VIDEO) {
            leader = sample.track();
        }
        if (leader >= 0 && leader != sample.track()) {
            follow(sample);
        } else {
            lead(sample);
        }
    }

    /** The next key frame begins another file; without pictures the next frame does. */
    void split() {
        RecordingFile file = current;
        if (splitting || file == null) {
            return;
        }
        splitting = true;
        if (options.segmentNs() == 0 && !options.newFileOnChange()) {
            leaderNs = latestNs;
            leader = tracks.values().stream()
                    .filter(track -> track.kind() == MediaKind.VIDEO && file.has(track.number()))
                    .mapToInt(RecordedTrack::number)
                    .min()
                    .orElse(-1);
        }
    }

    /** Bytes that wait for the next fragment. */
    long pendingBytes() {
        return heldBytes + (current == null ? 0 : current.pendingBytes());
    }

    /** Writes what is pending as one fragment. */
    void flush() throws IOException {
        if (closing != null) {
            closing.flush(options.sync());
        }
        if (current != null) {
            current.flush(options.sync());
        }
    }

    /** Finishes all files. */
    void finish() throws IOException {
        try {
            while (!held.isEmpty()) {
                releaseOne();
            }
        } finally {
            finishClosing();
            RecordingFile last = current;
            current = null;
            finish(last);
        }
    }

    /** What the finished files hold. */
    Written written() {
        return written;
    }

    private void lead(TimedSample sample) throws IOException {
        long ns = timeNs(sample);
        RecordingFile file = current;
        if (file != null && isCut(file, sample, ns)) {
            cut(ns);
        }
        leaderNs = leader < 0 ? Long.MIN_VALUE : ns;
        route(sample, ns, true);
        while (!held.isEmpty() && timeNs(held.getFirst()) <= leaderNs) {
            releaseOne();
        }
    }

    private boolean isCut(RecordingFile file, TimedSample sample, long ns) {
        boolean due = isDue(file, ns);
        boolean changed = options.newFileOnChange() && leader >= 0 && file.changes(sample);
        return sample.sync() && (due || changed);
    }

    private boolean isDue(RecordingFile file, long ns) {
        return splitting || options.segmentNs() > 0 && ns - file.zeroNs() >= options.segmentNs();
    }

    private void follow(TimedSample sample) throws IOException {
        held.addLast(sample);
        heldBytes += sample.data().length;
        while (!held.isEmpty()) {
            long ns = timeNs(held.getFirst());
            boolean leaderSilent = timeNs(sample) - leaderNs > APART_NS || heldBytes > MAX_HELD_BYTES;
            if (ns > leaderNs && !leaderSilent) {
                return;
            }
            RecordingFile file = current;
            if (ns > leaderNs
                    && file != null
                    && isDue(file, ns)
                    && held.getFirst().sync()) {
                cut(ns);
                leader = -1; // the pictures have gone; the next to come lead again
            }
            releaseOne();
        }
    }

    private void releaseOne() throws IOException {
        TimedSample sample = held.removeFirst();
        heldBytes -= sample.data().length;
        route(sample, timeNs(sample), false);
    }

    private void route(TimedSample sample, long ns, boolean leads) throws IOException {
        RecordingFile old = closing;
        if (old != null && !leads && !movedOn.contains(sample.track())) {
            boolean sound = track(sample).kind() == MediaKind.AUDIO;
            if (ns < cutNs || !sound && !sample.sync() && ns < cutNs + NO_KEY_FRAME_NS) {
                write(old, sample);
                return;
            }
            movedOn.add(sample.track());
        }
        write(current(sample), sample);
        if (old != null && (movedOn.size() >= old.trackCount() || ns > cutNs + APART_NS)) {
            finishClosing();
        }
    }

    private void cut(long ns) throws IOException {
        finishClosing();
        splitting = false;
        closing = current;
        current = null;
        cutNs = ns;
        movedOn.clear();
        if (leader >= 0) {
            movedOn.add(leader);
        }
    }

    private RecordingFile current(TimedSample sample) throws IOException {
        RecordingFile file = current;
        if (file != null && !file.hasRoomFor(sample)) {
            cut(timeNs(sample));
            file = null;
        }
        if (file == null) {
            long ntp = ntpOfStart == 0 ? 0 : NtpTime.plusNs(ntpOfStart, timeNs(sample));
            Opened opened = opening.open(++files, ntp);
            file = new RecordingFile(opened.path(), opened.writer(), codecs);
            file.wallClock(ntpOfStart);
            current = file;
        }
        return file;
    }

    private void write(RecordingFile file, TimedSample sample) throws IOException {
        latestNs = Math.max(latestNs, timeNs(sample));
        file.add(sample, track(sample), offsetsNs.getOrDefault(sample.track(), 0L));
    }

    private void finishClosing() throws IOException {
        RecordingFile old = closing;
        closing = null;
        finish(old);
    }

    private void finish(@Nullable RecordingFile file) throws IOException {
        if (file != null) {
            Mp4Summary summary = file.finish();
            written.add(summary, file.numbers());
            opening.onFinished(file.facts(summary), summary, file.isWhole(summary));
        }
    }

    private RecordedTrack track(TimedSample sample) {
        RecordedTrack track = tracks.get(sample.track());
        if (track == null) {
            throw new IllegalStateException("unknown track " + sample.track());
        }
        return track;
    }

    private long timeNs(TimedSample sample) {
        return offsetsNs.getOrDefault(sample.track(), 0L)
                + track(sample).scale().toNs(sample.dts());
    }
}
