package io.mediatool.core.congestion;

/**
 * What may be sent: less at once when a queue grows, more little by little when it does not (draft-ietf-rmcat-gcc-02 §5.5), and never
 * more than losses allow (§6). Begins without a limit: nothing speaks against the best before the path does.
 */
final class RateControl {
    private static final double BACK_OFF = 0.85;
    private static final double GROWTH = 1.08;
    /** Nobody knows what a path carries beyond this much of what it has carried. */
    private static final double BEYOND = 1.5;

    private static final double BEYOND_BPS = 10_000;
    private static final double MANY_LOST = 0.10;
    private static final double FEW_LOST = 0.02;
    /** With so much lost what arrives is all that there is room for. */
    private static final double MOST_LOST = 0.30;

    private static final long LOSS_INTERVAL_NS = 200_000_000L;
    private static final int LOSS_PACKETS = 20;
    /** Fewer do not tell ten in a hundred from five by bad luck. */
    private static final int SURE_PACKETS = 200;

    private static final double SURE_LOSS = 0.25;
    private static final double PACKET_BITS = 9_600;

    private final double minBps;
    private final double maxBps;
    private double delayBps;
    private double lossBps;
    /** Mean and deviation of what arrived when the path was full; a mean of 0 while unknown. */
    private double capacityBps;

    private double capacityDeviation = 0.4;
    private long increasedNs;
    private long decreasedNs;
    private boolean decreased;
    private long rttNs = 100_000_000L;
    private long lossSinceNs;
    private int expected;
    private int lost;
    private double lossFraction;

    RateControl(long minBps, long maxBps) {
        this.minBps = (double) minBps;
        this.maxBps = (double) maxBps;
        this.delayBps = (double) maxBps;
        this.lossBps = (double) maxBps;
    }

    void onRtt(long newRttNs) {
        rttNs = newRttNs;
    }

    /** What the queue does, as often as it is known. */
    void onDelay(DelayTrend.State state, double arrivedBps, long nowNs) {
        switch (state) {
            case OVERUSED -> decrease(arrivedBps, nowNs);
            case UNDERUSED -> increasedNs = nowNs; // the queue empties: wait until it is empty
            case NORMAL -> increase(arrivedBps, nowNs);
        }
    }

    private void decrease(double arrivedBps, long nowNs) {
        increasedNs = nowNs;
        long pauseNs = Math.max(10_000_000L, Math.min(200_000_000L, rttNs));
        boolean again = nowNs - decreasedNs >= pauseNs || arrivedBps < 0.5 * delayBps;
        if (arrivedBps <= 0 || decreased && !again) {
            return;
        }
        decreased = true;
        decreasedNs = nowNs;
        delayBps = Math.max(minBps, Math.min(delayBps, BACK_OFF * arrivedBps));
        double kbps = arrivedBps / 1e3;
        if (capacityBps == 0 || Math.abs(arrivedBps - capacityBps) > 3 * deviationBps()) {
            capacityBps = arrivedBps;
            capacityDeviation = 0.4;
        } else {
            double off = kbps - capacityBps / 1e3;
            capacityBps += 0.05 * (arrivedBps - capacityBps);
            capacityDeviation =
                    Math.max(0.4, Math.min(2.5, 0.95 * capacityDeviation + 0.05 * off * off / (capacityBps / 1e3)));
        }
    }

    private double deviationBps() {
        return 1e3 * Math.sqrt(capacityDeviation * capacityBps / 1e3);
    }

    private void increase(double arrivedBps, long nowNs) {
        double seconds = Math.min(1, (double) (nowNs - increasedNs) / 1e9);
        increasedNs = nowNs;
        if (delayBps >= maxBps || arrivedBps <= 0) {
            return;
        }
        if (capacityBps > 0 && arrivedBps > capacityBps + 3 * deviationBps()) {
            capacityBps = 0; // there is more room than there was
        }
        // Near to where it was full last: a packet in each time that it takes to notice.
        boolean near = capacityBps > 0 && delayBps > capacityBps - 3 * deviationBps();
        double more = near
                ? Math.max(4_000, PACKET_BITS / ((double) (rttNs + 100_000_000L) / 1e9)) * seconds
                : Math.max(1_000, delayBps * (Math.pow(GROWTH, seconds) - 1));
        double ceiling = BEYOND * arrivedBps + BEYOND_BPS;
        if (delayBps < ceiling) {
            delayBps = Math.min(maxBps, Math.min(ceiling, delayBps + more));
        }
    }

    /** Some packets more of which it is known whether they arrived. */
    void onLosses(int packets, int missing, double arrivedBps, long nowNs) {
        expected += packets;
        lost += missing;
        if (nowNs - lossSinceNs < LOSS_INTERVAL_NS + rttNs || expected < LOSS_PACKETS) {
            return;
        }
        double seconds = Math.min(5, (double) (nowNs - lossSinceNs) / 1e9);
        double fraction = (double) Math.max(0, lost) / expected;
        if (expected < SURE_PACKETS && fraction < SURE_LOSS && fraction > FEW_LOST && seconds < 5) {
            return;
        }
        lossFraction = fraction;
        lossSinceNs = nowNs;
        expected = 0;
        lost = 0;
        if (lossFraction > MANY_LOST && arrivedBps > 0) {
            double sent = arrivedBps / Math.max(0.01, 1 - lossFraction);
            double less = lossFraction > MOST_LOST ? arrivedBps : sent * (1 - 0.5 * lossFraction);
            lossBps = Math.max(minBps, Math.min(lossBps, less));
        } else if (lossFraction < FEW_LOST && lossBps < maxBps) {
            lossBps = Math.min(maxBps, lossBps * Math.pow(GROWTH, seconds) + 1_000);
        }
    }

    /** A receiver report's fraction, where the peer tells nothing more. */
    void onReportedLoss(double fraction, double sentBps, long nowNs) {
        lossFraction = fraction;
        if (fraction > MANY_LOST && sentBps > 0) {
            double less = sentBps * (1 - (fraction > MOST_LOST ? fraction : 0.5 * fraction));
            lossBps = Math.max(minBps, Math.min(lossBps, less));
        } else if (fraction < FEW_LOST && lossBps < maxBps) {
            double seconds = Math.min(5, (double) (nowNs - lossSinceNs) / 1e9);
            lossBps = Math.min(maxBps, lossBps * Math.pow(GROWTH, seconds) + 1_000);
        }
        lossSinceNs = nowNs;
    }

    /** A probe got through at this rate. */
    void onProbe(double bps) {
        delayBps = Math.min(maxBps, Math.max(delayBps, bps));
        if (lossFraction < MANY_LOST) {
            lossBps = Math.min(maxBps, Math.max(lossBps, bps));
        }
        if (capacityBps > 0 && bps > capacityBps + 3 * deviationBps()) {
            capacityBps = 0;
        }
    }

    double bps() {
        return Math.min(delayBps, lossBps);
    }

    /** Whether losses say less than the queue does. */
    boolean isLossy() {
        return lossBps < delayBps;
    }

    double lossFraction() {
        return lossFraction;
    }
}
