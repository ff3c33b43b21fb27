package io.mediatool.core.congestion;

import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.rtp.SequenceUnwrapper;
import java.util.Arrays;

/**
 * Notes when each packet of a transport arrived and makes transport-wide feedback of it, some times a second
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3).
 */
public final class ArrivalRecorder {
    /** Packets between two messages and reordered ones before; what is beyond goes unreported. */
    public static final int WINDOW = 4096;

    private static final int MAX_JUMP = WINDOW / 2;

    private final long intervalNs;
    private final Output output;
    private final long[] arrivalsNs = new long[WINDOW];
    private final long[] sequences = new long[WINDOW];
    private SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private boolean started;
    private long next;
    private long highest;
    private long dueNs = Long.MAX_VALUE;
    private int feedbackCount;
    private long jumps;
    private int sender;
    private int media;

    /** Takes finished messages. */
    public interface Output {
        void send(TransportFeedback feedback, long nowNs);
    }

    /**
     * @param intervalNs between messages: 50 to 250 ms
     */
    public ArrivalRecorder(long intervalNs, Output output) {
        this.intervalNs = intervalNs;
        this.output = output;
    }

    /** The SSRCs that messages carry: ours, and one of the sender's. */
    public void identify(int senderSsrc, int mediaSsrc) {
        sender = senderSsrc;
        media = mediaSsrc;
    }

    /**
     * One packet arrived.
     *
     * @param sequence its transport-wide number, 0 to 65535
     * @param nowNs monotonic, 0 or more
     */
    public void onPacket(int sequence, long nowNs) {
        long number = unwrapper.unwrap(sequence);
        if (started && Math.abs(number - highest) > MAX_JUMP) {
            // The sender started its numbers anew; what was not reported yet is of no use to it.
            jumps++;
            started = false;
            unwrapper = new SequenceUnwrapper();
            number = unwrapper.unwrap(sequence);
        }
        if (!started) {
            started = true;
            next = number;
            highest = number;
            Arrays.fill(sequences, -1);
        }
        highest = Math.max(highest, number);
        int slot = (int) number & WINDOW - 1;
        if (sequences[slot] == number) {
            return; // a duplicate; its first arrival counts
        }
        sequences[slot] = number;
        arrivalsNs[slot] = nowNs;
        // One that comes late is reported after all, and with it those behind it once more.
        next = Math.max(Math.min(next, number), highest - WINDOW + 1);
        dueNs = Math.min(dueNs, nowNs + intervalNs);
        if (highest - next >= MAX_JUMP) {
            flush(nowNs);
        }
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE} when nothing is to be reported. */
    public long nextDeadlineNs() {
        return dueNs;
    }

    /** Makes the messages that are due. */
    public void onDeadline(long nowNs) {
        if (nowNs >= dueNs) {
            flush(nowNs);
        }
    }

    private void flush(long nowNs) {
        while (next <= highest) {
            message(nowNs);
        }
        dueNs = Long.MAX_VALUE;
    }

    /** Reports from {@link #next} as far as deltas of 16 bits reach (8 s). */
    private void message(long nowNs) {
        long first = next;
        while (!arrived(first)) {
            first++; // highest did arrive
        }
        int reference = (int) (arrival(first) / TransportFeedback.REFERENCE_NS);
        long clock = reference * (TransportFeedback.REFERENCE_NS / TransportFeedback.DELTA_NS);
        int count = (int) (highest - next + 1);
        int[] deltas = new int[count];
        int filled = 0;
        for (; filled < count; filled++) {
            if (!arrived(next + filled)) {
                deltas[filled] = TransportFeedback.NOT_RECEIVED;
                continue;
            }
            long at = arrival(next + filled) / TransportFeedback.DELTA_NS;
            if ((short) (at - clock) != at - clock) {
                break;
            }
            deltas[filled] = (int) (at - clock);
            clock = at;
        }
        int base = (int) next & 0xffff;
        next += filled;
        output.send(
                new TransportFeedback(
                        sender,
                        media,
                        base,
                        feedbackCount,
                        reference << 8 >> 8,
                        filled == count ? deltas : Arrays.copyOf(deltas, filled)),
                nowNs);
        feedbackCount = feedbackCount + 1 & 0xff;
    }

    private boolean arrived(long number) {
        return sequences[(int) number & WINDOW - 1] == number;
    }

    private long arrival(long number) {
        return arrivalsNs[(int) number & WINDOW - 1];
    }

    /** How often the sender's numbers jumped. */
    public long jumps() {
        return jumps;
    }
}
