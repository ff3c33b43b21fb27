package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.movie.MovieFile;
import java.io.IOException;

/** Makes a recording that never ended, or any other fragmented MP4, an ordinary file, in place. */
public final class Mp4Repair {
    private Mp4Repair() {}

    /**
     * Repairs a file. Interrupted at any write it can be called again. A file that is ordinary already stays as it is.
     *
     * @param file open to change; borrowed, not closed
     * @throws MalformedException when nothing of it can be kept: no movie box, or no MP4 at all. Nothing was changed
     */
    public static Mp4Summary repair(Mp4File file) throws IOException, MalformedException {
        MovieFile movie = MovieFile.scan(file);
        Finisher finisher = Finisher.of(file, null);
        if (movie.fragmented()) {
            return finisher.hybrid(null);
        }
        if (movie.firstMoof() >= 0 && movie.movie().moov().start() > movie.firstMoof() && movie.firstMedia() >= 0) {
            // An earlier repair ended between its last steps: the index is there, the fragments are not hidden yet.
            MediaHeader.hide(file, movie, movie.movie().moov().start());
            return finisher.repaired();
        }
        return finisher.unchanged();
    }
}
