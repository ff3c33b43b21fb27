package io.mediatool.cli.terminal;

import java.io.PrintWriter;
import java.util.function.Supplier;

/**
 * What the user reads while a command runs: lines on standard error, and on a terminal one status line below them that is
 * rewritten in place. Callable from any thread.
 */
public final class Console {
    private static final String ERASE_LINE = "\r\u001b[2K";

    private final PrintWriter out;
    private final boolean quiet;
    private final boolean terminal;
    private String status = "";

    /**
     * @param out standard error, or a test's buffer
     * @param quiet print errors only
     * @param terminal whether a status line can be rewritten in place
     */
    public Console(PrintWriter out, boolean quiet, boolean terminal) {
        this.out = out;
        this.quiet = quiet;
        this.terminal = terminal;
    }

    /** Something worth knowing. */
    public synchronized void line(String text) {
        if (!quiet) {
            print(text);
        }
    }

    /** What went wrong; printed even when quiet. */
    public synchronized void error(String text) {
        print("mediatool: " + text);
    }

    /** Replaces the status line; where there is no terminal nobody asks for it. */
    public synchronized void status(Supplier<String> text) {
        if (terminal && !quiet) {
            status = text.get();
            out.print(ERASE_LINE + status);
            out.flush();
        }
    }

    /** Leaves the status line as it is and goes on below it. */
    public synchronized void endStatus() {
        if (!status.isEmpty()) {
            status = "";
            out.println();
            out.flush();
        }
    }

    private void print(String text) {
        if (status.isEmpty()) {
            out.println(text);
        } else {
            out.println(ERASE_LINE + text);
            out.print(status);
        }
        out.flush();
    }
}
