package io.mediatool.core.sdp;

/**
 * An {@code a=} line (RFC 8866 §5.13).
 *
 * @param name before the colon
 * @param value after it, as written; empty for a property attribute ({@code a=rtcp-mux})
 */
public record SdpAttribute(String name, String value) {

    /** A property attribute, without value. */
    public static SdpAttribute property(String name) {
        return new SdpAttribute(name, "");
    }
}
