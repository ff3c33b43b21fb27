package io.mediatool.core.sdp;

import org.jspecify.annotations.Nullable;

/**
 * An {@code a=rtcp} attribute (RFC 3605).
 *
 * @param port 1 to 65535
 * @param connection where RTCP goes when not to the media's own address
 */
public record RtcpAddress(int port, @Nullable SdpConnection connection) {}
