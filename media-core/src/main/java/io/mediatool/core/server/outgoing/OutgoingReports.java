package io.mediatool.core.server.outgoing;

import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sender reports on one outgoing track, and what the viewer reports of it. */
final class OutgoingReports {
    /** Reports that a viewer may still refer to: eight seconds of them. */
    private static final int REMEMBERED = 8;

    private final int ssrc;
    private final int clockRate;
    private final RtpStreamTransponder transponder;
    private final int[] names = new int[REMEMBERED];
    private final long[] sentNs = new long[REMEMBERED];
    private int sent;
    private long rttNs;
    private long lost;
    private int fractionLost;
    private long jitter;
    private long received;

    OutgoingReports(int ssrc, int clockRate, RtpStreamTransponder transponder) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
        this.transponder = transponder;
    }

    /**
     * The next report, or null while nothing has been sent.
     *
     * @param layer what is forwarded
     * @param onPublishersClock whether all tracks of the stream know it; else it is the arrival that puts them in step
     * @param wallNtp our wall clock
     */
    @Nullable SenderReport next(@Nullable IncomingLayer layer, boolean onPublishersClock, long wallNtp, long nowNs) {
        if (transponder.packets() == 0) {
            return null;
        }
        long ntp = wallNtp;
        long timestamp = transponder.timestampAt(nowNs);
        var known = layer == null || transponder.source() != layer.source() ? null : layer.report();
        if (onPublishersClock && known != null && layer != null) {
            long sinceNs = nowNs - layer.reportNs();
            ntp = NtpTime.plusNs(known.ntpTime(), sinceNs);
            timestamp = transponder.outgoingTimestamp(known.timestamp() + sinceNs / 1000 * clockRate / 1_000_000L);
        }
        names[sent % REMEMBERED] = NtpTime.middle(ntp);
        sentNs[sent % REMEMBERED] = nowNs;
        sent++;
        return new SenderReport(
                ssrc,
                ntp,
                timestamp & 0xffff_ffffL,
                transponder.packets() & 0xffff_ffffL,
                transponder.payloadBytes() & 0xffff_ffffL,
                List.of());
    }

    void onReport(ReportBlock block, long nowNs) {
        received++;
        lost = block.cumulativeLost();
        fractionLost = block.fractionLost();
        jitter = block.jitter();
        if (block.lastSenderReport() == 0) {
            return;
        }
        for (int i = 0; i < Math.min(sent, REMEMBERED); i++) {
            if (names[i] == block.lastSenderReport()) {
                // RFC 3550 §6.4.1: A − LSR − DLSR; what is impossible is not believed
                long delayNs = block.delaySinceLastSenderReport() * 1_000_000_000L >>> 16;
                long sampleNs = nowNs - sentNs[i] - delayNs;
                if (sampleNs >= 0 && delayNs >= 0) {
                    rttNs = rttNs == 0 ? Math.max(1, sampleNs) : rttNs + (sampleNs - rttNs) / 8;
                }
                return;
            }
        }
    }

    /** Smoothed; 0 while unknown. */
    long rttNs() {
        return rttNs;
    }

    void addCounters(Counters counters) {
        counters.add("lost", lost);
        counters.add("receiverReports", received);
        counters.max("fractionLost", fractionLost / 256.0);
        counters.max("jitterMs", 1e3 * (double) jitter / clockRate);
        if (rttNs > 0) {
            counters.max("rttMs", (double) rttNs / 1e6);
        }
    }
}
