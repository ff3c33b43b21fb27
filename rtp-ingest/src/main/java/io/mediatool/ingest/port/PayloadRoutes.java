package io.mediatool.ingest.port;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.ingest.program.ProgramTracks;
import io.mediatool.ingest.program.RtpTransportStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which medium of a port a packet belongs to, by its payload type. At most one route for each of the 128. */
final class PayloadRoutes {
    private final PortPlan plan;
    private final PortContext context;
    private final @Nullable MediaRoute[] byPayloadType = new MediaRoute[128];
    private final int[] renamed = new int[128];
    private final List<MediaRoute> all = new ArrayList<>();
    private final List<ProgramTracks> programs = new ArrayList<>();

    PayloadRoutes(PortPlan plan, PortContext context) {
        this.plan = plan;
        this.context = context;
        Arrays.fill(renamed, -1);
    }

    /** All routes; read only. */
    List<MediaRoute> all() {
        return all;
    }

    /** The transport streams in RTP. */
    List<ProgramTracks> programs() {
        return programs;
    }

    /** A new track that carries {@code formats}; a payload type that has a route already keeps it. */
    MediaRoute addTrack(List<RtpFormat> formats) {
        RtpIncomingSourceGroup source =
                context.publisher().publish(formats.get(0).codec().kind(), formats);
        return add(source, formats.stream().map(RtpFormat::payloadType).toList());
    }

    void addTransportStream(int payloadType) {
        var tracks = new ProgramTracks(plan.name(), context.publisher(), context.wallClock(), context.random());
        programs.add(tracks);
        var stream = new RtpTransportStream(payloadType, context.reorderNs(), tracks, context.loop());
        add(stream.source(), List.of(payloadType));
    }

    private MediaRoute add(RtpIncomingSourceGroup source, List<Integer> payloadTypes) {
        MediaRoute route = new MediaRoute(source);
        all.add(route);
        for (int type : payloadTypes) {
            if (byPayloadType[type] == null) {
                byPayloadType[type] = route;
            }
        }
        return route;
    }

    /** From now on packets of type {@code from} are taken as {@code to}. */
    void rename(int from, int to) {
        renamed[from] = to;
    }

    /** Hands a packet to its medium that was kept without its sender. */
    boolean deliver(RtpPacket packet, long nowNs) {
        return deliver(packet, null, nowNs);
    }

    /**
     * Hands a packet to its medium.
     *
     * @param packet the payload type in its bytes is rewritten where it was renamed
     * @param from who sent it, or null when that was not kept
     * @return whether there is a medium for it
     */
    boolean deliver(RtpPacket packet, @Nullable InetAddress from, long nowNs) {
        int type = packet.payloadType();
        if (renamed[type] >= 0) {
            byte[] data = packet.data();
            int at = packet.offset() + 1;
            type = renamed[type];
            data[at] = (byte) (data[at] & 0x80 | type);
        }
        MediaRoute route = byPayloadType[type];
        if (route == null) {
            return false;
        }
        route.onRtp(packet, from, nowNs);
        return true;
    }
}
