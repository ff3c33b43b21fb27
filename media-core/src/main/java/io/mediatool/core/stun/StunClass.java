package io.mediatool.core.stun;

/** What a message is (RFC 8489 §3). The order is that of the two class bits C1 C0. */
public enum StunClass {
    REQUEST,
    INDICATION,
    SUCCESS,
    ERROR
}
