package io.mediatool.core.congestion;

import java.util.Arrays;

/** Bits that arrived lately, by the receiver's clock: what a path has carried is the one thing that is sure of it. */
final class ArrivedRate {
    private static final int SLOTS = 10;
    private static final long SLOT_US = 50_000;

    private final long[] bytes = new long[SLOTS];
    private long newest = Long.MIN_VALUE;
    private long oldest;

    void onPacket(int size, long arrivedUs) {
        long slot = Math.floorDiv(arrivedUs, SLOT_US);
        if (newest == Long.MIN_VALUE || slot - newest > 2 * SLOTS || newest - slot > SLOTS) {
            Arrays.fill(bytes, 0);
            newest = slot;
            oldest = slot;
        }
        while (newest < slot) {
            newest++;
            bytes[Math.floorMod(newest, SLOTS)] = 0;
        }
        if (slot > newest - SLOTS) {
            bytes[Math.floorMod(slot, SLOTS)] += size;
        }
    }

    /** Over the last half second, the newest 50 ms excepted, which are not over yet; 0 while there is less than a fifth of a second. */
    double bps() {
        long slots = Math.min(SLOTS - 1, newest - oldest);
        if (newest == Long.MIN_VALUE || slots < 4) {
            return 0;
        }
        long sum = 0;
        for (long slot = newest - slots; slot < newest; slot++) {
            sum += bytes[Math.floorMod(slot, SLOTS)];
        }
        return (double) sum * 8e6 / (double) (slots * SLOT_US);
    }
}
