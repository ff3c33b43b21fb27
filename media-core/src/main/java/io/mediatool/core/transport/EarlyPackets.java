package io.mediatool.core.transport;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * What a peer with a verified path sends before our keys are there: whoever finishes the DTLS handshake first starts sending,
 * and its first packets are those of a key frame.
 */
final class EarlyPackets {
    /** A key frame's worth; the peer is the one who was negotiated with, and the handshake has a deadline. */
    static final int MAX_PACKETS = 64;

    private final Queue<byte[]> waiting = new ArrayDeque<>(0);

    /** Takes what is kept, oldest first. */
    interface Output {
        void onDatagram(byte[] data, int offset, int length, long nowNs);
    }

    /** Keeps a copy. @return false when it is full */
    boolean add(byte[] data, int offset, int length) {
        return waiting.size() < MAX_PACKETS && waiting.add(Arrays.copyOfRange(data, offset, offset + length));
    }

    /** Hands out everything and keeps nothing. */
    void drain(Output output, long nowNs) {
        for (byte[] each = waiting.poll(); each != null; each = waiting.poll()) {
            output.onDatagram(each, 0, each.length, nowNs);
        }
    }

    void clear() {
        waiting.clear();
    }
}
