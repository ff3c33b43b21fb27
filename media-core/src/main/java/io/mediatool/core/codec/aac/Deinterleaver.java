package io.mediatool.core.codec.aac;

import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Puts interleaved access units back in order of time. The first unit of each packet is later than that of the packet
 * before (RFC 3640 §3.2.3.2), so all that is earlier than it can go. Streams without interleaving pass straight through.
 */
final class Deinterleaver {
    /** More than ten seconds of AAC at 48 kHz: beyond that order is given up rather than memory. */
    static final int MAX_HELD = 512;

    static final int MAX_HELD_BYTES = 1 << 20;

    private final PriorityQueue<MediaFrame> held = new PriorityQueue<>(Comparator.comparingLong(MediaFrame::timestamp));
    private boolean holding;
    private int heldBytes;

    /** Announces a packet whose first access unit is of {@code timestamp}, before its frames. */
    void onPacket(long timestamp, boolean interleaved, Depacketizer.Listener listener) {
        release(timestamp, listener);
        holding = interleaved || !held.isEmpty();
    }

    void onFrame(MediaFrame frame, Depacketizer.Listener listener) {
        if (!holding) {
            listener.onFrame(frame);
            return;
        }
        held.add(frame);
        heldBytes += frame.data().length;
        while (held.size() > MAX_HELD || heldBytes > MAX_HELD_BYTES) {
            next(listener);
        }
    }

    void flush(Depacketizer.Listener listener) {
        while (!held.isEmpty()) {
            next(listener);
        }
        holding = false;
    }

    private void release(long before, Depacketizer.Listener listener) {
        for (MediaFrame first = held.peek(); first != null && first.timestamp() < before; first = held.peek()) {
            next(listener);
        }
    }

    private void next(Depacketizer.Listener listener) {
        MediaFrame frame = held.remove();
        heldBytes -= frame.data().length;
        listener.onFrame(frame);
    }
}
