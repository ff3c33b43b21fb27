package io.mediatool.cli.terminal;

/** The exit codes of {@code mediatool}; stable, documented in README. */
public final class ExitCode {
    /** Done, also when stopped by Ctrl-C or SIGTERM. */
    public static final int OK = 0;
    /** Something failed while running: a bug or an error that no other code names. */
    public static final int FAILED = 1;
    /** The command line cannot be understood or asks for the impossible. */
    public static final int USAGE = 2;
    /** Nothing (usable) arrived before the deadline. */
    public static final int NOTHING_ARRIVED = 3;
    /** What arrived is not what {@code --expect} or {@code --min-frames} asked for. */
    public static final int NOT_AS_EXPECTED = 4;
    /** A file cannot be read, written or understood, a description too; a full disk. */
    public static final int FILE = 5;
    /** A port or address cannot be used; a server refuses or does not answer. */
    public static final int NETWORK = 6;

    private ExitCode() {}
}
