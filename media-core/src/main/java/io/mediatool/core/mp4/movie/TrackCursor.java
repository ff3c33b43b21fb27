package io.mediatool.core.mp4.movie;

import io.mediatool.core.bits.MalformedException;
import java.io.IOException;

/** Samples of the tables, then those of the fragments. */
final class TrackCursor implements SampleCursor {
    private final SampleCursor tables;
    private final SampleCursor fragments;
    private SampleCursor current;

    TrackCursor(SampleCursor tables, SampleCursor fragments) {
        this.tables = tables;
        this.fragments = fragments;
        this.current = tables;
    }

    @Override
    public SamplePoint sample() {
        return current.sample();
    }

    @Override
    public boolean next() throws IOException, MalformedException {
        if (current == tables) {
            if (tables.next()) {
                return true;
            }
            current = fragments;
        }
        return fragments.next();
    }

    @Override
    public boolean seek(long dts, boolean previousSync) throws IOException, MalformedException {
        boolean late = fragments.seek(dts, previousSync);
        current = late ? fragments : tables;
        return late || tables.seek(dts, previousSync);
    }
}
