package io.mediatool.core.bits;

/**
 * The peer's bytes break their format. Thrown by parsers, caught once per door, counted by {@link #reason()} and dropped.
 *
 * <p>Carries no stack trace: throwing one costs little more than a return, so hostile input is no lever.
 */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final long offset;

    /**
     * @param reason a short constant phrase ("truncated header"); it becomes a counter's key, so no values in it
     * @param offset where in the parsed input, in bytes, or -1 when no single place is at fault
     */
    public MalformedException(String reason, long offset) {
        super(reason, null, false, false);
        this.reason = reason;
        this.offset = offset;
    }

    /** What is wrong, as a constant phrase. */
    public String reason() {
        return reason;
    }

    /** Byte offset in the parsed input, or -1. */
    public long offset() {
        return offset;
    }

    @Override
    public String getMessage() {
        return offset < 0 ? reason : reason + " at byte " + offset;
    }
}
