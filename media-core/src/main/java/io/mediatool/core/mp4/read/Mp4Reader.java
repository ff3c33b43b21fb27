package io.mediatool.core.mp4.read;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4State;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.movie.MovieFile;
import io.mediatool.core.mp4.movie.TrackBox;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An open MP4 or MOV file: progressive, fragmented or hybrid, finished or torn. One thread at a time, cursors included; any
 * number of cursors may be open.
 *
 * <p>Of an edit list the delay before the media and the media time it starts at are applied; what further edits leave out
 * or repeat is played once, through.
 */
public final class Mp4Reader implements Closeable {
    private final Mp4File file;
    private final MovieFile movie;

    private Mp4Reader(Mp4File file, MovieFile movie) {
        this.file = file;
        this.movie = movie;
    }

    /**
     * Reads what a file is and which tracks it has; sample tables stay in the file.
     *
     * @param file transferred: {@link #close} closes it. Stays the caller's when this throws
     * @throws MalformedException when this is no MP4, or its movie box breaks the format
     */
    public static Mp4Reader open(Mp4File file) throws IOException, MalformedException {
        return new Mp4Reader(file, MovieFile.scan(file));
    }

    /** How its samples are indexed. */
    public Mp4State state() {
        return movie.state();
    }

    /** Its sound and picture tracks, in the order of the file; possibly none. */
    public List<Mp4Track> tracks() {
        return movie.movie().mediaTracks();
    }

    /**
     * A cursor before the first sample of a track.
     *
     * @throws IllegalArgumentException when there is no such track
     * @throws MalformedException when its index cannot be read
     */
    public Mp4TrackReader track(int trackId) throws IOException, MalformedException {
        TrackBox box = movie.movie().find(trackId);
        Mp4Track track = box == null ? null : box.track();
        if (box == null || track == null) {
            throw new IllegalArgumentException("no track " + trackId);
        }
        return new Mp4TrackReader(file, track, box.shift(), movie.file().size(), movie.cursor(box));
    }

    /** A cursor over several tracks by decoding time, before the first sample. */
    public Mp4Interleaver interleaved(Collection<Integer> trackIds) throws IOException, MalformedException {
        var cursors = new ArrayList<Mp4TrackReader>();
        for (int id : trackIds) {
            cursors.add(track(id));
        }
        return new Mp4Interleaver(cursors);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
