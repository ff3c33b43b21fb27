package io.mediatool.core.signalling.session;

import org.jspecify.annotations.Nullable;

/** A request that is not served. The message is one line for the client that sent it. Carries no stack trace. */
public final class RefusedSessionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;
    private final int retryAfterSeconds;
    private final @Nullable String counterOffer;

    /**
     * @param httpStatus 400, 404, 406, 409, 412, 422, 428 or 503
     * @param retryAfterSeconds 0 when trying again is of no use
     * @param counterOffer for 406: what could be watched, {@code application/sdp}
     */
    RefusedSessionException(int httpStatus, String line, int retryAfterSeconds, @Nullable String counterOffer) {
        super(line, null, false, false);
        this.httpStatus = httpStatus;
        this.retryAfterSeconds = retryAfterSeconds;
        this.counterOffer = counterOffer;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    public @Nullable String counterOffer() {
        return counterOffer;
    }

    /** The message, never null. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
