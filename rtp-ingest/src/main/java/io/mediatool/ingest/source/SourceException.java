package io.mediatool.ingest.source;

/** A source cannot be understood or opened. The message is one line: what is wrong, where, and the way out. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    public SourceException(String message) {
        super(message);
    }
}
