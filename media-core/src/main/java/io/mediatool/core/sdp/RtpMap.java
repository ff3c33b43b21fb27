package io.mediatool.core.sdp;

/**
 * An {@code a=rtpmap} attribute (RFC 8866 §6.6).
 *
 * @param payloadType 0 to 127
 * @param encodingName as written
 * @param clockRate Hz, positive
 * @param channels the encoding parameter, 1 where none is given
 */
public record RtpMap(int payloadType, String encodingName, int clockRate, int channels) {}
