package io.mediatool.core.signalling;

import io.mediatool.core.codec.RtpFormat;
import java.net.InetAddress;

/**
 * Where one stream of ours is sent as plain RTP.
 *
 * @param format what is sent, parameter sets included
 * @param address the receiver, or a multicast group
 * @param port the RTP port, 1 to 65535
 * @param rtcpMux whether RTCP uses the same port (RFC 5761) and not the next one
 * @param ttl hops that a multicast group is sent over, 0 to 255; of no meaning for unicast
 */
public record RtpDestination(RtpFormat format, InetAddress address, int port, boolean rtcpMux, int ttl) {

    /** With the TTL of a whole site. */
    public RtpDestination(RtpFormat format, InetAddress address, int port, boolean rtcpMux) {
        this(format, address, port, rtcpMux, 127);
    }
}
