package io.mediatool.recorder.file;

import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the files of a recording. Tests put full disks behind it. */
public interface FileOpener {
    /**
     * Makes an empty file.
     *
     * @param overwrite whether one that is there may be replaced
     */
    Mp4File create(Path path, boolean overwrite) throws IOException;
}
