package io.mediatool.core.congestion;

/**
 * Whether the queue of a path grows, by the times between bursts of packets at both ends (draft-ietf-rmcat-gcc-02 §5.2 to §5.5; the
 * trend is a line through smoothed delays, as in libwebrtc, in place of the draft's Kalman filter).
 */
final class DelayTrend {
    /** What leaves within this time is one burst. */
    private static final long BURST_US = 5_000;
    /** A burst that a queue has pressed together is no longer than this. */
    private static final long MAX_BURST_US = 100_000;
    /** Clocks that differ by more between two bursts have jumped. */
    private static final long MAX_STEP_US = 3_000_000;

    private static final int WINDOW = 20;
    /** Fewer bursts are no trend; a path that is far too small shows after these. */
    private static final int MIN_DELTAS = 5;

    private static final double SMOOTHING = 0.9;
    private static final double GAIN = 4.0;
    private static final int MAX_DELTAS = 60;
    private static final double FIRST_THRESHOLD_MS = 12.5;
    private static final double MIN_THRESHOLD_MS = 6;
    private static final double MAX_THRESHOLD_MS = 600;
    private static final double MAX_ADAPTED_MS = 15;
    private static final double UP = 0.0087;
    private static final double DOWN = 0.039;
    private static final double OVERUSE_MS = 10;

    /** What the path does. */
    enum State {
        NORMAL,
        OVERUSED,
        UNDERUSED
    }

    private boolean open;
    private boolean hasBefore;
    private long firstSentUs;
    private long lastSentUs;
    private long firstArrivedUs;
    private long lastArrivedUs;
    private long sentBeforeUs;
    private long arrivedBeforeUs;

    private final double[] timesMs = new double[WINDOW];
    private final double[] delaysMs = new double[WINDOW];
    private int deltas;
    private double accumulatedMs;
    private double smoothedMs;
    private double epochMs;
    private double clockMs;
    private double thresholdMs = FIRST_THRESHOLD_MS;
    private double overusedMs;
    private int overuses;
    private double trendBefore;
    private State state = State.NORMAL;

    /**
     * One packet that arrived, in order of sending.
     *
     * @param sentUs on our clock
     * @param arrivedUs on the receiver's
     */
    void onPacket(long sentUs, long arrivedUs) {
        if (!open) {
            begin(sentUs, arrivedUs);
            return;
        }
        if (sentUs < firstSentUs) {
            return;
        }
        if (sentUs - firstSentUs <= BURST_US || isPressed(sentUs, arrivedUs)) {
            lastSentUs = Math.max(lastSentUs, sentUs);
            lastArrivedUs = Math.max(lastArrivedUs, arrivedUs);
            return;
        }
        if (hasBefore) {
            long sentApart = lastSentUs - sentBeforeUs;
            long arrivedApart = lastArrivedUs - arrivedBeforeUs;
            if (arrivedApart < 0 || Math.abs(arrivedApart - sentApart) > MAX_STEP_US) {
                reset();
            } else {
                onBurst((double) sentApart / 1e3, (double) arrivedApart / 1e3);
            }
        }
        hasBefore = true;
        sentBeforeUs = lastSentUs;
        arrivedBeforeUs = lastArrivedUs;
        begin(sentUs, arrivedUs);
    }

    private void begin(long sentUs, long arrivedUs) {
        open = true;
        firstSentUs = sentUs;
        lastSentUs = sentUs;
        firstArrivedUs = arrivedUs;
        lastArrivedUs = arrivedUs;
    }

    private boolean isPressed(long sentUs, long arrivedUs) {
        long apart = arrivedUs - lastArrivedUs;
        return apart - (sentUs - lastSentUs) < 0 && apart <= BURST_US && arrivedUs - firstArrivedUs < MAX_BURST_US;
    }

    private void reset() {
        hasBefore = false;
        deltas = 0;
        accumulatedMs = 0;
        smoothedMs = 0;
        state = State.NORMAL;
        overusedMs = 0;
        overuses = 0;
    }

    private void onBurst(double sentMs, double arrivedMs) {
        accumulatedMs += arrivedMs - sentMs;
        smoothedMs = SMOOTHING * smoothedMs + (1 - SMOOTHING) * accumulatedMs;
        clockMs += arrivedMs;
        if (deltas == 0) {
            epochMs = clockMs;
        }
        int slot = deltas % WINDOW;
        timesMs[slot] = clockMs - epochMs;
        delaysMs[slot] = smoothedMs;
        deltas++;
        double trend = deltas >= MIN_DELTAS ? slope(Math.min(deltas, WINDOW)) : 0;
        detect(trend, sentMs, arrivedMs);
    }

    /** Least squares. */
    private double slope(int points) {
        double time = 0;
        double delay = 0;
        for (int i = 0; i < points; i++) {
            time += timesMs[i] / points;
            delay += delaysMs[i] / points;
        }
        double above = 0;
        double below = 0;
        for (int i = 0; i < points; i++) {
            above += (timesMs[i] - time) * (delaysMs[i] - delay);
            below += (timesMs[i] - time) * (timesMs[i] - time);
        }
        return below == 0 ? 0 : above / below;
    }

    private void detect(double trend, double sentMs, double arrivedMs) {
        double offset = Math.min(deltas, MAX_DELTAS) * trend * GAIN;
        if (offset > thresholdMs) {
            overusedMs = overuses == 0 ? sentMs / 2 : overusedMs + sentMs;
            overuses++;
            if (overusedMs > OVERUSE_MS && overuses > 1 && trend >= trendBefore) {
                overusedMs = 0;
                overuses = 0;
                state = State.OVERUSED;
            }
        } else {
            overusedMs = 0;
            overuses = 0;
            state = offset < -thresholdMs ? State.UNDERUSED : State.NORMAL;
        }
        trendBefore = trend;
        adapt(Math.abs(offset), Math.min(arrivedMs, 100));
    }

    /** The threshold follows what is usual, faster down than up; a sudden jump does not move it (§5.4). */
    private void adapt(double offset, double elapsedMs) {
        if (offset <= thresholdMs + MAX_ADAPTED_MS) {
            double speed = offset < thresholdMs ? DOWN : UP;
            thresholdMs += speed * (offset - thresholdMs) * elapsedMs;
            thresholdMs = Math.max(MIN_THRESHOLD_MS, Math.min(MAX_THRESHOLD_MS, thresholdMs));
        }
    }

    State state() {
        return state;
    }
}
