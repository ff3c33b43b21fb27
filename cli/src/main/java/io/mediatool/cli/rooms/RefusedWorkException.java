package io.mediatool.cli.rooms;

/** Something that is not begun. The message is one line for whoever asked for it. Carries no stack trace. */
public final class RefusedWorkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;

    /** @param httpStatus 400, 404, 409, 422 or 503 */
    public RefusedWorkException(int httpStatus, String line) {
        super(line, null, false, false);
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** The message, never null. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
