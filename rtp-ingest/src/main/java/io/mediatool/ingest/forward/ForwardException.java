package io.mediatool.ingest.forward;

/** A target that cannot be used. The message is one line that names the way out. */
public final class ForwardException extends Exception {
    private static final long serialVersionUID = 1L;

    public ForwardException(String message) {
        super(message);
    }
}
