package io.mediatool.core.server;

import java.util.Arrays;

/**
 * How long packets are in the server: from the turn that received them, on whichever loop, until the kernel has them again. Counted in
 * buckets, for what goes to viewers with the other packets of a turn: retransmissions without RTX go alone. One more look at the clock
 * for each turn that sends. For the thread of one loop.
 */
public final class TransitTimes {
    private static final long[] BOUNDS_NS = {
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        1_500_000,
        2_000_000,
        3_000_000,
        5_000_000,
        10_000_000,
        20_000_000,
        50_000_000,
        100_000_000
    };
    /** Turns of other loops whose packets may leave in one turn of ours and are told apart. */
    private static final int MAX_ARRIVALS = 8;

    private final long[] counts = new long[BOUNDS_NS.length + 1];
    private final long[] arrivalsNs = new long[MAX_ARRIVALS];
    private final long[] pending = new long[MAX_ARRIVALS];
    private int arrivals;
    private long relayedNs;
    private boolean relaying;
    private long sumNs;

    /**
     * @param counts one for each of {@link #boundsNs}, not added up, and one for what took longer
     * @param sumNs of all
     */
    public record Snapshot(long[] counts, long sumNs) {
        /** Upper bounds of the buckets. */
        public static long[] boundsNs() {
            return BOUNDS_NS.clone();
        }

        /** Both together. */
        public Snapshot plus(Snapshot other) {
            long[] both = counts.clone();
            for (int i = 0; i < both.length; i++) {
                both[i] += other.counts[i];
            }
            return new Snapshot(both, sumNs + other.sumNs);
        }

        /** Packets. */
        public long total() {
            return Arrays.stream(counts).sum();
        }
    }

    /** What is sent from now on was received by another loop at {@code arrivalNs}. */
    void beginRelayed(long arrivalNs) {
        relaying = true;
        relayedNs = arrivalNs;
    }

    /** What is sent from now on was received in this turn. */
    void endRelayed() {
        relaying = false;
    }

    /** A packet is queued for a viewer; {@code nowNs} is this turn's. */
    public void onQueued(long nowNs) {
        long arrivalNs = relaying ? relayedNs : nowNs;
        if (arrivals == 0 || arrivalsNs[arrivals - 1] != arrivalNs && arrivals < MAX_ARRIVALS) {
            arrivalsNs[arrivals] = arrivalNs;
            pending[arrivals] = 0;
            arrivals++;
        }
        pending[arrivals - 1]++;
    }

    /** The kernel has what was queued. */
    public void onFlushed(long clockNs) {
        for (int i = 0; i < arrivals; i++) {
            long tookNs = Math.max(0, clockNs - arrivalsNs[i]);
            int bucket = 0;
            while (bucket < BOUNDS_NS.length && tookNs > BOUNDS_NS[bucket]) {
                bucket++;
            }
            counts[bucket] += pending[i];
            sumNs += tookNs * pending[i];
        }
        arrivals = 0;
    }

    /** A copy. */
    public Snapshot snapshot() {
        return new Snapshot(counts.clone(), sumNs);
    }
}
