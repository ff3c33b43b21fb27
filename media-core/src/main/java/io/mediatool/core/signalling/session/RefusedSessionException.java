package io.mediatool.core.signalling.session;

import io.mediatool.core.codec.RtpFormat;
import java.util.List;

/** A request that is not served. The message is one line for the client that sent it. Carries no stack trace. */
public final class RefusedSessionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;
    private final int retryAfterSeconds;
    private final transient List<RtpFormat> sent;

    /**
     * @param httpStatus 400, 404, 406, 409, 412, 422, 428 or 503
     * @param retryAfterSeconds 0 when trying again is of no use
     */
    RefusedSessionException(int httpStatus, String line, int retryAfterSeconds) {
        this(httpStatus, line, retryAfterSeconds, List.of());
    }

    private RefusedSessionException(int httpStatus, String line, int retryAfterSeconds, List<RtpFormat> sent) {
        super(line, null, false, false);
        this.httpStatus = httpStatus;
        this.retryAfterSeconds = retryAfterSeconds;
        this.sent = List.copyOf(sent);
    }

    /** 406: the offer takes nothing of what is {@code sent}. */
    static RefusedSessionException notAcceptable(String line, List<RtpFormat> sent) {
        return new RefusedSessionException(406, line, 0, sent);
    }

    public int httpStatus() {
        return httpStatus;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** For 406: what the stream sends, one format for each track, so that the client can offer what fits. */
    public List<RtpFormat> sent() {
        return sent;
    }

    /** The message, never null. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
