package io.mediatool.core.stream.forward;

/**
 * How far a viewer's sequence numbers are behind those of a source of which some packets are left out, so that what is left out
 * leaves no gap while what is lost does. A packet that is missing has a number kept for it: nobody knows yet whether it is wanted.
 */
final class SequenceGaps {
    /** As many as a history has. A power of two. */
    private static final int KEPT = 1_024;

    private final int[] behind = new int[KEPT];
    private final boolean[] without = new boolean[KEPT];
    private final boolean[] ends = new boolean[KEPT];
    private long highest;
    private int total;

    /** Nothing is left out before {@code next}. */
    SequenceGaps(long next) {
        highest = next - 1;
    }

    /** The packet goes to the viewer. @return how far its number is behind, −1 when it is too old to know */
    int pass(long sequence) {
        advance(sequence);
        if (sequence <= highest - KEPT) {
            return -1;
        }
        without[slot(sequence)] = false;
        return behind[slot(sequence)];
    }

    /**
     * The packet is left out.
     *
     * @return −1 when it leaves no gap; else how far the number is behind that was kept for it and now has to be filled
     */
    int drop(long sequence) {
        boolean next = sequence > highest;
        advance(sequence);
        int slot = slot(sequence);
        if (sequence <= highest - KEPT || without[slot]) {
            return -1;
        }
        without[slot] = true;
        if (next) {
            total++;
            return -1;
        }
        return behind[slot];
    }

    /** A packet that went to the viewer had a marker there which it has not at the source. */
    void end(long sequence) {
        ends[slot(sequence)] = true;
    }

    boolean isEnd(long sequence) {
        return sequence > highest - KEPT && sequence <= highest && ends[slot(sequence)];
    }

    private void advance(long sequence) {
        highest = Math.max(highest, sequence - KEPT);
        while (highest < sequence) {
            highest++;
            behind[slot(highest)] = total;
            without[slot(highest)] = false;
            ends[slot(highest)] = false;
        }
    }

    /** The source's number of what the viewer knows as {@code sequence} (unshifted), or −1 when it is not there. */
    long source(long sequence) {
        long low = highest - KEPT + 1;
        long high = highest;
        // Numbers never fall, and of those that are the same the last is the one that went out.
        while (low < high) {
            long middle = low + high + 1 >> 1;
            if (middle - behind[slot(middle)] > sequence) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low - behind[slot(low)] == sequence && !without[slot(low)] ? low : -1;
    }

    private static int slot(long sequence) {
        return (int) sequence & KEPT - 1;
    }
}
