package io.mediatool.core.stream;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * The last packets of one source as they came, for retransmission to any of its viewers: one history for all of them, since
 * what differs between viewers is made anew from it. Bounded by count and bytes; its slots are reused, so nothing is
 * allocated once it has filled up.
 */
public final class PacketHistory implements RtpIncomingSourceGroup.Listener {
    /** Packets of one source: a second of 10 Mbit/s. */
    public static final int MAX_PACKETS = 1024;

    /** Packets above this are not kept: retransmission is for paths with an MTU. */
    public static final int MAX_PACKET_BYTES = 2048;

    private final byte[][] slots = new byte[MAX_PACKETS][];
    private final int[] lengths = new int[MAX_PACKETS];
    private final long[] sequences = new long[MAX_PACKETS];
    private final long[] timestamps = new long[MAX_PACKETS];
    private final long[] arrivalsNs = new long[MAX_PACKETS];
    private final long maxAgeNs;
    private final RtpPacket view = new RtpPacket();
    private long newest = -1;
    private long oversized;
    private long foundTimestamp;

    /**
     * @param maxAgeNs how long after its arrival a packet is still worth sending again: the
     *     greatest RTT and a player's patience
     */
    public PacketHistory(long maxAgeNs) {
        this.maxAgeNs = maxAgeNs;
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        newest = Math.max(newest, sequence);
        int length = packet.length();
        if (length > MAX_PACKET_BYTES) {
            oversized++;
            return;
        }
        int slot = slot(sequence);
        if (lengths[slot] != 0 && sequences[slot] > sequence) {
            return; // so late that a newer one has its place
        }
        byte[] kept = slots[slot];
        if (kept == null || kept.length < length) {
            // A multiple of 256, so that slots soon fit whatever the source sends.
            kept = new byte[length + 255 & -256];
            slots[slot] = kept;
        }
        System.arraycopy(packet.data(), packet.offset(), kept, 0, length);
        lengths[slot] = length;
        sequences[slot] = sequence;
        timestamps[slot] = timestamp;
        arrivalsNs[slot] = nowNs;
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
        for (int i = 0; i < MAX_PACKETS; i++) {
            slots[i] = null;
            lengths[i] = 0;
        }
    }

    /**
     * The packet of the unwrapped {@code sequence}, or null when it is not there or too old. Borrowed: valid until the next
     * call of anything here.
     */
    public @Nullable RtpPacket find(long sequence, long nowNs) {
        int slot = slot(sequence);
        byte[] kept = slots[slot];
        if (kept == null || lengths[slot] == 0 || sequences[slot] != sequence || nowNs - arrivalsNs[slot] > maxAgeNs) {
            return null;
        }
        foundTimestamp = timestamps[slot];
        try {
            return view.wrap(kept, 0, lengths[slot]);
        } catch (MalformedException e) {
            throw new IllegalStateException("it was sound when it came", e);
        }
    }

    /** The unwrapped timestamp of the packet found last. */
    public long foundTimestamp() {
        return foundTimestamp;
    }

    /** The greatest unwrapped sequence number that came, -1 before the first. */
    public long newest() {
        return newest;
    }

    /** Packets too large to be kept. */
    public long oversized() {
        return oversized;
    }

    private static int slot(long sequence) {
        return (int) sequence & MAX_PACKETS - 1;
    }
}
