package io.mediatool.core.stream.repair;

import java.util.Arrays;

/**
 * Asks a publisher for what is missing of one source: at once when reordering is ruled out by a short wait, again each round
 * trip, and no longer than a late packet is of use.
 */
public final class RtpNackGenerator {
    /** Packets asked for at one time; what is beyond is given up, oldest first. */
    public static final int MAX_MISSING = 512;

    /** A late packet within this time was on its way anyway. */
    private static final long REORDER_NS = 10_000_000L;
    /** Repeats are no closer than this, however short the path. */
    private static final long MIN_REPEAT_NS = 20_000_000L;

    private final long[] missing = new long[MAX_MISSING];
    private final long[] sinceNs = new long[MAX_MISSING];
    private final long[] dueNs = new long[MAX_MISSING];
    private final long[] firstAskedNs = new long[MAX_MISSING];
    private final int[] tries = new int[MAX_MISSING];
    private final long[] batch = new long[MAX_MISSING];
    private final long maxAgeNs;
    private final Listener listener;
    private int count;
    private boolean started;
    private long highest;
    private long repeatNs = 100_000_000L;
    private long rttNs;
    private long nextDueNs = Long.MAX_VALUE;
    private long asked;
    private long repaired;
    private long givenUp;

    /** Takes what is to be done. */
    public interface Listener {
        /** Ask for {@code count} packets, rising; {@code sequences} is borrowed. See {@code Nack.of}. */
        void onNack(long[] sequences, int count, long nowNs);

        /** {@code count} packets will not come: for video, time to ask for a key frame. */
        void onGivenUp(int count, long nowNs);
    }

    /**
     * @param maxAgeNs how long a packet is asked for after it was missed
     */
    public RtpNackGenerator(long maxAgeNs, Listener listener) {
        this.maxAgeNs = maxAgeNs;
        this.listener = listener;
    }

    /** The round trip to the publisher when it is known from elsewhere; 100 ms are assumed before. */
    public void onRtt(long roundTripNs) {
        rttNs = roundTripNs;
        repeatNs = Math.max(MIN_REPEAT_NS, roundTripNs + roundTripNs / 4);
    }

    /**
     * As {@link #onPacket} for a packet that comes because it was asked for, which tells the round trip. One that was asked for twice
     * does not, since nobody knows which of the two was answered; as in TCP (RFC 6298 §5) repeats come later then, until
     * one does: a path that has become longer than our patience would never be measured again.
     */
    public void onRetransmission(long sequence, long nowNs) {
        int at = Arrays.binarySearch(missing, 0, count, sequence);
        if (at >= 0 && tries[at] > 0) {
            long sampleNs = nowNs - firstAskedNs[at];
            if (tries[at] == 1) {
                onRtt(rttNs == 0 ? sampleNs : rttNs + (sampleNs - rttNs) / 4);
            } else {
                long longestNs = sampleNs + sampleNs / 4;
                repeatNs = Math.max(repeatNs, Math.min(repeatNs + repeatNs / 4, longestNs));
            }
        }
        onPacket(sequence, nowNs);
    }

    /** A packet arrived, in whatever order and by whatever way; {@code sequence} is unwrapped. */
    public void onPacket(long sequence, long nowNs) {
        if (!started) {
            started = true;
            highest = sequence;
        } else if (sequence > highest) {
            miss(sequence, nowNs);
            highest = sequence;
        } else {
            arrived(sequence);
        }
        onDeadline(nowNs);
    }

    /** The source starts anew: nothing before is wanted any more. */
    public void reset() {
        started = false;
        count = 0;
        nextDueNs = Long.MAX_VALUE;
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE} when nothing is missing. */
    public long nextDeadlineNs() {
        return nextDueNs;
    }

    /** Asks for what is due and gives up what is too old. */
    public void onDeadline(long nowNs) {
        if (count == 0 || nowNs < nextDueNs) {
            return;
        }
        int old = 0;
        while (old < count && nowNs - sinceNs[old] >= maxAgeNs) {
            old++;
        }
        remove(0, old);
        int due = 0;
        for (int i = 0; i < count; i++) {
            if (nowNs >= dueNs[i]) {
                batch[due++] = missing[i];
                firstAskedNs[i] = tries[i] == 0 ? nowNs : firstAskedNs[i];
                tries[i]++;
                dueNs[i] = nowNs + repeatNs;
            }
        }
        schedule();
        asked += due;
        if (due > 0) {
            listener.onNack(batch, due, nowNs);
        }
        giveUp(old, nowNs);
    }

    private void miss(long sequence, long nowNs) {
        long gap = sequence - highest - 1;
        if (gap > MAX_MISSING) {
            // No repair is worth that many; the picture is lost.
            int lost = count;
            count = 0;
            giveUp((int) Math.min(Integer.MAX_VALUE, lost + gap), nowNs);
            schedule();
            return;
        }
        int surplus = (int) Math.max(0, count + gap - MAX_MISSING);
        remove(0, surplus);
        for (long lost = highest + 1; lost < sequence; lost++) {
            missing[count] = lost;
            sinceNs[count] = nowNs;
            tries[count] = 0;
            dueNs[count++] = nowNs + REORDER_NS;
        }
        schedule();
        giveUp(surplus, nowNs);
    }

    private void arrived(long sequence) {
        int low = Arrays.binarySearch(missing, 0, count, sequence);
        if (low >= 0) {
            remove(low, 1);
            repaired++;
            schedule();
        }
    }

    private void remove(int at, int number) {
        if (number > 0) {
            int rest = count - at - number;
            System.arraycopy(missing, at + number, missing, at, rest);
            System.arraycopy(sinceNs, at + number, sinceNs, at, rest);
            System.arraycopy(dueNs, at + number, dueNs, at, rest);
            System.arraycopy(firstAskedNs, at + number, firstAskedNs, at, rest);
            System.arraycopy(tries, at + number, tries, at, rest);
            count -= number;
        }
    }

    private void giveUp(int number, long nowNs) {
        if (number > 0) {
            givenUp += number;
            listener.onGivenUp(number, nowNs);
        }
    }

    private void schedule() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            next = Math.min(next, Math.min(dueNs[i], sinceNs[i] + maxAgeNs));
        }
        nextDueNs = next;
    }

    /** The smoothed round trip, 0 before the first answer. */
    public long rttNs() {
        return rttNs;
    }

    /** Sequence numbers in NACKs, repeats counted. */
    public long asked() {
        return asked;
    }

    /** Packets that came after they had been missed. */
    public long repaired() {
        return repaired;
    }

    /** Packets that were not waited for any longer. */
    public long givenUp() {
        return givenUp;
    }
}
