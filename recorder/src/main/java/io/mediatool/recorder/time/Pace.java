package io.mediatool.recorder.time;

/**
 * Whether a sender sends in real time, and how late its frames come at best. Arrival may judge timestamps only where the
 * sender has kept real time: one that reads a file as fast as it can, or slower than real time, is right by its own clock.
 */
final class Pace {
    private static final long CHECK_EVERY_NS = 1_000_000_000L;
    private static final long BUCKET_NS = 5_000_000_000L;

    private boolean started;
    private boolean realTime;
    private long checkArrivalNs;
    private long checkMediaNs;
    private long bucketSinceNs;
    private long bucketLeastNs;
    private long previousLeastNs;
    private long bucketMostNs;
    private long previousMostNs;

    /** Notes a frame that moved the track's time forward. */
    void onFrame(long mediaNs, long arrivalNs) {
        long transitNs = arrivalNs - mediaNs;
        if (!started) {
            started = true;
            bucketSinceNs = arrivalNs;
            bucketLeastNs = transitNs;
            previousLeastNs = transitNs;
            bucketMostNs = transitNs;
            previousMostNs = transitNs;
            checkArrivalNs = arrivalNs;
            checkMediaNs = mediaNs;
            return;
        }
        if (arrivalNs - bucketSinceNs > BUCKET_NS) {
            previousLeastNs = bucketLeastNs;
            bucketLeastNs = transitNs;
            previousMostNs = bucketMostNs;
            bucketMostNs = transitNs;
            bucketSinceNs = arrivalNs;
        }
        bucketLeastNs = Math.min(bucketLeastNs, transitNs);
        bucketMostNs = Math.max(bucketMostNs, transitNs);
        long elapsedNs = arrivalNs - checkArrivalNs;
        if (elapsedNs >= CHECK_EVERY_NS) {
            double ratio = (double) (mediaNs - checkMediaNs) / elapsedNs;
            realTime = ratio > 0.75 && ratio < 1.33;
            checkArrivalNs = arrivalNs;
            checkMediaNs = mediaNs;
        }
    }

    /** Time was set anew without regard to arrival: nothing is known of the sender any more. */
    void restart() {
        started = false;
        realTime = false;
    }

    boolean isRealTime() {
        return realTime;
    }

    /** The least (arrival − media time) of the last 5 to 10 seconds: a frame that was not delayed. */
    long leastTransitNs() {
        return Math.min(bucketLeastNs, previousLeastNs);
    }

    /** The most of the same time: what this network does to frames anyway. */
    long mostTransitNs() {
        return Math.max(bucketMostNs, previousMostNs);
    }
}
