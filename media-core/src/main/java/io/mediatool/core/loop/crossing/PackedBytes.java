package io.mediatool.core.loop.crossing;

import java.util.Arrays;

/** Copies of packets, back to back in one array that is kept. An entry may be empty: a place among the others. One thread at a time. */
public final class PackedBytes {
    private static final int FIRST_BYTES = 16 << 10;
    private static final int FIRST_ENTRIES = 16;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int[] ends = new int[FIRST_ENTRIES];
    private int size;

    /** Appends a copy. */
    public void add(byte[] data, int offset, int length) {
        int start = bytes();
        if (length > bytes.length - start) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, start + length));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
        }
        System.arraycopy(data, offset, bytes, start, length);
        ends[size++] = start + length;
    }

    /** Appends an entry of no bytes. */
    public void addEmpty() {
        add(bytes, 0, 0);
    }

    /** Entries. */
    public int size() {
        return size;
    }

    /** How many entries there is room for: parallel arrays grow by it. */
    public int capacity() {
        return ends.length;
    }

    /** Of all entries. */
    public int bytes() {
        return size == 0 ? 0 : ends[size - 1];
    }

    /** Where the entries lie; lent until the next {@link #add}. */
    public byte[] array() {
        return bytes;
    }

    public int offset(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    public int length(int index) {
        return ends[index] - offset(index);
    }

    public void clear() {
        size = 0;
    }
}
