package io.mediatool.ingest.port;

import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Copies of packets that wait until it is clear what they are; the oldest go first when a bound is reached. */
final class HeldPackets {
    static final int MAX_PACKETS = 2000;
    static final int MAX_BYTES = 4 << 20;
    static final long MAX_AGE_NS = 2_000_000_000L;

    private final Deque<Held> packets = new ArrayDeque<>();
    private int bytes;
    private long dropped;

    private record Held(RtpPacket packet, long arrivalNs) {}

    interface Output {
        /** The packet is the receiver's own, and may be written to. */
        void onPacket(RtpPacket packet, long arrivalNs);
    }

    void add(RtpPacket packet, long nowNs) {
        packets.add(new Held(packet.copy(), nowNs));
        bytes += packet.length();
        trim(nowNs);
    }

    void trim(long nowNs) {
        while (!packets.isEmpty()
                && (packets.size() > MAX_PACKETS
                        || bytes > MAX_BYTES
                        || nowNs - packets.getFirst().arrivalNs > MAX_AGE_NS)) {
            bytes -= packets.removeFirst().packet.length();
            dropped++;
        }
    }

    /** Hands out the packets of {@code payloadType}, oldest first, and forgets them. */
    void release(int payloadType, Output output) {
        Deque<Held> released = new ArrayDeque<>();
        for (Iterator<Held> all = packets.iterator(); all.hasNext(); ) {
            Held held = all.next();
            if (held.packet.payloadType() == payloadType) {
                all.remove();
                bytes -= held.packet.length();
                released.add(held);
            }
        }
        released.forEach(held -> output.onPacket(held.packet, held.arrivalNs));
    }

    int size() {
        return packets.size();
    }

    int bytes() {
        return bytes;
    }

    /** Packets given up. */
    long dropped() {
        return dropped;
    }
}
