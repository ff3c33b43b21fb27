package io.mediatool.core.mp4.movie;

/** What an index says of one sample. Reused by its cursor. */
public final class SamplePoint {
    long dts;
    int ctsOffset;
    long duration;
    boolean sync;
    int description;
    long position;
    int size;
    boolean chunkStart;

    /** Decoding time on the media's own clock, before edits. */
    public long dts() {
        return dts;
    }

    public int ctsOffset() {
        return ctsOffset;
    }

    public long duration() {
        return duration;
    }

    public boolean sync() {
        return sync;
    }

    /** Index of the sample description, from 0; not checked against the descriptions there are. */
    public int description() {
        return description;
    }

    /** Where its data starts in the file; not checked against the file. */
    public long position() {
        return position;
    }

    /** Bytes of data, at least 0. */
    public int size() {
        return size;
    }

    /** Whether a chunk or a track run starts here. */
    public boolean chunkStart() {
        return chunkStart;
    }
}
