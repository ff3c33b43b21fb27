package io.mediatool.core.congestion;

/** When the last packets of a transport left and how large they were, by their transport-wide numbers. */
final class SentPackets {
    /** Two seconds and a half at 10 Mbit/s: more than feedback takes. A power of two. */
    private static final int MAX_KEPT = 2_048;
    /** To begin with; grows while packets whose fate is open would be forgotten. A power of two. */
    private static final int FIRST_KEPT = 64;
    /** What feedback has not told by then, it will not tell. */
    private static final int PATIENCE_US = 2_500_000;

    private static final short OPEN = 0;
    private static final short LOST = 1;
    private static final short ARRIVED = 2;

    private int[] timesUs = new int[FIRST_KEPT];
    private short[] sizes = new short[FIRST_KEPT];
    private byte[] fates = new byte[FIRST_KEPT];
    private long next;
    /** Known from here on. */
    private long first;

    /** What becomes of a packet that feedback speaks of. */
    enum News {
        /** Too old, never sent, or known already. */
        NONE,
        ARRIVED,
        LOST,
        /** It had been given up. */
        ARRIVED_AFTER_ALL
    }

    /** The packet with the next number left. @return its number */
    long add(int size, long nowUs) {
        int slot = slot(next);
        int kept = fates.length;
        if (next >= kept && kept < MAX_KEPT && fates[slot] == OPEN && (int) nowUs - timesUs[slot] < PATIENCE_US) {
            grow();
            slot = slot(next);
        }
        timesUs[slot] = (int) nowUs;
        sizes[slot] = (short) Math.min(Short.MAX_VALUE, size);
        fates[slot] = OPEN;
        return next++;
    }

    /** How many are remembered. */
    int kept() {
        return fates.length;
    }

    /** To twice as many; those kept so far keep what is known of them. */
    private void grow() {
        int[] oldTimesUs = timesUs;
        short[] oldSizes = sizes;
        byte[] oldFates = fates;
        int kept = oldFates.length;
        timesUs = new int[2 * kept];
        sizes = new short[2 * kept];
        fates = new byte[2 * kept];
        for (long number = next - kept; number < next; number++) {
            int from = (int) number & kept - 1;
            timesUs[slot(number)] = oldTimesUs[from];
            sizes[slot(number)] = oldSizes[from];
            fates[slot(number)] = oldFates[from];
        }
        // Those before had been forgotten, and their places are not to be judged.
        first = next - kept;
    }

    /** The number that the next packet will have. */
    long next() {
        return next;
    }

    /** The newest number sent whose low 16 bits are these. */
    long unwrap(int sequence) {
        return next - 1 + (short) (sequence - (int) (next - 1));
    }

    News judge(long number, boolean arrived) {
        if (number < 0 || number >= next || number < Math.max(first, next - fates.length)) {
            return News.NONE;
        }
        int slot = slot(number);
        byte before = fates[slot];
        if (before == ARRIVED || before == LOST && !arrived) {
            return News.NONE;
        }
        fates[slot] = (byte) (arrived ? ARRIVED : LOST);
        return !arrived ? News.LOST : before == LOST ? News.ARRIVED_AFTER_ALL : News.ARRIVED;
    }

    int size(long number) {
        return sizes[slot(number)];
    }

    /** When it left, exact for an hour. */
    long sentUs(long number, long nowUs) {
        return nowUs - ((int) nowUs - timesUs[slot(number)] & 0xffff_ffffL);
    }

    private int slot(long number) {
        return (int) number & fates.length - 1;
    }
}
