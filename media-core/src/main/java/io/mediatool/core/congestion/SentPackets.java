package io.mediatool.core.congestion;

/** When the last packets of a transport left and how large they were, by their transport-wide numbers. */
final class SentPackets {
    /** Two seconds and a half at 10 Mbit/s: more than feedback takes. A power of two. */
    private static final int KEPT = 2_048;

    private static final short OPEN = 0;
    private static final short LOST = 1;
    private static final short ARRIVED = 2;

    private final int[] timesUs = new int[KEPT];
    private final short[] sizes = new short[KEPT];
    private final byte[] fates = new byte[KEPT];
    private long next;

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
        timesUs[slot] = (int) nowUs;
        sizes[slot] = (short) Math.min(Short.MAX_VALUE, size);
        fates[slot] = OPEN;
        return next++;
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
        if (number < 0 || number >= next || number < next - KEPT) {
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

    private static int slot(long number) {
        return (int) number & KEPT - 1;
    }
}
