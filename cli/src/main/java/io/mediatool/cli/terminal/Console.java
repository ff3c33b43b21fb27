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
    private final int columns;
    private String status = "";

    /**
     * @param out standard error, or a test's buffer
     * @param quiet print errors only
     * @param columns width of the terminal on which a status line can be rewritten in place; 0 when there is none
     */
    public Console(PrintWriter out, boolean quiet, int columns) {
        this.out = out;
        this.quiet = quiet;
        this.columns = columns;
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

    /**
     * Replaces the status line; where there is no terminal nobody asks for it. What would wrap is cut off: a second
     * line could not be erased.
     */
    public synchronized void status(Supplier<String> text) {
        if (columns > 0 && !quiet) {
            String line = text.get();
            status = line.substring(0, Math.min(line.length(), columns - 1));
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
