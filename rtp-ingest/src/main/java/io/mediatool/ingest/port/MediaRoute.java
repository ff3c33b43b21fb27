package io.mediatool.ingest.port;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.ReceptionStatistics;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Where the packets of one medium go, and what is reported of its current SSRC. */
final class MediaRoute {
    private final RtpIncomingSourceGroup source;
    private ReceptionStatistics statistics = new ReceptionStatistics();
    private int ssrc;
    private long straysTold;

    MediaRoute(RtpIncomingSourceGroup source) {
        this.source = source;
    }

    RtpIncomingSourceGroup source() {
        return source;
    }

    boolean started() {
        return statistics.started();
    }

    void onRtp(RtpPacket packet, @Nullable InetAddress from, long nowNs) {
        source.onRtp(packet, from, nowNs);
        if (source.ssrc() != packet.ssrc()) {
            return; // another sender's, or not clear yet
        }
        if (ssrc != packet.ssrc()) {
            ssrc = packet.ssrc();
            statistics = new ReceptionStatistics();
        }
        RtpFormat format = source.formatOf(packet.payloadType());
        if (format != null) {
            statistics.onPacket(packet.sequenceNumber(), packet.timestamp(), nowNs, format.clockRate());
        }
    }

    boolean isOf(int otherSsrc) {
        return statistics.started() && ssrc == otherSsrc;
    }

    void onSenderReport(int senderSsrc, long ntpTime, long rtpTimestamp, long nowNs) {
        source.onSenderReport(senderSsrc, ntpTime, rtpTimestamp, nowNs);
        if (isOf(senderSsrc)) {
            statistics.onSenderReport(ntpTime, nowNs);
        }
    }

    /** The block for the next receiver report, or null when there is nothing to report on. */
    @Nullable ReportBlock report(long nowNs) {
        return statistics.started() && !source.isEnded() ? statistics.report(ssrc, nowNs) : null;
    }

    /** Packets dropped since the last call because another SSRC sends at the same time. */
    long newStrays() {
        long strays = source.snapshot().strays();
        long fresh = strays - straysTold;
        straysTold = strays;
        return fresh;
    }
}
