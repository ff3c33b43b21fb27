package io.mediatool.ingest.program;

/**
 * One program's time as its tracks send it: the stream's own, moved where its clock jumped so that it goes on by the
 * arrival. All tracks of a program are moved alike, although each meets the jump at a frame of its own.
 */
final class ProgramTimeline {
    /** In 1/90000 s. 40 ms, a whole number of samples at every rate of AAC and Opus: moving rounds nothing. */
    private static final long STEP = 3600;
    /** How far two tracks' first frames after one jump may be apart, and how long after one another they may come. */
    private static final long SAME_JUMP = 10 * 90_000;

    private boolean started;
    private long shift;
    private long lastTime;
    private long lastArrivalNs;

    /** What to add to times that go on from those before. */
    long shift() {
        return shift;
    }

    /** What to add from {@code time} on, a track's first one after a jump. */
    long shiftAfterJump(long time, long nowNs) {
        long expected = lastTime + Math.max(0, nowNs - lastArrivalNs) * 9 / 100_000;
        if (started && Math.abs(time + shift - expected) > SAME_JUMP) {
            shift = Math.floorDiv(expected - time + STEP / 2, STEP) * STEP;
        }
        return shift;
    }

    /** A frame was sent with the decoding time {@code time}, moved already. */
    void onSent(long time, long nowNs) {
        started = true;
        lastTime = time;
        lastArrivalNs = nowNs;
    }
}
