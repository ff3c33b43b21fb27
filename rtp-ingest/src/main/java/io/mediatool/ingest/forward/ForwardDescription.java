package io.mediatool.ingest.forward;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.sdp.SdpWriter;
import io.mediatool.core.signalling.RtpDestination;
import io.mediatool.core.signalling.SdpFormats;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which track goes to which port, and the SDP that says so. Immutable. */
final class ForwardDescription {
    static final int MAX_RTP_PORT = 65_534;

    private final ForwardTarget target;
    private final long sessionId;

    ForwardDescription(ForwardTarget target, long sessionId) {
        this.target = target;
        this.sessionId = sessionId;
    }

    /** The RTP ports of tracks of these formats; some may be above {@link #MAX_RTP_PORT}. */
    List<Integer> ports(List<RtpFormat> formats) {
        List<Integer> ports = new ArrayList<>();
        Map<MediaKind, Integer> counts = new EnumMap<>(MediaKind.class);
        int further = 0;
        for (RtpFormat format : formats) {
            MediaKind kind = format.codec().kind();
            int sameKind = counts.merge(kind, 1, Integer::sum) - 1;
            ports.add(target.port(kind, sameKind, further));
            further += sameKind > 0 ? 1 : 0;
        }
        return ports;
    }

    /** The SDP of these formats, pictures before sound whatever their order; empty without any. */
    String of(String name, List<RtpFormat> formats) {
        List<RtpDestination> destinations = new ArrayList<>();
        List<Integer> ports = ports(formats);
        for (MediaKind kind : List.of(MediaKind.VIDEO, MediaKind.AUDIO)) {
            for (int i = 0; i < formats.size(); i++) {
                if (formats.get(i).codec().kind() == kind && ports.get(i) <= MAX_RTP_PORT) {
                    destinations.add(new RtpDestination(
                            formats.get(i), target.address(), ports.get(i), target.rtcpMux(), target.ttl()));
                }
            }
        }
        return destinations.isEmpty() ? "" : SdpWriter.write(SdpFormats.describe(name, sessionId, destinations));
    }
}
