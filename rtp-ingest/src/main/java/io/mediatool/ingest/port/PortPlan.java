package io.mediatool.ingest.port;

import io.mediatool.core.loop.UdpBinding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to expect on one UDP port.
 *
 * @param argument what the user wrote to name it
 * @param binding of RTP, or of bare transport streams
 * @param rtcpBinding of RTCP; null when it has no port of its own
 * @param rtcpMux whether RTCP is said to share the RTP port. It is understood there in any case (RFC 5761 §4)
 * @param bare whether transport streams come without RTP
 * @param media described ones, told apart by payload type
 * @param transportStreams payload types of transport streams in RTP
 * @param open whether payload types that nobody described are to be found out
 */
public record PortPlan(
        String argument,
        UdpBinding binding,
        @Nullable UdpBinding rtcpBinding,
        boolean rtcpMux,
        boolean bare,
        List<MediumPlan> media,
        List<Integer> transportStreams,
        boolean open) {
    public PortPlan {
        media = List.copyOf(media);
        transportStreams = List.copyOf(transportStreams);
    }

    int port() {
        return binding.local().getPort();
    }

    /** How lines for people begin. */
    String name() {
        return "udp port " + port();
    }
}
