package io.mediatool.recorder.file;

import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Where the files of a recording are made.
 *
 * @param names what they are called
 * @param opener makes them
 * @param overwrite whether one that is there already may be replaced
 */
public record FilePlace(FileNames names, FileOpener opener, boolean overwrite) {
    /** A file that is there now, still empty. */
    record Made(Path path, Mp4File file) {}

    /**
     * Makes file {@code number}, from 1.
     *
     * @param startsAt wall-clock time of its first frame
     * @throws IOException when it cannot be made, or is there and may not be replaced
     */
    Made make(int number, Instant startsAt) throws IOException {
        Path wanted = names.of(number, startsAt);
        Path path = overwrite || !names.yields(number) ? wanted : FileNames.free(wanted);
        return new Made(path, opener.create(path, overwrite));
    }
}
