package io.mediatool.recorder.time;

import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.Timescale;
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

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Timescale scale;
    private final Deque<Heard> kept = new ArrayDeque<>();
    private @Nullable Heard doubtful;
    private int believed;
    private long missingNs;
    private long ignored;
    /** The least of (arrival − media time) of the frames since the report before; {@link #UNKNOWN} without any. */
    private long transitNs = UNKNOWN;

    private record Heard(SenderReport report, long arrivalNs, long transitNs) {}

    SenderReports(Timescale scale) {
        this.scale = scale;
    }

    /** Notes how late a frame came. */
    void onFrame(long timestamp, long arrivalNs) {
        transitNs = Math.min(transitNs, arrivalNs - scale.toNs(timestamp));
    }

    /** Whether {@code report} is to be believed. */
    boolean accept(SenderReport report, long arrivalNs) {
        var heard = new Heard(report, arrivalNs, transitNs);
        transitNs = UNKNOWN;
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

    /** By how much the sender's media clock fell behind its wall clock at once, and its frames behind arrival, since this was last asked. */
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
        transitNs = UNKNOWN;
    }

    long ignored() {
        return ignored;
    }

    /**
     * Two reports in a row that are later than all before may come from a busy sender, or from one whose wall clock was set: then those before
     * are forgotten with time. Only when the frames came later, too, is media time missing.
     */
    private void findStep() {
        if (kept.size() < 3) {
            return;
        }
        Heard newest = kept.removeLast();
        Heard second = kept.removeLast();
        long wallNs = Long.MAX_VALUE;
        long leastNs = UNKNOWN;
        for (Heard older : kept) {
            wallNs = Math.min(wallNs, Math.min(wallLaterNs(newest, older), wallLaterNs(second, older)));
            leastNs = Math.min(leastNs, older.transitNs);
        }
        boolean framesToo =
                newest.transitNs != UNKNOWN && leastNs != UNKNOWN && newest.transitNs - leastNs > wallNs / 2;
        if (wallNs > STEP_NS && framesToo) {
            kept.clear();
            missingNs += wallNs;
        }
        kept.addLast(second);
        kept.addLast(newest);
    }

    private long wallLaterNs(Heard later, Heard earlier) {
        return NtpTime.differenceNs(later.report.ntpTime(), earlier.report.ntpTime()) - mediaNs(later, earlier);
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
