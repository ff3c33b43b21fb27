package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.Mp4Track;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * An open MP4 or MOV file: progressive, fragmented or hybrid, finished or torn. One thread at a time, cursors included; any
 * number of cursors may be open.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4Reader implements Closeable {

    /**
     * Reads what a file is and which tracks it has; sample tables stay in the file.
     *
     * @param file transferred: {@link #close} closes it. Stays the caller's when this throws
     * @throws MalformedException when this is no MP4, or its movie box breaks the format
     */
    public static Mp4Reader open(Mp4File file) throws IOException, MalformedException {
        throw new IllegalStateException("not built yet");
    }

    /** How its samples are indexed. */
    public Mp4State state() {
        throw new IllegalStateException("not built yet");
    }

    /** Its sound and picture tracks, in the order of the file; possibly none. */
    public List<Mp4Track> tracks() {
        throw new IllegalStateException("not built yet");
    }

    /**
     * A cursor before the first sample of a track.
     *
     * @throws IllegalArgumentException when there is no such track
     */
    public Mp4TrackReader track(int trackId) {
        throw new IllegalStateException("not built yet");
    }

    /** A cursor over several tracks by decoding time, before the first sample. */
    public Mp4Interleaver interleaved(Collection<Integer> trackIds) {
        throw new IllegalStateException("not built yet");
    }

    @Override
    public void close() throws IOException {
        throw new IllegalStateException("not built yet");
    }
}
