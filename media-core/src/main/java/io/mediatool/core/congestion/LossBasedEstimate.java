package io.mediatool.core.congestion;

/**
 * What a publisher without transport-wide-cc may send, by its losses alone (draft-ietf-rmcat-gcc-02 §6): under 2 % it may
 * grow, over 10 % it must shrink. For REMB, once a second.
 */
public final class LossBasedEstimate {
    private static final long INTERVAL_NS = 1_000_000_000L;

    private final double minBps;
    private final double maxBps;
    private final Output output;
    private double estimateBps;
    private boolean started;
    private long dueNs = Long.MAX_VALUE;
    private long sinceNs;
    private long bytes;
    private long expectedBefore;
    private long lostBefore;

    /** Takes the estimate each second. */
    public interface Output {
        void onEstimate(long bitrateBps, long nowNs);
    }

    /** Starts at {@code maxBps}: nothing speaks against it yet. */
    public LossBasedEstimate(long minBps, long maxBps, Output output) {
        this.minBps = (double) minBps;
        this.maxBps = (double) maxBps;
        this.estimateBps = (double) maxBps;
        this.output = output;
    }

    /** Bytes of a packet that arrived. */
    public void onPacket(int length, long nowNs) {
        if (!started) {
            started = true;
            sinceNs = nowNs;
            dueNs = nowNs; // the first goes out at once, so that the sender knows its ceiling
        }
        bytes += length;
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE} before the first packet. */
    public long nextDeadlineNs() {
        return dueNs;
    }

    /**
     * Makes the next estimate when it is due.
     *
     * @param expected packets of all sources so far, lost ones included
     * @param lost of them so far, repaired ones included
     */
    public void onDeadline(long expected, long lost, long nowNs) {
        if (nowNs < dueNs) {
            return;
        }
        long expectedNow = expected - expectedBefore;
        double fraction = expectedNow <= 0 ? 0 : (double) Math.max(0, lost - lostBefore) / (double) expectedNow;
        double seconds = (double) (nowNs - sinceNs) / 1e9;
        double received = seconds <= 0 ? estimateBps : (double) bytes * 8 / seconds;
        if (fraction > 0.1) {
            // Never below half of what did arrive: a burst of losses is no lasting limit.
            estimateBps = Math.max(Math.min(estimateBps, 2 * received) * (1 - 0.5 * fraction), received / 2);
        } else if (fraction < 0.02) {
            estimateBps = 1.08 * estimateBps + 1000;
        }
        estimateBps = Math.max(minBps, Math.min(maxBps, estimateBps));
        expectedBefore = expected;
        lostBefore = lost;
        bytes = 0;
        sinceNs = nowNs;
        dueNs = nowNs + INTERVAL_NS;
        output.onEstimate((long) estimateBps, nowNs);
    }

    /** The estimate as it stands. */
    public long bitrateBps() {
        return (long) estimateBps;
    }
}
