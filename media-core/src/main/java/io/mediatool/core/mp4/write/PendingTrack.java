package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4TrackSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A track of a recording: what it is, and its samples since the last flush. Buffers are kept between flushes. */
final class PendingTrack {
    private static final int KEPT_BYTES = 8 << 20;

    final int id;
    final Mp4TrackSpec spec;
    final List<SampleDescription> descriptions = new ArrayList<>();
    private ByteWriter data = new ByteWriter(16 * 1024);
    private int[] sizes = new int[64];
    private int[] ctsOffsets = new int[64];
    private long[] durations = new long[64];
    private boolean[] syncs = new boolean[64];
    private int count;
    private int description;
    private long firstDts;
    private long lastDts;
    private long lastDuration;
    private boolean started;
    private long startedAt;
    private long moved;

    PendingTrack(int id, Mp4TrackSpec spec) {
        this.id = id;
        this.spec = spec;
        descriptions.add(spec.first());
    }

    /** Index of an equal description, or -1. */
    int find(SampleDescription wanted) {
        for (int i = 0; i < descriptions.size(); i++) {
            SampleDescription one = descriptions.get(i);
            boolean same = one.type().equals(wanted.type())
                    && one.configType().equals(wanted.configType())
                    && Arrays.equals(one.config(), wanted.config())
                    && one.width() == wanted.width()
                    && one.height() == wanted.height()
                    && one.sampleRate() == wanted.sampleRate()
                    && one.channels() == wanted.channels()
                    && one.sampleSizeBits() == wanted.sampleSizeBits();
            if (same) {
                return i;
            }
        }
        return -1;
    }

    void check(Mp4Sample sample) {
        if (sample.description() < 0 || sample.description() >= descriptions.size()) {
            throw new IllegalArgumentException("no description " + sample.description());
        }
        if (sample.dts() < (started ? lastDts : -spec.leadIn())) {
            throw new IllegalArgumentException("dts " + sample.dts() + " goes back");
        }
    }

    /** Whether {@code sample} must start a fragment: a track run has one description and 32-bit durations. */
    boolean breaksRun(Mp4Sample sample) {
        return count > 0 && (sample.description() != description || sample.dts() - lastDts > Integer.MAX_VALUE);
    }

    void add(Mp4Sample sample) {
        if (count == sizes.length) {
            grow();
        }
        if (count == 0) {
            firstDts = sample.dts();
            description = sample.description();
        } else {
            lastDuration = sample.dts() - lastDts;
            durations[count - 1] = lastDuration;
        }
        // Until the next sample tells: what the codec says, else what was before.
        long hint = sample.duration() > 0 ? sample.duration() : lastDuration;
        durations[count] = Math.max(0, Math.min(hint, Integer.MAX_VALUE));
        sizes[count] = sample.data().length;
        ctsOffsets[count] = sample.ctsOffset();
        syncs[count] = sample.sync();
        data.bytes(sample.data());
        lastDts = sample.dts();
        startedAt = started ? startedAt : sample.dts();
        started = true;
        count++;
    }

    private void grow() {
        int length = count * 2;
        sizes = Arrays.copyOf(sizes, length);
        ctsOffsets = Arrays.copyOf(ctsOffsets, length);
        durations = Arrays.copyOf(durations, length);
        syncs = Arrays.copyOf(syncs, length);
    }

    int count() {
        return count;
    }

    ByteWriter data() {
        return data;
    }

    int size(int index) {
        return sizes[index];
    }

    int ctsOffset(int index) {
        return ctsOffsets[index];
    }

    long duration(int index) {
        return durations[index];
    }

    boolean sync(int index) {
        return syncs[index];
    }

    /** Index of the description of all pending samples, from 0. */
    int description() {
        return description;
    }

    /** Movie time of the first pending sample, in units of the timescale. */
    long firstDts() {
        return firstDts;
    }

    /**
     * Moves all samples so that the first one is decoded at {@code dts}.
     *
     * @return whether that changes anything
     */
    boolean startAt(long dts) {
        long before = moved;
        moved = dts - startedAt;
        return moved != before;
    }

    boolean started() {
        return started;
    }

    /** What the track's edit list adds to the times of its samples. */
    long moved() {
        return moved;
    }

    void clear() {
        count = 0;
        data.reset();
        if (data.array().length > KEPT_BYTES) {
            data = new ByteWriter(16 * 1024);
        }
    }
}
