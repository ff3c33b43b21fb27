package io.mediatool.core.bits;

import java.util.Arrays;
import java.util.Objects;

/** A bounds-checked, big-endian cursor over a borrowed byte array. */
public final class ByteReader {
    private final byte[] data;
    private final int start;
    private final int end;
    private int position;

    public ByteReader(byte[] data) {
        this(data, 0, data.length);
    }

    /** Reads {@code length} bytes of {@code data} from {@code offset}; the array is borrowed, not copied. */
    public ByteReader(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        this.data = data;
        this.start = offset;
        this.position = offset;
        this.end = offset + length;
    }

    public int remaining() {
        return end - position;
    }

    /** Bytes read so far. */
    public int position() {
        return position - start;
    }

    public int u8() throws MalformedException {
        need(1);
        return data[position++] & 0xff;
    }

    public int u16() throws MalformedException {
        need(2);
        int value = (data[position] & 0xff) << 8 | (data[position + 1] & 0xff);
        position += 2;
        return value;
    }

    public int u24() throws MalformedException {
        need(3);
        int value = (data[position] & 0xff) << 16 | (data[position + 1] & 0xff) << 8 | (data[position + 2] & 0xff);
        position += 3;
        return value;
    }

    /** 32 bits with sign, for identifiers such as an SSRC. */
    public int i32() throws MalformedException {
        return u16() << 16 | u16();
    }

    public long u32() throws MalformedException {
        return i32() & 0xffff_ffffL;
    }

    public long i64() throws MalformedException {
        return (long) i32() << 32 | u32();
    }

    /** A copy of the next {@code length} bytes. */
    public byte[] bytes(int length) throws MalformedException {
        need(length);
        byte[] copy = Arrays.copyOfRange(data, position, position + length);
        position += length;
        return copy;
    }

    public void skip(int length) throws MalformedException {
        need(length);
        position += length;
    }

    /** A reader over the next {@code length} bytes, sharing the array; this reader moves past them. */
    public ByteReader slice(int length) throws MalformedException {
        need(length);
        ByteReader part = new ByteReader(data, position, length);
        position += length;
        return part;
    }

    private void need(int length) throws MalformedException {
        if (length < 0 || length > end - position) {
            throw new MalformedException("truncated", position - start);
        }
    }
}
