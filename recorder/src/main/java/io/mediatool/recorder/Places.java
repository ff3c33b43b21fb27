package io.mediatool.recorder;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks before a recording whether its file can be made, so that nobody learns it when the first frame is there. */
final class Places {
    private Places() {}

    /** @throws IOException with one line that names the way out */
    static void check(Path file, boolean overwrite) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null
                || file.getFileName() == null
                || file.getFileName().toString().isEmpty()) {
            throw new IOException("cannot record into " + file + ": it names no file");
        }
        if (!Files.isDirectory(parent)) {
            throw new IOException(
                    "cannot record into " + file + ": there is no directory " + parent + ", make it first");
        }
        if (!Files.isWritable(parent)) {
            throw new IOException("cannot record into " + file + ": no permission to write in " + parent);
        }
        if (Files.isDirectory(file)) {
            throw new IOException("cannot record into " + file + ": it is a directory, name a file in it");
        }
        if (Files.exists(file) && !overwrite) {
            throw new FileAlreadyExistsException(file.toString(), null, "it is there already");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new IOException("cannot record into " + file + ": no permission to write it");
        }
    }
}
