package io.mediatool.core.server.peer;

import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.feedback.Feedback;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingStreamTrack;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.outgoing.PathBudget;
import io.mediatool.core.stream.RtpSourceTable;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpReceiver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One peer with all the streams that it publishes and watches, and the feedback between. Made by {@link Endpoint}; belongs to the
 * loop's thread. What breaks an invariant here ends this peer and no other.
 */
public final class Transport implements AutoCloseable {
    private static final long REPORT_NS = 1_000_000_000L;

    private final Endpoint endpoint;
    private final Listener listener;
    private final DtlsIceTransport peer;
    private final int ssrc;
    private final String cname;
    private final List<PublishedTrack> published = new ArrayList<>();
    private final List<OutgoingStream> watched = new ArrayList<>();
    private final Outlet outlet;
    private final PublisherFeedback feedback = new PublisherFeedback(this);
    private final RtcpReader rtcp = new RtcpReader(this);
    private final PathBudget budget;
    private @Nullable RtpSourceTable<RtpReceiver> sources;
    private @Nullable Timer alarm;
    private long alarmNs = Long.MAX_VALUE;
    private long reportNs = Long.MAX_VALUE;
    private boolean reducedSize;
    private boolean closed;
    private long malformed;
    private long rtpReceived;
    private long rtpBytesReceived;

    /** Told on the loop's thread. */
    public interface Listener {
        /** Packets go to {@code address} from now on. */
        default void onPath(Transport transport, InetSocketAddress address, long nowNs) {}

        /** Media can flow. */
        default void onConnected(Transport transport, long nowNs) {}

        /** It is over, for a reason that is not ours. The last call. */
        default void onClosed(Transport transport, String reason, long nowNs) {}
    }

    Transport(Endpoint endpoint, Endpoint.Opener opener, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.ssrc = endpoint.server().random().nextInt() | 1; // 0 means nobody
        this.cname = endpoint.cname();
        this.budget = new PathBudget(endpoint.server().loop(), watched);
        this.peer = opener.open(new PeerEvents());
        this.outlet = new Outlet(this, peer, endpoint.server());
    }

    /** Brings m-lines of the peer into {@code stream} as its next tracks, in this order; to be told before their media flows. */
    public void publish(IncomingStream stream, List<IncomingTerms> terms) {
        for (IncomingTerms each : terms) {
            published.add(new PublishedTrack(this, stream, each));
            feedback.agree(each.media());
        }
        reducedSize = published.stream().allMatch(each -> each.terms().reducedSize());
        // What was learnt by MID and RID is learnt anew: their numbers may be in the new m-lines only.
        RtpSourceTable<RtpReceiver> table = peer.sources(new RtpSourceTable.Extensions(
                idOf(RtpExtension.MID), idOf(RtpExtension.RID), idOf(RtpExtension.REPAIRED_RID)));
        sources = table;
        for (int i = 0; i < published.size(); i++) {
            published.get(i).register(table, published.subList(0, i));
        }
    }

    /** One number means the same in all m-lines (RFC 9143 §12), but not each of them has it: audio has no RID. */
    private int idOf(RtpExtension kind) {
        for (PublishedTrack track : published) {
            int id = track.terms().media().extensions().idOf(kind);
            if (id != 0) {
                return id;
            }
        }
        return 0;
    }

    /** A stream to the peer, with a track for each of {@code terms}; it is sent what it is attached to. Goes with this, or when it is closed. */
    public OutgoingStream send(List<OutgoingTerms> terms) {
        List<OutgoingStreamTrack> tracks = terms.stream()
                .map(each -> new OutgoingStreamTrack(
                        outlet,
                        each,
                        endpoint.server().loop(),
                        endpoint.server().random(),
                        endpoint.scratch(),
                        endpoint.extensionWriter()))
                .toList();
        OutgoingStream stream = new OutgoingStream(outlet, tracks);
        watched.add(stream);
        return stream;
    }

    /** Has the peer come again with new credentials; media goes on meanwhile, keys stay. */
    public void restartIce(IceCredentials local) {
        peer.restartIce(local, nowNs());
    }

    /** Restarts ICE with a peer that we went to, who may be at {@code candidates} now; media goes on meanwhile, keys stay. */
    public void restartIce(IceCredentials local, IceCredentials remote, List<IceCandidate> candidates) {
        long nowNs = nowNs();
        peer.restartIce(local, remote, nowNs);
        candidates.forEach(each -> peer.addCandidate(each, nowNs));
    }

    /** What the peer publishes, in the order in which it was agreed on. */
    public List<PublishedTrack> published() {
        return List.copyOf(published);
    }

    /** What the peer is sent, oldest first. */
    public List<OutgoingStream> watched() {
        return List.copyOf(watched);
    }

    /** The peer's side of it: path, keys, what was seen. */
    public DtlsIceTransport.Report report() {
        return peer.report();
    }

    private final class PeerEvents implements DtlsIceTransport.Listener {
        @Override
        public void onPath(DtlsIceTransport of, InetSocketAddress address, long nowNs) {
            listener.onPath(Transport.this, address, nowNs);
        }

        @Override
        public void onConnected(DtlsIceTransport of, long nowNs) {
            try {
                // Peers that connect together shall not all report together.
                reportNs = nowNs + endpoint.server().random().nextLong(REPORT_NS);
                wake(reportNs);
                listener.onConnected(Transport.this, nowNs);
                watched.forEach(stream -> stream.onConnected(nowNs));
            } catch (RuntimeException bug) {
                fail(bug, nowNs);
            }
        }

        @Override
        public void onUnknownRtp(DtlsIceTransport of, RtpPacket packet, long nowNs) {
            onArrival(packet, nowNs);
        }

        @Override
        public void onRtcp(DtlsIceTransport of, byte[] data, int offset, int length, long nowNs) {
            try {
                rtcp.onRtcp(data, offset, length, nowNs);
            } catch (RuntimeException bug) {
                fail(bug, nowNs);
            }
        }

        @Override
        public void onBug(DtlsIceTransport of, RuntimeException bug, long nowNs) {
            fail(bug, nowNs);
        }

        @Override
        public void onClosed(DtlsIceTransport of, String reason, long nowNs) {
            end(reason, nowNs);
        }
    }

    /** A bug that this peer has come upon: it ends, and the server hears of it. */
    void fail(RuntimeException bug, long nowNs) {
        endpoint.onBug(bug);
        try {
            end("an internal error", nowNs);
        } catch (RuntimeException another) {
            endpoint.onBug(another);
        }
    }

    private void end(String reason, long nowNs) {
        if (!closed) {
            close();
            listener.onClosed(this, reason, nowNs);
        }
    }

    void onArrival(RtpPacket packet, long nowNs) {
        rtpReceived++;
        rtpBytesReceived += packet.length();
        feedback.onPacket(packet, nowNs);
    }

    void onMalformed() {
        malformed++;
    }

    /** Sends feedback at once, alone (RFC 5506) where the peer takes it so in each of its m-lines. */
    void sendFeedback(Feedback message) {
        List<RtcpPacket> packets = new ArrayList<>();
        if (!reducedSize) {
            packets.addAll(ReceiverReports.before(message, cname, published, nowNs()));
        }
        packets.add(FeedbackPackets.write(message));
        sendRtcp(packets);
    }

    private void sendRtcp(List<RtcpPacket> packets) {
        byte[] bytes = RtcpWriter.write(packets);
        peer.sendRtcp(bytes, 0, bytes.length);
    }

    /** Makes sure that the alarm rings at {@code deadlineNs}, or before. */
    void wake(long deadlineNs) {
        if (deadlineNs >= alarmNs || closed) {
            return;
        }
        Timer before = alarm;
        if (before != null) {
            before.cancel();
        }
        alarmNs = deadlineNs;
        alarm = endpoint.server().loop().schedule(deadlineNs, this::onAlarm);
    }

    private void onAlarm(long nowNs) {
        alarm = null;
        alarmNs = Long.MAX_VALUE;
        try {
            feedback.onDeadline(nowNs);
            for (int i = 0; i < published.size(); i++) {
                published.get(i).layers().forEach(layer -> layer.onDeadline(nowNs));
            }
            if (nowNs >= reportNs) {
                reportNs = nowNs + REPORT_NS;
                onReport(nowNs);
            }
            long nextNs = Math.min(reportNs, feedback.nextDeadlineNs());
            for (PublishedTrack track : published) {
                for (PublishedLayer layer : track.layers()) {
                    nextNs = Math.min(nextNs, layer.nextDeadlineNs());
                }
            }
            wake(nextNs);
        } catch (RuntimeException bug) {
            fail(bug, nowNs);
        }
    }

    private void onReport(long nowNs) {
        long wallNtp = NtpTime.ofInstant(endpoint.server().clock().instant());
        List<RtcpPacket> received = ReceiverReports.of(ssrc, cname, published, nowNs);
        if (!received.isEmpty()) {
            sendRtcp(received);
        }
        for (OutgoingStream stream : List.copyOf(watched)) {
            stream.choose(nowNs);
            List<RtcpPacket> sent = stream.reports(wallNtp, nowNs);
            if (!sent.isEmpty()) {
                sendRtcp(sent);
            }
        }
    }

    /** Who publishes that SSRC, or null. */
    @Nullable PublishedLayer published(int ofSsrc) {
        RtpSourceTable<RtpReceiver> table = sources;
        return table != null && table.find(ofSsrc) instanceof PublishedLayer layer ? layer : null;
    }

    /** What is sent under that SSRC, or null. */
    @Nullable OutgoingStreamTrack outgoing(int ofSsrc) {
        for (OutgoingStream stream : watched) {
            for (OutgoingStreamTrack track : stream.tracks()) {
                if (track.terms().ssrc() == ofSsrc) {
                    return track;
                }
            }
        }
        return null;
    }

    List<Integer> publishedSsrcs() {
        List<Integer> ssrcs = new ArrayList<>();
        for (PublishedTrack track : published) {
            for (PublishedLayer layer : track.layers()) {
                int known = layer.layer().source().ssrc();
                if (known != 0) {
                    ssrcs.add(known);
                }
            }
        }
        return ssrcs;
    }

    long expectedPackets() {
        return published.stream()
                .flatMap(track -> track.layers().stream())
                .mapToLong(PublishedLayer::expected)
                .sum();
    }

    long lostPackets() {
        return published.stream()
                .flatMap(track -> track.layers().stream())
                .mapToLong(PublishedLayer::lost)
                .sum();
    }

    /** It is no longer sent. */
    void remove(OutgoingStream stream) {
        watched.remove(stream);
    }

    boolean isClosed() {
        return closed;
    }

    /** What the path to the peer carries. */
    PathBudget budget() {
        return budget;
    }

    int ssrc() {
        return ssrc;
    }

    long nowNs() {
        return endpoint.server().loop().nowNs();
    }

    /** Adds what went through until now. */
    public void addCounters(Counters counters) {
        counters.add("packetsReceived", rtpReceived);
        counters.add("bytesReceived", rtpBytesReceived);
        outlet.addCounters(counters);
        counters.add("malformed", malformed);
        counters.add("feedbackSent", feedback.messages());
        if (feedback.estimateBps() > 0) {
            counters.add("estimateSentBps", feedback.estimateBps());
        }
        rtcp.addCounters(counters);
        if (!watched.isEmpty()) {
            budget.addCounters(counters, nowNs());
        }
        DtlsIceTransport.Report seen = report();
        counters.add("unknownSource", seen.unknownSource());
        counters.add("unsent", seen.unsent());
        if (seen.srtp() != null) {
            counters.add("forged", seen.srtp().forged());
            counters.add("replayed", seen.srtp().replayed());
        }
    }

    /** Says goodbye and lets go of everything; the listener hears nothing. Harmless when repeated. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Timer pending = alarm;
        if (pending != null) {
            pending.cancel();
        }
        budget.close();
        List.copyOf(watched).forEach(OutgoingStream::close);
        peer.close();
        endpoint.remove(this);
    }
}
