package io.mediatool.cli.terminal;

/** Ends a command: one line for the user and the exit code. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param line what is wrong, where, and what to do about it
     */
    public CommandException(int exitCode, String line) {
        super(line, null, false, false);
        this.exitCode = exitCode;
    }

    /** What {@code cause} says, or its kind when it says nothing. */
    public CommandException(int exitCode, Exception cause) {
        this(exitCode, words(cause));
    }

    private static String words(Exception cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    public int exitCode() {
        return exitCode;
    }
}
