package io.mediatool.cli.terminal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Words for what goes wrong with files. */
public final class FileErrors {
    private FileErrors() {}

    /** The failure to open or read {@code path}, as the user should read it. */
    public static CommandException unreadable(Path path, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new CommandException(ExitCode.FILE, path + ": there is no such file");
        }
        if (cause instanceof AccessDeniedException) {
            return new CommandException(ExitCode.FILE, path + ": permission denied");
        }
        return new CommandException(ExitCode.FILE, path + ": cannot be read: " + cause.getMessage());
    }
}
