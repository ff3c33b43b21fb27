package io.mediatool.recorder.time;

import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The media time of one track. It is the sender's RTP time, exactly: never smoothed, never bent by arrival, so a sender that
 * sends in bursts, or faster or slower than real time, is stored as it means it. Only where RTP time cannot go on is it set
 * anew (a <em>correction</em>), so that real time has passed in the file too:
 *
 * <ul>
 *   <li>the sender started anew (another SSRC) or its clock jumped;
 *   <li>its clock stood still while it did not send (phone calls on mobile devices do that to sound).
 * </ul>
 *
 * <p>A clock that stood still and a network that stood still look the same at first: frames after such a gap are held for up
 * to a second, until a burst has caught up (the network) or has not (the clock). Where the stream ends before that, the gap itself decides.
 * By arrival nothing is judged that is late by less than a second: queues, encoders and players on busy machines are, and stay so for a
 * while. Where a clock stood still that long, sender reports tell.
 */
public final class TrackTimeline {
    /** Arrival and RTP time must part by this at a gap for the clock to have stood still. */
    private static final long STOOD_NS = 1_000_000_000L;
    /** And by more than this for another gap to begin while frames are held. */
    private static final long GAP_NS = 200_000_000L;

    private static final long HOLD_NS = 1_000_000_000L;
    /** With fewer frames there is nothing to judge by, and holding goes on, at most this long. */
    private static final int HOLD_FRAMES = 3;

    private static final long HOLD_LONGEST_NS = 5_000_000_000L;
    private static final int HOLD_BYTES = 16 << 20;
    /** A sender of real time cannot send what is this far in the future. */
    private static final long AHEAD_NS = 1_000_000_000L;
    /** For others, only a step as long as this is taken for a jump. */
    private static final long AHEAD_UNPACED_NS = 30_000_000_000L;
    /** B-frames lie behind the newest picture, but not this far, nor this many in a row. */
    private static final long BEHIND_NS = 1_000_000_000L;

    private static final int BEHIND_FRAMES = 32;
    private static final long NEAR_NS = 200_000_000L;
    private static final long AMBIGUOUS_NS = 3_600_000_000_000L;

    private final Timescale scale;
    private final boolean reorders;
    private final Output output;
    private final Pace pace = new Pace();
    private final ClockDrift drift = new ClockDrift();
    private final RateChange rateChange = new RateChange();
    private final SenderReports reports;
    private final Deque<Held> held = new ArrayDeque<>();

    private boolean started;
    private boolean restarted;
    /** Media time less RTP time. */
    private long shift;

    private long firstArrivalNs;
    private long shiftBefore;
    private long highestTimestamp;
    private long highestArrivalNs;
    private long lastStep;
    private int behind;
    /** Ticks that bending has added: ours, not the sender's clock. */
    private long bent;

    private boolean holding;
    private int heldBytes;
    private int heldFrames;
    private long heldSinceNs;
    private long heldFirstTransitNs;
    private long heldLeastTransitNs;
    private long transitBeforeNs;

    private boolean reported;
    private boolean ntpZeroBeforeKnown;
    private long ntpZeroBefore;
    private long corrections;

    /** Takes frames as they come in, in decoding order, with their media time in ticks from the track's first frame. */
    public interface Output {
        void onFrame(MediaFrame frame, long pts, long arrivalNs);

        /** Time was set anew at the next frame. */
        void onCorrection(String why, long nowNs);
    }

    private record Held(MediaFrame frame, long arrivalNs) {}

    /**
     * @param reorders whether frames may come out of presentation order (video)
     */
    public TrackTimeline(Timescale scale, boolean reorders, Output output) {
        this.scale = scale;
        this.reorders = reorders;
        this.output = output;
        this.reports = new SenderReports(scale);
    }

    public Timescale scale() {
        return scale;
    }

    /**
     * Takes the next frame.
     *
     * @param arrivalNs when the first packet of it arrived
     */
    public void onFrame(MediaFrame frame, long arrivalNs) {
        reports.onFrame(frame.timestamp(), arrivalNs);
        if (!started) {
            started = true;
            restarted = false;
            firstArrivalNs = arrivalNs;
            shift = -frame.timestamp();
            highestTimestamp = frame.timestamp();
            highestArrivalNs = arrivalNs;
            forward(frame, 0, arrivalNs);
            return;
        }
        resolveWraps(frame.timestamp(), arrivalNs);
        if (restarted) {
            settle(true);
            setAnew(frame, arrivalNs, "the sender started anew");
        } else if (isJump(frame.timestamp(), arrivalNs)) {
            settle(true);
            setAnew(frame, arrivalNs, "the sender's clock jumped");
        } else if (held.isEmpty() && isPause(frame.timestamp(), arrivalNs)) {
            holding = true;
        }
        if (holding) {
            hold(frame, arrivalNs);
        } else {
            emit(frame, arrivalNs);
        }
    }

    /**
     * The sender started anew.
     *
     * @param sameClock whether timestamps may go on
     */
    public void onRestart(boolean sameClock) {
        if (!sameClock && started) {
            settle(true);
            restarted = true;
            forgetReports();
        }
    }

    /**
     * Takes a sender report of the current sender.
     *
     * @return whether it is believed
     */
    public boolean onSenderReport(SenderReport report, long nowNs) {
        boolean good = reports.accept(report, nowNs);
        reported |= good;
        return good;
    }

    /** Sender reports that were believed. */
    public int believedReports() {
        return reports.believed();
    }

    /**
     * How much media time went missing since this was last asked, by sender reports: the sender's clock stood still, and arrival did not
     * tell. In nanoseconds, 0 as a rule.
     */
    public long takeMissingNs() {
        return reports.takeMissingNs();
    }

    /** Sender reports that were not believed. */
    public long ignoredReports() {
        return reports.ignored();
    }

    /** Whether {@link #ntpZero()} is known. */
    public boolean hasNtpZero() {
        return started && !restarted && reported;
    }

    /** The sender's wall-clock time (NTP, 32.32) of media time 0, by the best of its newest reports. */
    public long ntpZero() {
        SenderReport report = reports.best();
        return report == null ? 0 : NtpTime.plusNs(report.ntpTime(), -scale.toNs(report.timestamp() + shift));
    }

    /** Moves what comes later by {@code ns}, by lengthening or shortening durations by at most 0.5 %. Replaces what was asked before. */
    public void bend(long ns) {
        rateChange.set(scale.fromNs(ns));
    }

    /** Whether a {@link #bend} is under way. */
    public boolean isBending() {
        return rateChange.isActive();
    }

    /** Moves what comes later by {@code ns} more than 0 at once, leaving a gap. */
    public void skip(long ns, long nowNs) {
        settle(false);
        shift += scale.fromNs(ns);
        rateChange.set(0);
        correct("sender reports say that time was missing", nowNs);
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        return !holding ? Long.MAX_VALUE : heldSinceNs + (heldFrames < HOLD_FRAMES ? HOLD_LONGEST_NS : HOLD_NS);
    }

    public void onDeadline(long nowNs) {
        if (nowNs >= nextDeadlineNs()) {
            settle(true);
        }
    }

    /** When the frame of media time 0 arrived. */
    public long firstArrivalNs() {
        return firstArrivalNs;
    }

    /**
     * Lets all frames go that are held: the source ended. With nothing after them to judge by, those that came late by less than a hold were
     * late: the last that a sender has to say is held up more often than its clock.
     */
    public void flush() {
        settle(true);
    }

    public long corrections() {
        return corrections;
    }

    public double driftPpm() {
        return drift.ppm();
    }

    /** Media time of a timestamp in ticks. */
    private long mediaOf(long timestamp) {
        return timestamp + shift;
    }

    private long transitNs(long timestamp, long arrivalNs) {
        return arrivalNs - scale.toNs(mediaOf(timestamp));
    }

    /** After a silence of hours, 32 bits of timestamp do not tell how often they wrapped: arrival does. */
    private void resolveWraps(long timestamp, long arrivalNs) {
        long elapsedNs = arrivalNs - highestArrivalNs;
        if (elapsedNs > AMBIGUOUS_NS && pace.isRealTime() && !restarted) {
            long missing = scale.fromNs(elapsedNs) - (timestamp - highestTimestamp);
            long wraps = Math.floorDiv(missing + (1L << 31), 1L << 32);
            shift += wraps << 32;
            highestTimestamp -= wraps << 32;
        }
    }

    private boolean isJump(long timestamp, long arrivalNs) {
        long step = timestamp - newestTimestamp();
        if (step < 0) {
            return !reorders || scale.toNs(-step) > BEHIND_NS || behind >= BEHIND_FRAMES;
        }
        return pace.isRealTime()
                ? transitNs(timestamp, arrivalNs) < pace.leastTransitNs() - AHEAD_NS
                : scale.toNs(step) - (arrivalNs - newestArrivalNs()) > AHEAD_UNPACED_NS;
    }

    private boolean isPause(long timestamp, long arrivalNs) {
        return pace.isRealTime()
                && arrivalNs - highestArrivalNs >= STOOD_NS
                && transitNs(timestamp, arrivalNs) - pace.mostTransitNs() >= STOOD_NS;
    }

    private long newestTimestamp() {
        long newest = highestTimestamp;
        for (Held one : held) {
            newest = Math.max(newest, one.frame.timestamp());
        }
        return newest;
    }

    private long newestArrivalNs() {
        Held last = held.peekLast();
        return last == null ? highestArrivalNs : last.arrivalNs;
    }

    private void hold(MediaFrame frame, long arrivalNs) {
        long transitNs = transitNs(frame.timestamp(), arrivalNs);
        Held before = held.peekLast();
        if (before == null) {
            transitBeforeNs = pace.mostTransitNs();
        }
        if (before == null || transitNs - transitNs(before.frame.timestamp(), before.arrivalNs) > GAP_NS) {
            // The first frame after a gap, or after another gap: from here on it is watched.
            heldSinceNs = arrivalNs;
            heldFrames = 0;
            heldFirstTransitNs = transitNs;
            heldLeastTransitNs = transitNs;
        }
        held.addLast(new Held(frame, arrivalNs));
        heldFrames++;
        heldBytes += frame.data().length;
        heldLeastTransitNs = Math.min(heldLeastTransitNs, transitNs);
        boolean caughtUp = heldLeastTransitNs <= transitBeforeNs + (heldFirstTransitNs - transitBeforeNs) / 2;
        long heldNs = arrivalNs - heldSinceNs;
        boolean catchingUp = heldFirstTransitNs - heldLeastTransitNs > heldNs / 5;
        if (caughtUp || heldBytes > HOLD_BYTES) {
            settle(false);
        } else if (heldNs >= HOLD_NS && heldFrames >= HOLD_FRAMES) {
            settle(!catchingUp);
        }
    }

    /** Ends holding. */
    private void settle(boolean clockStood) {
        if (!holding) {
            return;
        }
        long nowNs = newestArrivalNs();
        holding = false;
        heldBytes = 0;
        if (clockStood && !held.isEmpty() && heldLeastTransitNs - transitBeforeNs >= STOOD_NS) {
            long ticks = scale.fromNs(heldLeastTransitNs - pace.leastTransitNs());
            if (ticks > 0) {
                forgetReports();
                shiftBefore = shift;
                shift += ticks;
                correct("the sender's clock stood still", nowNs);
            }
        }
        while (!held.isEmpty()) {
            Held next = held.removeFirst();
            emit(next.frame, next.arrivalNs);
        }
    }

    /** Finds the media time of a frame whose timestamp has no relation to those before. */
    private void setAnew(MediaFrame frame, long arrivalNs, String why) {
        long timestamp = frame.timestamp();
        long highest = mediaOf(highestTimestamp);
        long media;
        if (pace.isRealTime()) {
            media = scale.fromNs(arrivalNs - pace.leastTransitNs());
        } else {
            media = highest + Math.max(lastStep, scale.fromNs(arrivalNs - highestArrivalNs));
        }
        long byNtp = byNtp(timestamp);
        long asBefore = timestamp + shiftBefore;
        if (isNear(byNtp, media) && byNtp > highest) {
            media = byNtp;
        } else if (!restarted && isNear(asBefore, media) && asBefore > highest) {
            media = asBefore; // one wrong timestamp, and the clock is what it was
        } else {
            media = Math.max(media, highest + Math.max(1, lastStep));
        }
        if (!pace.isRealTime()) {
            pace.restart();
        }
        if (!restarted) {
            forgetReports();
        }
        restarted = false;
        shiftBefore = shift;
        shift = media - timestamp;
        highestTimestamp = timestamp - 1;
        highestArrivalNs = arrivalNs;
        behind = 0;
        correct(why, arrivalNs);
    }

    private boolean isNear(long media, long expected) {
        return Math.abs(scale.toNs(media - expected)) <= NEAR_NS;
    }

    /** By the wall clock of the sender's reports, where there is one of before and one of after. */
    private long byNtp(long timestamp) {
        SenderReport report = reports.newest();
        if (!restarted || !reported || report == null || !ntpZeroBeforeKnown) {
            return Long.MIN_VALUE / 4;
        }
        return scale.fromNs(NtpTime.differenceNs(report.ntpTime(), ntpZeroBefore)) + timestamp - report.timestamp();
    }

    /** What the reports said holds no longer for what comes, but tells where the wall clock stood. */
    private void forgetReports() {
        if (reported) {
            ntpZeroBefore = ntpZero();
            ntpZeroBeforeKnown = true;
        }
        reported = false;
        reports.restart();
    }

    private void correct(String why, long nowNs) {
        corrections++;
        drift.restart();
        output.onCorrection(why, nowNs);
    }

    private void emit(MediaFrame frame, long arrivalNs) {
        long step = frame.timestamp() - highestTimestamp;
        if (step <= 0) {
            behind += step < 0 ? 1 : 0;
            output.onFrame(frame, mediaOf(frame.timestamp()), arrivalNs);
            return;
        }
        long ticks = rateChange.next(step);
        shift += ticks;
        bent += ticks;
        forward(frame, step, arrivalNs);
    }

    private void forward(MediaFrame frame, long step, long arrivalNs) {
        long timestamp = frame.timestamp();
        highestTimestamp = timestamp;
        highestArrivalNs = arrivalNs;
        lastStep = frame.duration() > 0 ? frame.duration() : step > 1 ? step : lastStep;
        behind = 0;
        long mediaNs = scale.toNs(mediaOf(timestamp));
        pace.onFrame(mediaNs, arrivalNs);
        drift.onFrame(scale.toNs(mediaOf(timestamp) - bent), arrivalNs);
        output.onFrame(frame, mediaOf(timestamp), arrivalNs);
    }
}
