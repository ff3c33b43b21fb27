package io.mediatool.ingest.source;

import io.mediatool.core.codec.RtpFormat;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * RTP on one port.
 *
 * @param argument what the user wrote
 * @param address where to listen, or the multicast group; null is every address of this machine
 * @param port 1 to 65535
 * @param format what comes when the user said so; null is found out from the packets
 * @param anyPayloadType whether {@code format} was named without a payload type, so that whichever comes is meant
 * @param transportStream whether the user said that it is an MPEG transport stream
 * @param rtcpPort where RTCP comes: the port above {@code port} by default, {@code port} itself when muxed, 0 when there
 *     is none above
 * @param networkInterface where to join the group, or null
 * @param multicastSource the one sender to take (RFC 4607), or null
 */
public record RtpSource(
        String argument,
        @Nullable InetAddress address,
        int port,
        @Nullable RtpFormat format,
        boolean anyPayloadType,
        boolean transportStream,
        int rtcpPort,
        @Nullable String networkInterface,
        @Nullable InetAddress multicastSource)
        implements SourceSpec {}
