package io.mediatool.player.pace;

/**
 * Maps the clock of the playing, which counts media time, to the loop's monotonic clock: one fixed start instant, so that no
 * error adds up, which only moves when playing has fallen behind.
 */
final class PlayClock {
    private double speed;
    private boolean started;
    private long startNs;
    private long originNs;

    PlayClock(double speed) {
        this.speed = speed;
    }

    boolean isStarted() {
        return started;
    }

    /** Whether frames wait for their time at all. */
    boolean isPaced() {
        return !Double.isInfinite(speed);
    }

    /** Lets media time {@code timeNs} be now. */
    void start(long timeNs, long nowNs) {
        started = true;
        originNs = timeNs;
        startNs = nowNs;
    }

    /** From {@code timeNs}, which is now, on it goes at another speed. */
    void speed(double faster, long timeNs, long nowNs) {
        speed = faster;
        originNs = timeNs;
        startNs = nowNs;
    }

    /** Goes on later by {@code ns}: what was due now is due then. */
    void delay(long ns) {
        startNs += ns;
    }

    /** When media time {@code timeNs} is due. */
    long dueNs(long timeNs) {
        return startNs + scaled(timeNs - originNs);
    }

    /** Media nanoseconds as nanoseconds of the loop. */
    long scaled(long mediaNs) {
        return speed == 1 ? mediaNs : (long) (mediaNs / speed);
    }

    /** Nanoseconds of the loop as media nanoseconds. */
    long mediaNs(long ns) {
        return speed == 1 ? ns : (long) (ns * speed);
    }

    /** The media time that is due at {@code nowNs}. */
    long timeNs(long nowNs) {
        long elapsed = nowNs - startNs;
        return originNs + (speed == 1 ? elapsed : (long) (elapsed * speed));
    }
}
