package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import java.io.IOException;

/** Steps through the samples of one track in decoding order; what it stands on is read from {@link #sample()}. */
public interface SampleCursor {

    /** Steps to the next sample; false at the end. */
    boolean next() throws IOException, MalformedException;

    /**
     * Steps so that {@link #next()} gives the last sample at or before {@code dts}, with {@code previousSync} the last sync
     * sample at or before that one.
     *
     * @param dts on the media's own clock, before edits
     * @return false when there is no such sample; the cursor is then before the first one
     */
    boolean seek(long dts, boolean previousSync) throws IOException, MalformedException;

    /** The current sample; one object that changes with every step. */
    SamplePoint sample();
}
