package io.mediatool.core.stun;

/** What a message is (RFC 8489 §3). */
public enum StunClass {
    REQUEST(0),
    INDICATION(1),
    SUCCESS(2),
    ERROR(3);

    /** The two class bits, C1 C0. */
    final int bits;

    StunClass(int bits) {
        this.bits = bits;
    }

    static StunClass of(int bits) {
        return switch (bits) {
            case 0 -> REQUEST;
            case 1 -> INDICATION;
            case 2 -> SUCCESS;
            default -> ERROR;
        };
    }
}
