package io.mediatool.ingest.elementary;

/** Tells whether the times of one stream go on or stand in no relation to those before. */
final class TimeJump {
    /** In 1/90000 s: longer than any gap in a running stream, shorter than what a restart makes. */
    private static final long LIMIT = 10 * 90_000;

    private boolean known;
    private boolean announced;
    private long last;

    void announce() {
        announced = true;
    }

    /** Whether the clock jumped between the frame before and this one, at {@code time} in 1/90000 s. */
    boolean at(long time) {
        boolean jumped = known && (announced || Math.abs(time - last) > LIMIT);
        known = true;
        announced = false;
        last = time;
        return jumped;
    }
}
