package io.mediatool.recorder.time;

/**
 * How much faster a sender's media clock runs than ours: a straight line through (arrival, media time − arrival), one point
 * a second, which is the frame that was delayed least in it. Jitter of the network, and of a loop that gathers datagrams, cancels
 * or averages out; with constant memory.
 */
final class ClockDrift {
    private static final long POINT_EVERY_NS = 1_000_000_000L;
    private static final double MIN_SPAN_SECONDS = 10;
    /** No quartz is this far off: the sender does not send in real time, and the line says nothing of its clock. */
    private static final double MAX_PPM = 20_000;

    private boolean started;
    private long firstArrivalNs;
    private long firstMediaNs;
    private long secondSinceNs;
    private long bestArrivalNs;
    private long bestLeadNs;
    private double n;
    private double sumX;
    private double sumY;
    private double sumXx;
    private double sumXy;
    private double lastX;
    private double bestSpan;
    private double bestPpm;

    void onFrame(long mediaNs, long arrivalNs) {
        if (!started) {
            started = true;
            firstArrivalNs = arrivalNs;
            firstMediaNs = mediaNs;
            secondSinceNs = arrivalNs;
            bestLeadNs = Long.MIN_VALUE;
        } else if (arrivalNs - secondSinceNs >= POINT_EVERY_NS) {
            addPoint();
            secondSinceNs = arrivalNs;
            bestLeadNs = Long.MIN_VALUE;
        }
        long leadNs = (mediaNs - firstMediaNs) - (arrivalNs - firstArrivalNs);
        if (leadNs > bestLeadNs) {
            bestLeadNs = leadNs;
            bestArrivalNs = arrivalNs;
        }
    }

    private void addPoint() {
        double x = (bestArrivalNs - firstArrivalNs) / 1e9;
        double y = bestLeadNs / 1e9;
        n++;
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumXy += x * y;
        lastX = x;
    }

    /** Media time was set anew: a new line begins. The longest one is remembered. */
    void restart() {
        bestPpm = ppm();
        bestSpan = Math.max(bestSpan, lastX);
        started = false;
        n = 0;
        sumX = 0;
        sumY = 0;
        sumXx = 0;
        sumXy = 0;
        lastX = 0;
    }

    /** Positive when the sender's clock is fast; 0 while unknown. */
    double ppm() {
        double spread = n * sumXx - sumX * sumX;
        if (lastX < MIN_SPAN_SECONDS || lastX < bestSpan || spread <= 0) {
            return bestPpm;
        }
        double slope = (n * sumXy - sumX * sumY) / spread * 1e6;
        return Math.abs(slope) > MAX_PPM ? 0 : slope;
    }
}
