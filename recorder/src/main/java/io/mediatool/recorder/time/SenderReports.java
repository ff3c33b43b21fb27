package io.mediatool.recorder.time;

import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The RTCP sender reports of one track (RFC 3550 §6.4.1), as far as they make sense: one that contradicts the passing of
 * time is believed only when the next one confirms it.
 *
 * <p>Of the newest few the one is right whose wall clock is the earliest: a busy sender (Chromium, of sound) pairs a timestamp with a
 * time at which it came to send it, never with one before it was captured.
 */
final class SenderReports {
    private static final long TOLERANCE_NS = 3_000_000_000L;
    private static final int KEPT = 4;
    /** Two reports in a row that are later than those before by more than this say that media time is missing. */
    private static final long STEP_NS = 200_000_000L;

    private final Timescale scale;
    private final Deque<Heard> kept = new ArrayDeque<>();
    private @Nullable Heard doubtful;
    private int believed;
    private long missingNs;
    private long ignored;

    private record Heard(SenderReport report, long arrivalNs) {}

    SenderReports(Timescale scale) {
        this.scale = scale;
    }

    /** Whether {@code report} is to be believed. */
    boolean accept(SenderReport report, long arrivalNs) {
        var heard = new Heard(report, arrivalNs);
        Heard before = kept.peekLast();
        if (before != null && !fits(heard, before)) {
            Heard likewise = doubtful;
            if (likewise == null || !fits(heard, likewise)) {
                doubtful = heard;
                ignored++;
                return false;
            }
            kept.clear();
            kept.addLast(likewise);
        }
        doubtful = null;
        believed++;
        kept.addLast(heard);
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
        findStep();
        return true;
    }

    /** The newest report believed, or null. */
    @Nullable SenderReport newest() {
        Heard last = kept.peekLast();
        return last == null ? null : last.report;
    }

    /** Of the newest reports believed the one that was delayed least, or null. */
    @Nullable SenderReport best() {
        Heard best = null;
        for (Heard heard : kept) {
            if (best == null || wallLaterNs(heard, best) <= 0) {
                best = heard;
            }
        }
        return best == null ? null : best.report;
    }

    /** How many have been believed, since the beginning. */
    int believed() {
        return believed;
    }

    /** By how much the sender's media clock fell behind its wall clock at once, and behind arrival, since this was last asked. */
    long takeMissingNs() {
        long taken = missingNs;
        missingNs = 0;
        return taken;
    }

    /** Forgets all: the sender started anew. */
    void restart() {
        kept.clear();
        doubtful = null;
        missingNs = 0;
    }

    long ignored() {
        return ignored;
    }

    private void findStep() {
        if (kept.size() < 3) {
            return;
        }
        Heard newest = kept.removeLast();
        Heard second = kept.removeLast();
        long wallNs = Long.MAX_VALUE;
        long arrivalNs = Long.MAX_VALUE;
        for (Heard older : kept) {
            wallNs = Math.min(wallNs, Math.min(wallLaterNs(newest, older), wallLaterNs(second, older)));
            arrivalNs = Math.min(arrivalNs, Math.min(arrivalLaterNs(newest, older), arrivalLaterNs(second, older)));
        }
        if (wallNs > STEP_NS) {
            kept.clear();
            missingNs += arrivalNs > wallNs / 2 ? wallNs : 0; // else its wall clock was set
        }
        kept.addLast(second);
        kept.addLast(newest);
    }

    private long wallLaterNs(Heard later, Heard earlier) {
        return NtpTime.differenceNs(later.report.ntpTime(), earlier.report.ntpTime()) - mediaNs(later, earlier);
    }

    private long arrivalLaterNs(Heard later, Heard earlier) {
        return later.arrivalNs - earlier.arrivalNs - mediaNs(later, earlier);
    }

    private long mediaNs(Heard later, Heard earlier) {
        return scale.toNs(later.report.timestamp() - earlier.report.timestamp());
    }

    private boolean fits(Heard later, Heard earlier) {
        long ntpNs = NtpTime.differenceNs(later.report.ntpTime(), earlier.report.ntpTime());
        return Math.abs(ntpNs - (later.arrivalNs - earlier.arrivalNs)) <= TOLERANCE_NS
                && Math.abs(ntpNs - mediaNs(later, earlier)) <= TOLERANCE_NS;
    }
}
