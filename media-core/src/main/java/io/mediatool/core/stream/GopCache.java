package io.mediatool.core.stream;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;

/**
 * The packets of one source since its last key frame, in order of arrival, so that a new viewer has a picture at once although the
 * source cannot, or need not, make another key frame. Bounded by packets, bytes and age: a group that grows beyond is given
 * up until the next key frame begins. Its slots are reused.
 */
public final class GopCache {
    private static final int FIRST_SLOTS = 64;

    private int maxPackets;
    private int maxBytes;
    private long maxAgeNs;
    private final RtpPacket view = new RtpPacket();
    private byte[][] slots = new byte[FIRST_SLOTS][];
    private int[] lengths = new int[FIRST_SLOTS];
    private long[] sequences = new long[FIRST_SLOTS];
    private long[] timestamps = new long[FIRST_SLOTS];
    private int size;
    private int bytes;
    private int group;
    private int run;
    private boolean open;
    private long keyTimestamp;
    private long newest;
    private long startedNs;
    private long givenUp;

    /** Takes one packet of the cache. */
    public interface Output {
        /** The packet is borrowed until return. */
        void onPacket(RtpPacket packet, long sequence, long timestamp);
    }

    /**
     * @param maxAgeNs how old a group may get
     */
    public GopCache(int maxPackets, int maxBytes, long maxAgeNs) {
        this.maxPackets = maxPackets;
        this.maxBytes = maxBytes;
        this.maxAgeNs = maxAgeNs;
    }

    /** Other bounds, for what comes from now on. */
    public void limit(int packets, int size, long ageNs) {
        maxPackets = packets;
        maxBytes = size;
        maxAgeNs = ageNs;
    }

    /**
     * Takes the next packet as it arrived.
     *
     * @param key whether decoding can start with it
     */
    public void onPacket(RtpPacket packet, long sequence, long timestamp, boolean key, long nowNs) {
        // Parameter sets and the picture after them are one key frame: the group starts with the first of them.
        if (key && (!open || timestamp != keyTimestamp)) {
            endGroup();
            open = true;
            keyTimestamp = timestamp;
            newest = timestamp;
            startedNs = nowNs;
        }
        if (!open || timestamp < keyTimestamp) {
            return;
        }
        int length = packet.length();
        if (size == maxPackets || bytes + length > maxBytes || nowNs - startedNs > maxAgeNs) {
            givenUp++;
            endGroup();
            return;
        }
        add(packet, sequence, timestamp, length);
    }

    private void add(RtpPacket packet, long sequence, long timestamp, int length) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
            sequences = Arrays.copyOf(sequences, 2 * size);
            timestamps = Arrays.copyOf(timestamps, 2 * size);
        }
        byte[] kept = slots[size];
        if (kept == null || kept.length < length) {
            kept = new byte[length + 255 & -256];
            slots[size] = kept;
        }
        System.arraycopy(packet.data(), packet.offset(), kept, 0, length);
        lengths[size] = length;
        sequences[size] = sequence;
        timestamps[size] = timestamp;
        newest = Math.max(newest, timestamp);
        bytes += length;
        size++;
    }

    /** Forgets the group: the source starts anew, with another clock or another codec. */
    public void clear() {
        endGroup();
        run++;
    }

    private void endGroup() {
        open = false;
        size = 0;
        bytes = 0;
        group++;
    }

    /** Forgets everything and its memory. */
    public void close() {
        clear();
        slots = new byte[FIRST_SLOTS][];
        lengths = new int[FIRST_SLOTS];
        sequences = new long[FIRST_SLOTS];
        timestamps = new long[FIRST_SLOTS];
    }

    /** Packets of the group, 0 when there is none that could be decoded. */
    public int size() {
        return size;
    }

    /** Changes when a group ends; packets are counted anew from there. */
    public int group() {
        return group;
    }

    /** Changes when the source starts anew; the groups of a run follow each other without a break in time or numbers. */
    public int run() {
        return run;
    }

    /** Unwrapped sequence number of the group's first packet; only while there is one. */
    public long firstSequence() {
        return sequences[0];
    }

    /** Timestamp of the newest picture. */
    public long newestTimestamp() {
        return newest;
    }

    /** From the key frame to the newest picture, in units of the RTP clock. */
    public long duration() {
        return newest - keyTimestamp;
    }

    /** Lends packet number {@code index} of the group, 0 for the first of the key frame. */
    public void give(int index, Output output) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        try {
            output.onPacket(view.wrap(slots[index], 0, lengths[index]), sequences[index], timestamps[index]);
        } catch (MalformedException e) {
            throw new IllegalStateException("it was sound when it came", e);
        }
    }

    /** Groups that grew too large or too old. */
    public long givenUp() {
        return givenUp;
    }
}
