package io.mediatool.player.pace;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.NtpTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the frames of several tracks at their times, asks for more before they run out, and reports the senders' clock.
 *
 * <p>The wall clock of sender reports is the one of the start plus the media time since, pauses included, whatever the speed: one
 * straight line for all tracks, so that who records what is played gets the times of the file.
 */
public final class Pacer {
    /**
     * What is later than this is not caught up: playing goes on later instead, as after a pause. Receivers shall take it for one: without
     * it, recorders took it for a clock that stood still, of one track sooner than of the other, and sound and picture parted.
     */
    static final long CATCH_UP_NS = 1_000_000_000;
    /** How far ahead of its time media is asked for, as long as it fits the two bounds below. */
    static final long AHEAD_NS = 2_000_000_000L;

    static final int MAX_QUEUED_BYTES = 8 << 20;
    static final int MAX_QUEUED_FRAMES = 2048;
    /** RFC 3550 §6.2: reports at least every five seconds. */
    static final long REPORT_INTERVAL_NS = 5_000_000_000L;
    /** Of this multiple every RTP clock rate in use has a whole number of units: reports are exact. */
    static final long REPORT_GRID_NS = 40_000_000;
    /** Unpaced, the loop's other work gets its turn after so many packets. */
    static final int PACKETS_A_TURN = 64;

    private final EventLoop loop;
    private final PlayClock clock;
    private final List<TrackSender> tracks;
    private final Owner owner;
    private final long startNtp;

    private @Nullable Timer timer;
    private boolean yielding;
    private boolean asked;
    private boolean complete;
    private boolean stopped;
    private boolean paused;
    private long pausedNs;
    private long shiftNs;
    private int queuedFrames;
    private long queuedBytes;
    private long lastQueuedNs = Long.MIN_VALUE;
    private long sentTimeNs;
    private long endNs;
    private long nextReportNs;
    private boolean reported;

    /** Whoever has the frames, on the loop. */
    public interface Owner {
        /** More frames are wanted; {@link Pacer#onFrames} answers, later. Not asked again before that. */
        void onWanted();

        /** Frames came so late that playing goes on later by {@code lateNs} from here. */
        void onLate(long lateNs);

        /** The last frame has been sent and has had its time. */
        void onFinished();
    }

    /**
     * @param speed media time per time; positive infinity for no pace at all
     * @param startNtp wall clock of media time 0
     */
    public Pacer(EventLoop loop, double speed, List<TrackSender> tracks, long startNtp, Owner owner) {
        this.loop = loop;
        this.clock = new PlayClock(speed);
        this.tracks = List.copyOf(tracks);
        this.startNtp = startNtp;
        this.owner = owner;
    }

    /** Asks for the first frames; media time starts when they come. */
    public void start() {
        ask();
    }

    /**
     * Takes frames in decoding order.
     *
     * @param last whether no more come
     */
    public void onFrames(List<PacedFrame> frames, boolean last) {
        if (stopped) {
            return;
        }
        asked = false;
        complete = last;
        for (PacedFrame frame : frames) {
            if (!clock.isStarted()) {
                clock.start(frame.timeNs(), loop.nowNs());
                pausedNs = loop.nowNs();
                sentTimeNs = frame.timeNs();
            }
            tracks.get(frame.track()).add(frame);
            queuedFrames++;
            queuedBytes += frame.data().length;
            lastQueuedNs = Math.max(lastQueuedNs, frame.timeNs());
        }
        run(loop.nowNs());
    }

    /** Sends nothing until {@link #resume}; harmless when repeated. */
    public void pause() {
        if (paused || stopped) {
            return;
        }
        paused = true;
        pausedNs = loop.nowNs();
        if (timer != null) {
            timer.cancel();
        }
    }

    /**
     * Goes on with the next frame. The clock of the packets went on meanwhile: receivers shall take the pause for one, and not for
     * packets that are late.
     */
    public void resume() {
        if (!paused || stopped) {
            return;
        }
        paused = false;
        long nowNs = loop.nowNs();
        if (clock.isStarted() && clock.isPaced()) {
            goOnLater(nowNs - pausedNs, Long.MIN_VALUE, nowNs);
        }
        run(nowNs);
    }

    /**
     * @param fromNs the media time from which on clocks say so
     */
    private void goOnLater(long ns, long fromNs, long nowNs) {
        clock.delay(ns);
        long gridNs = Math.floorDiv(clock.mediaNs(ns), REPORT_GRID_NS) * REPORT_GRID_NS;
        shiftNs += gridNs;
        tracks.forEach(track -> track.shift(gridNs, fromNs));
        nextReportNs = nowNs;
    }

    /** From now on it goes at another speed. */
    public void speed(double faster) {
        if (clock.isStarted()) {
            long nowNs = loop.nowNs();
            long atNs = paused ? pausedNs : nowNs;
            clock.speed(faster, clock.isPaced() ? clock.timeNs(atNs) : sentTimeNs, atNs);
            run(nowNs);
        } else {
            clock.speed(faster, 0, 0);
        }
    }

    /**
     * Drops what has not been begun. The caller has other frames on the way, for which it is not asked.
     *
     * @return the media time at which they shall begin: when all that was sent has been shown
     */
    public long jump() {
        tracks.forEach(TrackSender::drop);
        queuedFrames = 0;
        queuedBytes = 0;
        for (TrackSender track : tracks) {
            PacedFrame begun = track.head(true);
            if (begun != null) { // its rest is sent, or nobody could use its beginning
                queuedFrames++;
                queuedBytes += begun.data().length;
                endNs = Math.max(endNs, begun.endNs());
            }
        }
        lastQueuedNs = sentTimeNs;
        complete = false;
        asked = true;
        return clock.isStarted() ? Math.max(endNs, sentTimeNs) : 0;
    }

    /** Frames from before a jump, which take numbers with them. */
    public void discard(List<PacedFrame> frames) {
        frames.forEach(frame -> tracks.get(frame.track()).drop(frame));
    }

    /** There is more to come after the last frame. */
    public void more() {
        if (complete && !stopped) {
            complete = false;
            ask();
        }
    }

    /** Sends nothing any more; harmless when repeated. */
    public void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    /** The media time reached; at the end that at which the last frame has had its time. */
    public long positionNs() {
        if (!clock.isStarted()) {
            return 0;
        }
        long atNs = paused ? pausedNs : loop.nowNs();
        return clock.isPaced() ? Math.max(sentTimeNs, Math.min(clock.timeNs(atNs), lastQueuedNs)) : sentTimeNs;
    }

    private void run(long nowNs) {
        if (stopped || paused) {
            return;
        }
        if (clock.isStarted()) {
            reportWhenDue(nowNs);
        }
        long nextNs = clock.isPaced() ? runPaced(nowNs) : runUnpaced(nowNs);
        if (stopped || paused) {
            return; // by a listener of the packets just sent
        }
        ask();
        if (complete && tracks.stream().allMatch(TrackSender::isEmpty)) {
            nextNs = clock.isStarted() && clock.isPaced() ? clock.dueNs(endNs) : nowNs;
            if (nextNs <= nowNs) {
                sentTimeNs = Math.max(sentTimeNs, endNs);
                stop();
                owner.onFinished();
                return;
            }
        }
        if (nextNs != Long.MAX_VALUE) {
            wakeAt(clock.isStarted() ? Math.min(nextNs, nextReportNs) : nextNs);
        }
    }

    private long runPaced(long nowNs) {
        if (clock.isStarted()) {
            delayWhenLate(nowNs);
        }
        long nextNs = Long.MAX_VALUE;
        for (TrackSender track : tracks) {
            nextNs = Math.min(nextNs, track.run(clock, this::sent, nowNs));
        }
        return nextNs;
    }

    private void delayWhenLate(long nowNs) {
        long dueNs = Long.MAX_VALUE;
        for (TrackSender track : tracks) {
            PacedFrame head = track.head(false);
            dueNs = head == null ? dueNs : Math.min(dueNs, clock.dueNs(head.timeNs()));
        }
        long lateNs = dueNs == Long.MAX_VALUE ? 0 : nowNs - dueNs;
        if (lateNs > CATCH_UP_NS) {
            // One track may have been sent farther than the other: the pause is at the same media time for both.
            long begunNs = tracks.stream().mapToLong(TrackSender::takenNs).max().orElse(Long.MIN_VALUE);
            goOnLater(lateNs, begunNs + 1, nowNs);
            owner.onLate(lateNs);
        }
    }

    private long runUnpaced(long nowNs) {
        for (int sent = 0; sent < PACKETS_A_TURN && !stopped; sent++) {
            TrackSender first = null;
            long firstNs = Long.MAX_VALUE;
            for (TrackSender track : tracks) {
                PacedFrame head = track.head(true);
                if (head != null && head.timeNs() < firstNs) {
                    first = track;
                    firstNs = head.timeNs();
                }
            }
            if (first == null || !first.sendNow(this::sent, nowNs)) {
                return Long.MAX_VALUE;
            }
        }
        if (!yielding && !stopped) {
            yielding = true;
            loop.execute(() -> {
                yielding = false;
                run(loop.nowNs());
            });
        }
        return Long.MAX_VALUE;
    }

    private void sent(PacedFrame frame) {
        queuedFrames--;
        queuedBytes -= frame.data().length;
        sentTimeNs = Math.max(sentTimeNs, frame.timeNs());
        endNs = Math.max(endNs, frame.endNs());
    }

    private void ask() {
        if (asked || complete || stopped) {
            return;
        }
        if (queuedFrames == 0
                || !isAhead() && queuedFrames < MAX_QUEUED_FRAMES / 2 && queuedBytes < MAX_QUEUED_BYTES / 2) {
            asked = true;
            owner.onWanted();
        }
    }

    private boolean isAhead() {
        return clock.isPaced() && clock.dueNs(lastQueuedNs) - loop.nowNs() > AHEAD_NS;
    }

    private void reportWhenDue(long nowNs) {
        if (reported && nowNs < nextReportNs) {
            return;
        }
        reported = true;
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
        long timeNs = Math.floorDiv(positionNs(), REPORT_GRID_NS) * REPORT_GRID_NS;
        for (TrackSender track : tracks) {
            track.report(timeNs, NtpTime.plusNs(startNtp, timeNs + shiftNs), nowNs);
        }
    }

    private void wakeAt(long deadlineNs) {
        if (timer != null) {
            timer.cancel();
        }
        timer = loop.schedule(deadlineNs, this::run);
    }
}
