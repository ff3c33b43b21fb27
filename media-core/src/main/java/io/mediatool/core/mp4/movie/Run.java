package io.mediatool.core.mp4.movie;

import org.jspecify.annotations.Nullable;

/** One track run (ISO/IEC 14496-12 §8.8.8), stepped through once. */
public final class Run {
    private static final int NON_SYNC = 0x1_0000;
    private static final byte[] NOTHING = new byte[0];

    /** Which fields each sample has, and what stands in for the others. */
    record Shape(int has, long duration, long size, int flags, int firstFlags) {
        int entryBytes() {
            return 4 * Integer.bitCount(has & 0xf00);
        }
    }

    private final int trackId;
    private final int description;
    private final long time;
    private final long position;
    private final int count;
    private byte[] table = NOTHING;
    private @Nullable Shape shape;
    private int at;
    private int taken;
    private long bytes;
    private long duration;

    Run(int trackId, int description, long time, long position, int count) {
        this.trackId = trackId;
        this.description = description;
        this.time = time;
        this.position = position;
        this.count = count;
    }

    /** Gives it its table, whose length was checked, and adds it up. */
    void entries(byte[] moof, int from, Shape fields) {
        table = moof;
        shape = fields;
        at = from;
        int stride = fields.entryBytes();
        int sizeAt = (fields.has & 0x100) != 0 ? 4 : 0;
        boolean sizes = (fields.has & 0x200) != 0;
        boolean durations = (fields.has & 0x100) != 0;
        bytes = sizes ? 0 : fields.size * count;
        duration = durations ? 0 : fields.duration * count;
        for (int i = 0; (sizes || durations) && i < count; i++) {
            int entry = from + i * stride;
            bytes += sizes ? u32(entry + sizeAt) : 0;
            duration += durations ? u32(entry) : 0;
        }
    }

    public int trackId() {
        return trackId;
    }

    /** Decoding time of the first sample ({@code tfdt}), or -1: it follows the run before. */
    public long time() {
        return time;
    }

    public long position() {
        return position;
    }

    public int count() {
        return count;
    }

    /** Bytes of all its samples. */
    public long bytes() {
        return bytes;
    }

    /** Sum of its durations. */
    public long duration() {
        return duration;
    }

    /**
     * Puts the next sample into {@code point}; false at the end.
     *
     * @param dts its decoding time
     * @param from where its data starts
     */
    public boolean next(SamplePoint point, long dts, long from) {
        Shape fields = shape;
        if (fields == null || taken == count) {
            return false;
        }
        int has = fields.has;
        point.dts = dts;
        point.position = from;
        point.description = description;
        point.chunkStart = taken == 0;
        point.duration = (has & 0x100) != 0 ? u32(advance()) : fields.duration;
        // Anything larger than an array lies outside every file that can be read; reading it says so.
        point.size = (int) Math.min(Integer.MAX_VALUE, (has & 0x200) != 0 ? u32(advance()) : fields.size);
        int flags = (has & 0x400) != 0 ? (int) u32(advance()) : taken == 0 ? fields.firstFlags : fields.flags;
        point.sync = (flags & NON_SYNC) == 0;
        point.ctsOffset = (has & 0x800) != 0 ? (int) u32(advance()) : 0;
        taken++;
        return true;
    }

    private int advance() {
        int here = at;
        at += 4;
        return here;
    }

    private long u32(int index) {
        return (table[index] & 0xffL) << 24
                | (table[index + 1] & 0xff) << 16
                | (table[index + 2] & 0xff) << 8
                | table[index + 3] & 0xff;
    }
}
