package io.mediatool.cli.terminal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Words for what goes wrong with files. */
public final class FileErrors {
    private FileErrors() {}

    /** The failure to open or read {@code path}, as the user should read it. */
    public static CommandException unreadable(Path path, IOException cause) {
        boolean plain = cause instanceof NoSuchFileException || cause instanceof AccessDeniedException;
        return new CommandException(ExitCode.FILE, path + (plain ? ": " : ": cannot be read: ") + reason(cause));
    }

    /** The failure to write {@code path}. */
    public static CommandException unwritable(Path path, IOException cause) {
        String reason = cause instanceof NoSuchFileException ? "there is no such directory" : reason(cause);
        return new CommandException(ExitCode.FILE, path + ": cannot be written: " + reason);
    }

    /** What {@code cause} says besides the file's name, which is its whole message where the reason is plain to a program. */
    public static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "there is a file of this name";
        }
        String reason = cause instanceof FileSystemException known ? known.getReason() : null;
        return reason == null ? message(cause) : reason;
    }

    private static String message(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
