package io.mediatool.core.bits;

import java.util.Objects;

/** A bounds-checked bit cursor, most significant bit first, with the Exp-Golomb codes of ITU-T H.264 §9.1. */
public final class BitReader {
    private final byte[] data;
    private final long startBit;
    private final long endBit;
    private long bit;

    public BitReader(byte[] data) {
        this(data, 0, data.length);
    }

    public BitReader(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        this.data = data;
        this.startBit = offset * 8L;
        this.bit = startBit;
        this.endBit = (offset + (long) length) * 8;
    }

    /** A reader of its own at the same place, to look ahead. */
    public BitReader copy() {
        BitReader copy = new BitReader(data, (int) (startBit / 8), (int) ((endBit - startBit) / 8));
        copy.bit = bit;
        return copy;
    }

    public boolean flag() throws MalformedException {
        return bits(1) != 0;
    }

    /** The next 0 to 32 bits, unsigned. */
    public long bits(int count) throws MalformedException {
        if (count > endBit - bit) {
            throw new MalformedException("truncated bits", (bit - startBit) / 8);
        }
        long value = 0;
        for (int left = count; left > 0; ) {
            int inByte = (int) (bit & 7);
            int take = Math.min(left, 8 - inByte);
            int octet = data[(int) (bit >> 3)] & 0xff;
            value = value << take | (octet >> (8 - inByte - take) & ((1 << take) - 1));
            bit += take;
            left -= take;
        }
        return value;
    }

    /** {@link #bits} for up to 31 bits, as an int. */
    public int u(int count) throws MalformedException {
        return (int) bits(count);
    }

    public void skip(long count) throws MalformedException {
        if (count < 0 || count > endBit - bit) {
            throw new MalformedException("truncated bits", (bit - startBit) / 8);
        }
        bit += count;
    }

    /** ue(v): unsigned Exp-Golomb, at most 2³²−2. */
    public long ue() throws MalformedException {
        int zeros = 0;
        while (!flag()) {
            if (++zeros > 32) {
                throw new MalformedException("exp-golomb too long", (bit - startBit) / 8);
            }
        }
        return (1L << zeros) - 1 + bits(zeros);
    }

    /** ue(v) that must not exceed {@code max}. */
    public int ue(int max) throws MalformedException {
        long value = ue();
        if (value > max) {
            throw new MalformedException("exp-golomb out of range", (bit - startBit) / 8);
        }
        return (int) value;
    }

    /** se(v): signed Exp-Golomb. */
    public long se() throws MalformedException {
        long code = ue();
        return (code & 1) == 0 ? -(code >> 1) : (code + 1) >> 1;
    }

    public long remainingBits() {
        return endBit - bit;
    }

    /** Bits read so far. */
    public long positionBits() {
        return bit - startBit;
    }
}
