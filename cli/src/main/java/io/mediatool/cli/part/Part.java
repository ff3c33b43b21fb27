package io.mediatool.cli.part;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One source or sink of a run: opened by the run, closed once, asked for its story at the end. Each fails alone. */
public interface Part {
    /** Its share of the status line, or null when it has nothing to say. Called on the loop. */
    @Nullable String status(long nowNs);

    /** What made it fail, as one line, or null. */
    @Nullable String failure();

    /** Finishes it: blocks until its file is complete and its sockets are closed. Harmless when repeated. */
    void close();

    /** The key of its summary in the JSON object. */
    String name();

    /** Its summary for programs; after {@link #close()}. */
    Object summary();

    /** Its summary for people; after {@link #close()}. */
    List<String> lines();
}
