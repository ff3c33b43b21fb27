package io.mediatool.core.signalling.webrtc;

/** An offer or fragment that is not answered. The message is one line for the client that sent it. Carries no stack trace. */
public final class RefusedOfferException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal, with the HTTP status that says so in WHIP and WHEP. */
    public enum Reason {
        /** Not a description, or one that breaks its format. */
        MALFORMED(400),
        /** Understood, but asks for what we do not do. */
        UNSUPPORTED(422),
        /** The viewer takes none of the codecs that are sent; a counter-offer may follow. */
        NOT_ACCEPTABLE(406);

        private final int httpStatus;

        Reason(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        public int httpStatus() {
            return httpStatus;
        }
    }

    private final Reason reason;

    RefusedOfferException(Reason reason, String line) {
        super(line, null, false, false);
        this.reason = reason;
    }

    /** Not a description, or not one that belongs here. */
    public static RefusedOfferException malformed(String line) {
        return new RefusedOfferException(Reason.MALFORMED, line);
    }

    static RefusedOfferException unsupported(String line) {
        return new RefusedOfferException(Reason.UNSUPPORTED, line);
    }

    public Reason reason() {
        return reason;
    }

    /** The message, never null. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
