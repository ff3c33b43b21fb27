package io.mediatool.core.dtls;

/** Who says ClientHello: {@code a=setup} {@code active} is the client, {@code passive} the server (RFC 8842 §5). */
public enum DtlsRole {
    CLIENT,
    SERVER
}
