package io.mediatool.ingest.mpegts;

/** Finds the packets of 188 bytes in what arrives, whatever its borders, and finds them again after garbage. */
final class TsFraming {
    static final int PACKET_BYTES = 188;
    static final int SYNC = 0x47;

    /** Takes whole packets. */
    interface Sink {
        void onPacket(byte[] data, int offset);
    }

    private final byte[] held = new byte[PACKET_BYTES];
    private final TsCounters counters;
    private final Sink sink;
    private int heldBytes;

    TsFraming(TsCounters counters, Sink sink) {
        this.counters = counters;
        this.sink = sink;
    }

    void feed(byte[] data, int offset, int length) {
        int at = offset;
        int end = offset + length;
        if (heldBytes > 0) {
            at = join(data, at, end);
        }
        while (at < end) {
            if (!isPacketStart(data, at, end)) {
                at++;
                counters.skippedBytes++;
            } else if (end - at < PACKET_BYTES) {
                heldBytes = end - at;
                System.arraycopy(data, at, held, 0, heldBytes);
                return;
            } else {
                sink.onPacket(data, at);
                at += PACKET_BYTES;
            }
        }
    }

    /**
     * Completes the packet that the last input began, and answers where to go on. Where no sync byte follows it, the rest of
     * that packet was lost with a datagram.
     */
    private int join(byte[] data, int at, int end) {
        int missing = PACKET_BYTES - heldBytes;
        int next = at + missing;
        boolean fits = end - at == missing || (end - at > missing && data[next] == SYNC);
        if (end - at < missing) {
            System.arraycopy(data, at, held, heldBytes, end - at);
            heldBytes += end - at;
            return end;
        }
        if (!fits) {
            counters.skippedBytes += heldBytes;
            heldBytes = 0;
            return at;
        }
        System.arraycopy(data, at, held, heldBytes, missing);
        heldBytes = 0;
        sink.onPacket(held, 0);
        return next;
    }

    /** A sync byte, and another one 188 bytes on, as far as that can be seen. */
    private static boolean isPacketStart(byte[] data, int at, int end) {
        int next = at + PACKET_BYTES;
        return data[at] == SYNC && (next >= end || data[next] == SYNC);
    }
}
