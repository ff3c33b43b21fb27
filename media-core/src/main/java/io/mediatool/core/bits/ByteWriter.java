package io.mediatool.core.bits;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A growing, big-endian byte buffer. Keep one and {@link #reset()} it where the path is hot. */
public final class ByteWriter {
    private byte[] data;
    private int size;

    public ByteWriter(int initialCapacity) {
        data = new byte[Math.max(16, initialCapacity)];
    }

    public ByteWriter u8(int value) {
        reserve(1);
        data[size++] = (byte) value;
        return this;
    }

    public ByteWriter u16(int value) {
        reserve(2);
        data[size++] = (byte) (value >> 8);
        data[size++] = (byte) value;
        return this;
    }

    public ByteWriter u24(int value) {
        return u8(value >> 16).u16(value);
    }

    public ByteWriter u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    public ByteWriter i64(long value) {
        return u32(value >> 32).u32(value);
    }

    public ByteWriter bytes(byte[] source) {
        return bytes(source, 0, source.length);
    }

    public ByteWriter bytes(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, data, size, length);
        size += length;
        return this;
    }

    public ByteWriter zeros(int count) {
        reserve(count);
        Arrays.fill(data, size, size + count, (byte) 0);
        size += count;
        return this;
    }

    /** The bytes of {@code text} in ASCII, without length or terminator. */
    public ByteWriter ascii(String text) {
        return bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Overwrites four bytes written earlier, for a length known only afterwards. */
    public void setU32(int offset, long value) {
        Objects.checkFromIndexSize(offset, 4, size);
        data[offset] = (byte) (value >> 24);
        data[offset + 1] = (byte) (value >> 16);
        data[offset + 2] = (byte) (value >> 8);
        data[offset + 3] = (byte) value;
    }

    /** Overwrites two bytes written earlier. */
    public void setU16(int offset, int value) {
        Objects.checkFromIndexSize(offset, 2, size);
        data[offset] = (byte) (value >> 8);
        data[offset + 1] = (byte) value;
    }

    public int size() {
        return size;
    }

    public void reset() {
        size = 0;
    }

    /** The backing array; valid up to {@link #size()} until the next write. */
    public byte[] array() {
        return data;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(data, size);
    }

    private void reserve(int count) {
        if (size + count > data.length) {
            data = Arrays.copyOf(data, Math.max(size + count, data.length * 2));
        }
    }
}
