package io.mediatool.core.transport;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpSession;
import java.util.Arrays;

/** RTP packets to one peer that wait for the end of the turn, each with room for its tag, in one array that grows as needed. */
final class OutgoingQueue {
    /** Longer ones do not fit any path. */
    static final int MAX_PACKET_BYTES = 2_000;

    private static final int FIRST_BYTES = 4_096;
    /**
     * Beyond, what is there is protected and goes to the socket before the turn ends, where it waits for the same send: after one key
     * frame a thousand queues would hold 100 MB.
     */
    private static final int MAX_BYTES = 6 * 1_024;

    private final PacketRun run = new PacketRun();
    private byte[] array = {};
    private int used;

    OutgoingQueue() {
        run.begin(array);
    }

    /** Copies a packet in. @return false when the queue is full */
    boolean add(byte[] data, int offset, int length) {
        int needed = used + length + SrtpSession.MAX_TRAILER_BYTES;
        if (run.size() == PacketRun.MAX_PACKETS || needed > MAX_BYTES) {
            return false;
        }
        if (needed > array.length) {
            array = Arrays.copyOf(array, Math.max(FIRST_BYTES, needed > FIRST_BYTES ? MAX_BYTES : needed));
            run.moveTo(array);
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
        drop();
    }

    /** Empties it. @return how many there were */
    int drop() {
        int dropped = run.size();
        run.begin(array);
        used = 0;
        return dropped;
    }
}
