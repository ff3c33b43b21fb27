package io.mediatool.core.stream;

/**
 * Which of the last {@value #WINDOW} sequence numbers have arrived: tells duplicates from late packets and counts losses.
 * Sequence numbers are unwrapped to 64 bits.
 */
public final class RtpLostPackets {
    /** Sequence numbers remembered. Two seconds of 8 Mbit/s. */
    public static final int WINDOW = 2048;

    private final long[] arrived = new long[WINDOW / 64];
    private boolean started;
    private long first;
    private long highest;
    private long received;
    private long duplicates;
    private long reordered;

    /** What a packet is in relation to those before it. */
    public enum Arrival {
        /** Its number is above all others. */
        NEW,
        /** It comes after a higher one and was missing. */
        REORDERED,
        /** It came before. */
        DUPLICATE,
        /** So far behind that nobody can tell whether it came before. */
        TOO_OLD
    }

    /** Notes the arrival of {@code sequence}. */
    public Arrival onPacket(long sequence) {
        if (!started) {
            started = true;
            first = sequence;
            highest = sequence - 1;
        }
        if (sequence <= highest) {
            return onOldPacket(sequence);
        }
        clear(highest + 1, Math.min(sequence - highest, WINDOW));
        highest = sequence;
        set(sequence);
        received++;
        return Arrival.NEW;
    }

    /** Packets that should have arrived and have not (yet), since the start. RFC 3550 §A.3. */
    public long lost() {
        return started ? highest - first + 1 - received : 0;
    }

    /** Distinct packets that arrived. */
    public long received() {
        return received;
    }

    public long duplicates() {
        return duplicates;
    }

    /** Packets that arrived after a later one. */
    public long reordered() {
        return reordered;
    }

    /** Whether {@code sequence} is in the window and has not arrived. */
    public boolean isMissing(long sequence) {
        return started && sequence >= first && sequence < highest && sequence > highest - WINDOW && !isSet(sequence);
    }

    /** The highest sequence number so far; meaningless before the first packet. */
    public long highest() {
        return highest;
    }

    private Arrival onOldPacket(long sequence) {
        if (sequence <= highest - WINDOW) {
            return Arrival.TOO_OLD;
        }
        if (sequence >= first && isSet(sequence)) {
            duplicates++;
            return Arrival.DUPLICATE;
        }
        if (sequence < first) {
            clear(sequence, first - sequence);
            first = sequence;
        }
        set(sequence);
        received++;
        reordered++;
        return Arrival.REORDERED;
    }

    private boolean isSet(long sequence) {
        return (arrived[index(sequence)] >>> (sequence & 63) & 1) != 0;
    }

    private void set(long sequence) {
        arrived[index(sequence)] |= 1L << (sequence & 63);
    }

    private void clear(long from, long count) {
        for (long sequence = from; sequence < from + count; sequence++) {
            arrived[index(sequence)] &= ~(1L << (sequence & 63));
        }
    }

    private static int index(long sequence) {
        return (int) (sequence >> 6 & (WINDOW / 64 - 1));
    }
}
