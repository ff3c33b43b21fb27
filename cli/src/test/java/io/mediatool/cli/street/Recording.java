package io.mediatool.cli.street;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running {@code mediatool record} and the file it writes. */
final class Recording implements AutoCloseable {
    private final Path file;
    private final Visitor visitor;

    private Recording(Path file, Visitor visitor) {
        this.file = file;
        this.visitor = visitor;
    }

    /** Starts a recording and waits until it listens. */
    static Recording start(Path directory, String arguments) {
        return begin(directory, arguments).listening();
    }

    /** Starts a recording that may need something before it can listen. */
    static Recording begin(Path directory, String arguments) {
        Path file = directory.resolve("recorded.mp4");
        var words = new ArrayList<>(List.of("record", "-o", file.toString(), "--timeout", "25s"));
        words.addAll(List.of(Street.words(arguments)));
        return new Recording(file, Street.mediatool(directory, words.toArray(new String[0])));
    }

    Recording listening() {
        visitor.awaitLine("listening");
        return this;
    }

    Visitor visitor() {
        return visitor;
    }

    Path file() {
        return file;
    }

    /** Waits for the recording's own end, which must be a good one. */
    Path finish() {
        visitor.assertExit(0);
        return file;
    }

    String story() {
        return visitor.story();
    }

    @Override
    public void close() {
        visitor.close();
    }
}
