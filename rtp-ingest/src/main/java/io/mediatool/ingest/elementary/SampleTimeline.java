package io.mediatool.ingest.elementary;

/**
 * Times of an audio stream in samples: counted, so that no rounding of 1/90000 s ever shows, and tied to the sender's times
 * again when the two are more than a frame apart (samples were lost, or the sender's clock runs differently).
 */
final class SampleTimeline {
    private boolean started;
    private int rate;
    private long next;

    /** A frame with a time of its own comes next. */
    void onTime(long pts, int sampleRate, int frameDuration) {
        long exact = Math.floorDiv(pts * sampleRate + 45_000, 90_000L);
        if (!started || rate != sampleRate || Math.abs(exact - next) > frameDuration) {
            next = exact;
        }
        started = true;
        rate = sampleRate;
    }

    /** Whether any time is known. */
    boolean started() {
        return started;
    }

    /** The time of the next frame, which lasts {@code frameDuration} samples. */
    long take(int sampleRate, int frameDuration) {
        if (rate != sampleRate) {
            next = Math.floorDiv(next * sampleRate + rate / 2, (long) rate);
            rate = sampleRate;
        }
        long time = next;
        next += frameDuration;
        return time;
    }

    static long to90k(long samples, int sampleRate) {
        return Math.floorDiv(samples * 90_000 + sampleRate / 2, (long) sampleRate);
    }
}
