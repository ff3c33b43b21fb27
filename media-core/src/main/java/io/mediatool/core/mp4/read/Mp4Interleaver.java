package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Samples of several tracks in the order of their decoding times. */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4Interleaver {
    Mp4Interleaver() {}

    /**
     * The cursor that stands on the next sample, or null at the end of all tracks. The cursor is lent until the next call:
     * read from it, do not step it.
     *
     * @throws MalformedException when a track's index contradicts itself; that track has ended, the others go on with the
     *     next call
     */
    public @Nullable Mp4TrackReader next() throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }

    /**
     * Goes to a time: each picture track to its last sync sample at or before it, each sound track to the sample there
     * <em>at the earliest of these</em>, so that nothing is missing from the first picture on.
     *
     * @param timeNs nanoseconds on the movie's clock
     */
    public void seek(long timeNs) throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }
}
