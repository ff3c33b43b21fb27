package io.mediatool.core.transport;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpSession;
import java.util.ArrayDeque;

/** RTP packets to one peer that wait until they are sent together, each with room for its tag, in an array that is borrowed meanwhile. */
final class OutgoingQueue {
    /** Longer ones do not fit any path. */
    static final int MAX_PACKET_BYTES = 2_000;

    /** What is there beyond goes to the socket at once, where it waits for the same send: 25 packets of a full Ethernet frame less headers. */
    private static final int MAX_BYTES = 32 << 10;

    private static final byte[] NONE = {};

    private final Arrays arrays;
    private final PacketRun run = new PacketRun();
    private byte[] array = NONE;
    private int used;

    /**
     * The arrays of all queues of a port, the one that was given back last first: peers are served one after the other, and so they are
     * few and in the processor's cache.
     */
    static final class Arrays {
        private static final int MAX_KEPT = 64;

        private final ArrayDeque<byte[]> kept = new ArrayDeque<>();

        byte[] take() {
            byte[] last = kept.pollLast();
            return last == null ? new byte[MAX_BYTES] : last;
        }

        void give(byte[] array) {
            if (kept.size() < MAX_KEPT) {
                kept.addLast(array);
            }
        }
    }

    OutgoingQueue(Arrays arrays) {
        this.arrays = arrays;
        run.begin(array);
    }

    /** Copies a packet in. @return false when the queue is full */
    boolean add(byte[] data, int offset, int length) {
        int needed = used + length + SrtpSession.MAX_TRAILER_BYTES;
        if (run.size() == PacketRun.MAX_PACKETS || needed > MAX_BYTES) {
            return false;
        }
        if (used == 0) {
            array = arrays.take();
            run.begin(array);
        }
        System.arraycopy(data, offset, array, used, length);
        run.add(used, length);
        used = needed;
        return true;
    }

    void send(SrtpSession session, RemotePath to) {
        session.protectRtp(run);
        for (int i = 0; i < run.size(); i++) {
            to.send(array, run.offset(i), run.length(i));
        }
        int unused = drop();
    }

    /** Empties it. @return how many there were */
    int drop() {
        int dropped = run.size();
        if (used > 0) {
            arrays.give(array);
        }
        array = NONE;
        run.begin(array);
        used = 0;
        return dropped;
    }
}
