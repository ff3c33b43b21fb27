package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4Sample;
import java.io.IOException;

/**
 * A cursor over the samples of one track, in decoding order. Times are on the movie's clock (edit list applied) in units of
 * the track's timescale. Tracks of tiny samples (PCM stored one frame a sample) come in groups of about 20 ms.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4TrackReader {
    Mp4TrackReader() {}

    /**
     * Steps to the next sample.
     *
     * @return false at the end, also where a torn file breaks off
     * @throws MalformedException when the index contradicts itself; the track ends there
     */
    public boolean next() throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Steps so that the next {@link #next()} gives the sample wanted: the last one that starts at or before {@code dts}, or
     * the first sample when there is none.
     *
     * @param dts decoding time in units of the track's timescale
     * @param previousSync whether to go back further to a sync sample
     */
    public void seek(long dts, boolean previousSync) throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }

    /** Decoding time of the current sample. */
    public long dts() {
        throw new IllegalStateException("not built yet");
    }

    /** Presentation time of the current sample. */
    public long pts() {
        throw new IllegalStateException("not built yet");
    }

    /** Duration of the current sample (of a group: of all of it). */
    public long duration() {
        throw new IllegalStateException("not built yet");
    }

    /** Whether decoding can start at the current sample. */
    public boolean sync() {
        throw new IllegalStateException("not built yet");
    }

    /** Index of the current sample's description in {@code Mp4Track.descriptions}. */
    public int description() {
        throw new IllegalStateException("not built yet");
    }

    /** Where the current sample's data starts in the file. */
    public long position() {
        throw new IllegalStateException("not built yet");
    }

    /** Bytes of the current sample. */
    public int size() {
        throw new IllegalStateException("not built yet");
    }

    /**
     * The current sample with its data, in a new array.
     *
     * @throws MalformedException when its data lies outside the file; the cursor can go on
     */
    public Mp4Sample read() throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }
}
