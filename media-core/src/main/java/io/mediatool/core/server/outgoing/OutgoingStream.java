package io.mediatool.core.server.outgoing;

import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one viewer is sent, in tracks that are played in step. Made by the transport to that viewer, which calls {@link #onConnected},
 * {@link #choose} and {@link #reports}; what is sent is the choice of whoever has it. For the loop's thread.
 */
public final class OutgoingStream implements AutoCloseable {
    private final Carrier transport;
    private final List<OutgoingStreamTrack> tracks;
    private final Source events = new Source();
    private @Nullable IncomingStream source;

    public OutgoingStream(Carrier transport, List<OutgoingStreamTrack> tracks) {
        this.transport = transport;
        this.tracks = List.copyOf(tracks);
    }

    public List<OutgoingStreamTrack> tracks() {
        return tracks;
    }

    /** What is watched, or null. */
    public @Nullable IncomingStream source() {
        return source;
    }

    /**
     * Watches {@code stream} instead of what was watched before, which goes on until the new one has a key frame. The first track of a
     * kind goes to the first of that kind here, and so on; those that come later as well.
     */
    public void attachTo(IncomingStream stream) {
        detach();
        source = stream;
        stream.addListener(events);
    }

    /** Takes no new tracks of what is watched; what is forwarded goes on until it ends or another takes its place. */
    public void detach() {
        IncomingStream before = source;
        source = null;
        if (before != null) {
            before.removeListener(events);
        }
    }

    private final class Source implements IncomingStream.Listener {
        @Override
        public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
            List<IncomingStreamTrack> ofKind = stream.tracks().stream()
                    .filter(each -> each.kind() == track.kind())
                    .toList();
            List<OutgoingStreamTrack> places =
                    tracks.stream().filter(each -> each.kind() == track.kind()).toList();
            int place = ofKind.indexOf(track);
            if (place < places.size()) {
                places.get(place).attachTo(track, transport.nowNs());
            }
        }

        @Override
        public void onEnded(IncomingStream stream, long nowNs) {
            detach();
        }
    }

    /** Packets can be sent from now on. */
    public void onConnected(long nowNs) {
        tracks.forEach(track -> track.onConnected(nowNs));
    }

    /** Takes better layers where there are; to be called each second. */
    public void choose(long nowNs) {
        for (OutgoingStreamTrack track : tracks) {
            track.choose(nowNs);
        }
    }

    /**
     * Sender reports of all tracks with their names (RFC 3550 §6.4.1, §6.5), empty while nothing has been sent.
     *
     * @param wallNtp now, as {@link io.mediatool.core.rtp.NtpTime} has it
     */
    public List<RtcpPacket> reports(long wallNtp, long nowNs) {
        boolean onPublishersClock = true;
        for (OutgoingStreamTrack track : tracks) {
            onPublishersClock &= track.isSynchronised();
        }
        List<RtcpPacket> packets = new ArrayList<>();
        List<SourceDescription.Chunk> names = new ArrayList<>();
        for (OutgoingStreamTrack track : tracks) {
            SenderReport report = track.reports().next(track.layer(), onPublishersClock, wallNtp, nowNs);
            if (report != null) {
                packets.add(report);
                names.add(
                        new SourceDescription.Chunk(report.ssrc(), track.terms().cname()));
            }
        }
        if (!names.isEmpty()) {
            packets.add(new SourceDescription(names));
        }
        return packets;
    }

    /** Ends it: nothing more is sent. Harmless when repeated. */
    @Override
    public void close() {
        detach();
        tracks.forEach(OutgoingStreamTrack::close);
        transport.remove(this);
    }
}
