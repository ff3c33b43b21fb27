package io.mediatool.recorder.time;

import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import org.jspecify.annotations.Nullable;

/**
 * The RTCP sender reports of one track (RFC 3550 §6.4.1), as far as they make sense: one that contradicts the passing of
 * time is believed only when the next one confirms it.
 */
final class SenderReports {
    private static final long TOLERANCE_NS = 3_000_000_000L;

    private final Timescale scale;
    private @Nullable Heard accepted;
    private @Nullable Heard doubtful;
    private long ignored;

    private record Heard(SenderReport report, long arrivalNs) {}

    SenderReports(Timescale scale) {
        this.scale = scale;
    }

    /** Whether {@code report} is to be believed. */
    boolean accept(SenderReport report, long arrivalNs) {
        var heard = new Heard(report, arrivalNs);
        if (accepted == null || fits(heard, accepted) || doubtful != null && fits(heard, doubtful)) {
            accepted = heard;
            doubtful = null;
            return true;
        }
        doubtful = heard;
        ignored++;
        return false;
    }

    /** The newest report believed, or null. */
    @Nullable SenderReport newest() {
        return accepted == null ? null : accepted.report;
    }

    /** Forgets all: the sender started anew. */
    void restart() {
        accepted = null;
        doubtful = null;
    }

    long ignored() {
        return ignored;
    }

    private boolean fits(Heard later, Heard earlier) {
        long ntpNs = NtpTime.differenceNs(later.report.ntpTime(), earlier.report.ntpTime());
        long mediaNs = scale.toNs(later.report.timestamp() - earlier.report.timestamp());
        return Math.abs(ntpNs - (later.arrivalNs - earlier.arrivalNs)) <= TOLERANCE_NS
                && Math.abs(ntpNs - mediaNs) <= TOLERANCE_NS;
    }
}
