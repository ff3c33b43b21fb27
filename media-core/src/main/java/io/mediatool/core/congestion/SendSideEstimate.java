package io.mediatool.core.congestion;

import io.mediatool.core.rtcp.feedback.TransportFeedback;

/**
 * What the path to one receiver carries, as its sender sees it: by the delay and loss of packets that the receiver tells of
 * (transport-wide-cc), by its own estimate (REMB), or by the losses in its reports, whichever it sends.
 */
public final class SendSideEstimate {
    private static final long MIN_BPS = 50_000;
    private static final long MAX_BPS = 100_000_000;
    /** A receiver that estimates repeats itself within a second or two. */
    private static final long REMB_AGE_NS = 10_000_000_000L;
    /** Without feedback for so long reports count again. */
    private static final long FEEDBACK_AGE_NS = 3_000_000_000L;

    private static final int REFERENCE_BITS = 24;
    private static final long REFERENCE_US = TransportFeedback.REFERENCE_NS / 1_000;
    private static final long DELTA_US = TransportFeedback.DELTA_NS / 1_000;

    private final SentPackets sent = new SentPackets();
    private final DelayTrend trend = new DelayTrend();
    private final ArrivedRate arrived = new ArrivedRate();
    private final RateControl control = new RateControl(MIN_BPS, MAX_BPS);
    private final Probe probe = new Probe();
    private boolean anyReference;
    private int lastReference;
    private long reference;
    private long newest = -1;
    private long feedbackNs = Long.MIN_VALUE;
    private long remoteBps = Long.MAX_VALUE;
    private long remoteNs;
    private long probes;
    private long probeBps;
    private boolean overused;

    /** What the estimate rests on. */
    public enum Basis {
        /** Nothing speaks against anything. */
        UNLIMITED,
        DELAY,
        LOSS,
        /** The receiver's own estimate. */
        REMB
    }

    /** A packet leaves. @return its transport-wide number, of which the low 16 bits are sent */
    public long onSent(int size, long nowNs) {
        return sent.add(size, nowNs / 1_000);
    }

    /** The receiver tells of arrivals. */
    public void onFeedback(TransportFeedback feedback, long nowNs) {
        feedbackNs = nowNs;
        long clockUs = unwrap(feedback.referenceTime()) * REFERENCE_US;
        long number = sent.unwrap(feedback.baseSequence());
        int known = 0;
        int missing = 0;
        for (int delta : feedback.deltas()) {
            boolean came = delta != TransportFeedback.NOT_RECEIVED;
            clockUs += came ? delta * DELTA_US : 0;
            switch (sent.judge(number, came)) {
                case ARRIVED -> {
                    known++;
                    onArrived(number, clockUs, nowNs);
                }
                case ARRIVED_AFTER_ALL -> missing--;
                case LOST -> {
                    known++;
                    missing++;
                }
                case NONE -> {}
            }
            number++;
        }
        newest = Math.max(newest, Math.min(number, sent.next()) - 1);
        overused = trend.state() == DelayTrend.State.OVERUSED;
        control.onDelay(trend.state(), arrived.bps(), nowNs);
        control.onLosses(known, missing, arrived.bps(), nowNs);
        double proven = overused ? 0 : probe.result(newest);
        if (proven > 0) {
            probeBps = (long) proven;
            control.onProbe(proven);
        }
    }

    private void onArrived(long number, long arrivedUs, long nowNs) {
        int size = sent.size(number);
        long sentUs = sent.sentUs(number, nowNs / 1_000);
        trend.onPacket(sentUs, arrivedUs);
        arrived.onPacket(size, arrivedUs);
        probe.onPacket(number, size, sentUs, arrivedUs);
    }

    /** 24 bits that wrap each twelve days. */
    private long unwrap(int now) {
        int shift = Integer.SIZE - REFERENCE_BITS;
        reference = anyReference ? reference + ((now - lastReference) << shift >> shift) : now;
        anyReference = true;
        lastReference = now;
        return reference;
    }

    /** The receiver's own estimate. */
    public void onRemote(long bitrateBps, long nowNs) {
        remoteBps = Math.max(MIN_BPS, bitrateBps);
        remoteNs = nowNs;
    }

    /**
     * A report's losses: for receivers that tell no more.
     *
     * @param fraction 0 to 1 since the report before
     * @param sentBps what they were sent meanwhile
     */
    public void onReport(double fraction, long sentBps, long nowNs) {
        if (feedbackNs == Long.MIN_VALUE || nowNs - feedbackNs > FEEDBACK_AGE_NS) {
            control.onReportedLoss(fraction, (double) sentBps, nowNs);
        }
    }

    /** The round trip as measured by reports. */
    public void onRtt(long rttNs) {
        control.onRtt(rttNs);
    }

    /** What is sent from now until {@link #endProbe} is a probe. */
    public void beginProbe() {
        probes++;
        probe.begin(sent.next());
    }

    public void endProbe() {
        probe.end(sent.next());
    }

    /** Bits a second of RTP; 100 Mbit/s while nothing limits it. */
    public long bitrateBps(long nowNs) {
        return Math.min((long) control.bps(), nowNs - remoteNs <= REMB_AGE_NS ? remoteBps : Long.MAX_VALUE);
    }

    public Basis basis(long nowNs) {
        if (nowNs - remoteNs <= REMB_AGE_NS && remoteBps < (long) control.bps()) {
            return Basis.REMB;
        }
        return control.bps() >= (double) MAX_BPS ? Basis.UNLIMITED : control.isLossy() ? Basis.LOSS : Basis.DELAY;
    }

    /** Whether the queue grew when the receiver was heard of last. */
    public boolean isOverused() {
        return overused;
    }

    /** Whether the receiver tells of arrivals. */
    public boolean hasFeedback(long nowNs) {
        return feedbackNs != Long.MIN_VALUE && nowNs - feedbackNs <= FEEDBACK_AGE_NS;
    }

    /** What arrived lately, 0 while unknown. */
    public long arrivedBps() {
        return (long) arrived.bps();
    }

    public double lossFraction() {
        return control.lossFraction();
    }

    public long probes() {
        return probes;
    }

    /** What the last probe that said something said. */
    public long probeBps() {
        return probeBps;
    }
}
