package io.mediatool.core.srtp;

import java.util.Arrays;

/**
 * RTP packets in one array, each with room for the tag behind it, and for padding where it may be padded: what is protected in one go.
 * Reused by its owner; belongs to one thread.
 */
public final class PacketRun {
    /** What one UDP GSO send takes. */
    public static final int MAX_PACKETS = 64;

    /** The P bit. */
    private static final int PADDING = 0x20;

    private byte[] data = new byte[0];
    private int[] offsets = new int[1];
    private int[] lengths = new int[1];
    private int[] headerBytes = new int[1];
    private long[] indexes = new long[1];
    private int size;

    /** A bit for each packet. */
    private long mayPad;

    /** Forgets its packets; those added next are in {@code array}, which is borrowed until the next call. */
    public void begin(byte[] array) {
        data = array;
        clear();
    }

    /** Forgets its packets; those added next are in the same array. */
    public void clear() {
        size = 0;
        mayPad = 0;
    }

    /** Adds a packet that stays as it is. @throws IllegalStateException beyond {@link #MAX_PACKETS} */
    public void add(int offset, int length) {
        add(offset, length, false);
    }

    /**
     * Adds a packet.
     *
     * @param paddable whether it may be padded ({@link RunPadding}): only when it will never be protected again
     *     ({@link SrtpSession#protectRtpAgain}), which would be other bytes under the same index. One that has padding is not.
     * @throws IllegalStateException beyond {@link #MAX_PACKETS}
     */
    public void add(int offset, int length, boolean paddable) {
        if (size == MAX_PACKETS) {
            throw new IllegalStateException("the run is full");
        }
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
            headerBytes = Arrays.copyOf(headerBytes, 2 * size);
            indexes = Arrays.copyOf(indexes, 2 * size);
        }
        offsets[size] = offset;
        lengths[size] = length;
        if (paddable && (data[offset] & PADDING) == 0) {
            mayPad |= 1L << size;
        }
        size++;
    }

    boolean mayPad(int packet) {
        return (mayPad >> packet & 1) != 0;
    }

    boolean anyMayPad() {
        return mayPad != 0;
    }

    /** Adds padding to a packet that has none: zeros and their number, itself included (RFC 3550 §5.1). */
    void pad(int packet, int bytes) {
        int end = offsets[packet] + lengths[packet] + bytes;
        Arrays.fill(data, end - bytes, end, (byte) 0);
        data[end - 1] = (byte) bytes;
        data[offsets[packet]] |= PADDING;
        lengths[packet] += bytes;
    }

    public int size() {
        return size;
    }

    public byte[] data() {
        return data;
    }

    public int offset(int packet) {
        return offsets[packet];
    }

    public int length(int packet) {
        return lengths[packet];
    }

    int headerBytes(int packet) {
        return headerBytes[packet];
    }

    long index(int packet) {
        return indexes[packet];
    }

    void number(int packet, int header, long index) {
        headerBytes[packet] = header;
        indexes[packet] = index;
    }

    void lengthen(int packet, int bytes) {
        lengths[packet] += bytes;
    }

    /** Takes out those that were not numbered (index −1), keeping the order. */
    void dropUnnumbered() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (indexes[i] >= 0) {
                offsets[kept] = offsets[i];
                lengths[kept] = lengths[i];
                headerBytes[kept] = headerBytes[i];
                indexes[kept] = indexes[i];
                kept++;
            }
        }
        size = kept;
    }

    @Override
    public String toString() {
        return "PacketRun" + Arrays.toString(Arrays.copyOf(lengths, size));
    }
}
