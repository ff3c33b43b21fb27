package io.mediatool.ingest.source;

/** A source cannot be understood or opened. The message is one line: what is wrong, where, and the way out. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean ofFile;

    /** It is named wrongly. */
    public SourceException(String message) {
        this(message, false);
    }

    private SourceException(String message, boolean ofFile) {
        super(message);
        this.ofFile = ofFile;
    }

    /** It is named well, but what it names cannot be read or holds nothing usable. */
    static SourceException ofFile(String message) {
        return new SourceException(message, true);
    }

    /** Whether a file is to blame, or standard input, and not how it was named. */
    public boolean isOfFile() {
        return ofFile;
    }
}
