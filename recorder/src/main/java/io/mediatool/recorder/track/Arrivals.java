package io.mediatool.recorder.track;

/** When the first packet of each of the newest timestamps arrived: a frame comes out later than it came in. */
final class Arrivals {
    private static final int KEPT = 8;

    private final long[] timestamps = new long[KEPT];
    private final long[] arrivalsNs = new long[KEPT];
    private int count;
    private int next;

    void onPacket(long timestamp, long arrivalNs) {
        if (count > 0 && timestamps[(next + KEPT - 1) % KEPT] == timestamp) {
            return;
        }
        timestamps[next] = timestamp;
        arrivalsNs[next] = arrivalNs;
        next = (next + 1) % KEPT;
        count = Math.min(count + 1, KEPT);
    }

    /** The arrival of {@code timestamp}, or {@code fallbackNs} when it is not among the newest. */
    long of(long timestamp, long fallbackNs) {
        for (int i = 0; i < count; i++) {
            if (timestamps[i] == timestamp) {
                return arrivalsNs[i];
            }
        }
        return fallbackNs;
    }
}
