package io.mediatool.ingest.forward;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.RtpOutgoingSourceGroup;
import io.mediatool.core.stream.SenderClock;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One track on its way out: its packets under an SSRC of ours, its sender reports, its BYE. On the loop.
 *
 * <p>Every report pairs the instant that its source's clock has now, extrapolated from the last packet, with the RTP
 * timestamp of that instant: the pair is exact whenever it is made.
 */
final class ForwardTrack implements RtpIncomingSourceGroup.Listener {
    /** RFC 3550 §6.2: five seconds at most. */
    static final long REPORT_INTERVAL_NS = 5_000_000_000L;
    /** Receivers of plain RTP cannot ask for one, and browsers make none unless asked: who comes late would never see anything. */
    static final long KEY_FRAME_INTERVAL_NS = 2_000_000_000L;

    private final IncomingStreamTrack track;
    private final ForwardSockets.Destination destination;
    private final String cname;
    private final StreamClock streamClock;
    private final RtpOutgoingSourceGroup group;
    private final Owner owner;

    private RtpFormat format;
    private SenderClock clock;
    private boolean anchored;
    private boolean adopted;
    private boolean restarted;
    private long shiftNs;
    private long lastTimestamp;
    private long lastNs;
    private long reportDueNs = Long.MAX_VALUE;
    private boolean held;
    private boolean ended;
    private long keyFrameDueNs;
    private long keyFramesSeen = -1;

    private long receiverReports;
    private double fractionLost;
    private long packetsLost;

    /** Whoever has the sockets. */
    interface Owner {
        void sendRtp(ForwardTrack track, byte[] header, byte[] payload, int offset, int length);

        void sendRtcp(ForwardTrack track, byte[] data);

        /** What came together has been given. */
        void onBatchEnd();

        /** A report should leave at the end of this turn. */
        void onReportDue(long nowNs);

        /** Nothing more will come. */
        void onSourceEnded(ForwardTrack track, long nowNs);

        /** What is sent is not what the SDP said. */
        void onFormatChanged(ForwardTrack track);

        /** A bug of ours; the other listeners of the source must not feel it. */
        void onBug(RuntimeException bug);
    }

    ForwardTrack(
            IncomingStreamTrack track,
            ForwardSockets.Destination destination,
            String cname,
            StreamClock streamClock,
            RandomGenerator random,
            Owner owner) {
        this.track = track;
        this.destination = destination;
        this.cname = cname;
        this.streamClock = streamClock;
        this.owner = owner;
        this.format = track.source().formats().get(0);
        this.clock = new SenderClock(format.clockRate());
        this.group = new RtpOutgoingSourceGroup(
                random,
                format.payloadType(),
                format.clockRate(),
                (header, payload, offset, length) -> owner.sendRtp(this, header, payload, offset, length));
    }

    /** Begins to listen. A report that the source has already is used. */
    void start(long nowNs) {
        track.source().addListener(this);
        RtpIncomingSourceGroup.SenderReport known = track.source().lastSenderReport();
        if (known != null) {
            clock.onSenderReport(known);
        }
        ended = track.source().isEnded();
        lastNs = nowNs;
        keyFrameDueNs = track.layers().get(0).canMakeKeyFrames() ? nowNs : Long.MAX_VALUE;
    }

    RtpFormat format() {
        return format;
    }

    ForwardSockets.Destination destination() {
        return destination;
    }

    int ssrc() {
        return group.ssrc();
    }

    String id() {
        return track.id();
    }

    @Override
    public boolean forwards() {
        return true;
    }

    @Override
    public void onBatchEnd(RtpIncomingSourceGroup source) {
        owner.onBatchEnd();
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (ended) {
            return;
        }
        try {
            if (packet.payloadType() != format.payloadType()) {
                changeFormat(source, packet.payloadType());
            }
            lastTimestamp = timestamp;
            lastNs = nowNs;
            if (held) {
                return;
            }
            if (!anchored) {
                anchor(source, sequence, timestamp, nowNs);
            }
            if (nowNs >= keyFrameDueNs) {
                keepKeyFramesComing(nowNs);
            }
            group.send(packet, sequence, timestamp, nowNs);
        } catch (RuntimeException e) {
            owner.onBug(e);
        }
    }

    @Override
    public void onSenderReport(RtpIncomingSourceGroup source, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
        if (ended) {
            return;
        }
        clock.onSenderReport(report);
        if (anchored && !adopted) {
            adopt(nowNs);
            reportSoon(nowNs); // what was said by arrival was a guess
        }
    }

    @Override
    public void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {
        group.onRestart();
        // Whatever the source's timestamps do, ours go on as if nothing had happened: receivers need a new pair.
        anchored = false;
        if (!sameClock) {
            clock.reset();
            adopted = false;
            restarted = true;
        }
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
        try {
            owner.onSourceEnded(this, nowNs);
        } catch (RuntimeException e) {
            owner.onBug(e);
        }
    }

    /** Sends nothing but reports, or goes on: in the numbers where it was, at the time that it is. */
    void hold(boolean still, long nowNs) {
        if (held && !still) {
            group.onRestart();
            anchored = false;
            track.layers().get(0).requestKeyFrame(nowNs);
        }
        held = still;
    }

    /** Sends BYE and listens no more; harmless when repeated. */
    void end(long nowNs) {
        track.source().removeListener(this);
        if (ended) {
            return;
        }
        ended = true;
        reportDueNs = Long.MAX_VALUE;
        if (group.hasSent()) {
            send(nowNs, new Goodbye(List.of(group.ssrc()), ""));
        }
    }

    /** Sends a report when it is time. */
    void reportWhenDue(long nowNs) {
        if (nowNs >= reportDueNs) {
            reportDueNs = nowNs + REPORT_INTERVAL_NS;
            send(nowNs);
        }
    }

    /** Takes what a receiver says of us. */
    void onReport(ReportBlock block) {
        receiverReports++;
        fractionLost = block.fractionLost() / 256.0;
        packetsLost = block.cumulativeLost();
    }

    ForwardSnapshot.Track snapshot() {
        return new ForwardSnapshot.Track(
                track.id(),
                format.codec(),
                destination.rtp().getPort(),
                group.ssrc(),
                group.packets(),
                group.payloadBytes(),
                receiverReports,
                fractionLost,
                packetsLost);
    }

    private void changeFormat(RtpIncomingSourceGroup source, int payloadType) {
        RtpFormat next = source.formatOf(payloadType);
        if (next != null) {
            format = next;
            group.onFormat(payloadType, next.clockRate());
            owner.onFormatChanged(this);
        }
    }

    /**
     * A report that can be exact precedes the packet: FFmpeg counts what comes before the first report from 0, each track by
     * itself, and so puts sound that begins earlier than pictures (AAC does) as much too late.
     */
    private void anchor(RtpIncomingSourceGroup source, long sequence, long timestamp, long nowNs) {
        anchored = true;
        group.begin(sequence, timestamp, nowNs);
        RtpIncomingSourceGroup.SenderReport known = source.lastSenderReport();
        if (known != null) {
            clock.onSenderReport(known);
        }
        clock.onArrival(timestamp, streamClock.ntpNow());
        if (!clock.isSynchronised()) {
            reportSoon(nowNs);
            return;
        }
        if (!adopted) {
            adopt(nowNs);
        }
        reportDueNs = nowNs;
        reportWhenDue(nowNs);
    }

    /** Asks where nobody else's wish has brought one meanwhile. */
    private void keepKeyFramesComing(long nowNs) {
        IncomingLayer layer = track.layers().get(0);
        keyFrameDueNs = nowNs + KEY_FRAME_INTERVAL_NS;
        if (layer.keyFrames() == keyFramesSeen || keyFramesSeen < 0) {
            layer.requestKeyFrame(nowNs);
        }
        keyFramesSeen = layer.keyFrames();
    }

    private void adopt(long nowNs) {
        long measuredNs = NtpTime.differenceNs(streamClock.ntpNow(), clock.ntpOf(timestampAt(nowNs)));
        shiftNs = streamClock.adopt(measuredNs, restarted);
        adopted = true;
        restarted = false;
    }

    private void reportSoon(long nowNs) {
        reportDueNs = nowNs;
        owner.onReportDue(nowNs);
    }

    private long timestampAt(long nowNs) {
        long elapsedNs = Math.max(0, nowNs - lastNs);
        return lastTimestamp
                + elapsedNs / 1_000_000_000L * format.clockRate()
                + elapsedNs % 1_000_000_000L * format.clockRate() / 1_000_000_000L;
    }

    private void send(long nowNs, RtcpPacket... more) {
        long timestamp = timestampAt(nowNs);
        long ntpTime = NtpTime.plusNs(clock.ntpOf(timestamp), adopted ? shiftNs : 0);
        RtcpPacket report = new SenderReport(
                group.ssrc(),
                ntpTime,
                group.outgoingTimestamp(timestamp) & 0xffff_ffffL,
                group.packets() & 0xffff_ffffL,
                group.payloadBytes() & 0xffff_ffffL,
                List.of());
        RtcpPacket name = SourceDescription.of(group.ssrc(), cname);
        owner.sendRtcp(
                this, RtcpWriter.write(more.length == 0 ? List.of(report, name) : List.of(report, name, more[0])));
    }
}
