package io.mediatool.core.codec.layers;

import io.mediatool.core.bits.MalformedException;

/** Bits of a header extension, from the highest on; reused from packet to packet. */
final class Bits {
    private byte[] data = new byte[0];
    private int at;
    private int end;

    void wrap(byte[] bytes, int offset, int length) {
        data = bytes;
        at = 8 * offset;
        end = 8 * (offset + length);
    }

    boolean flag() throws MalformedException {
        return u(1) != 0;
    }

    /** @param count 0 to 24 */
    int u(int count) throws MalformedException {
        if (count > end - at) {
            throw new MalformedException("dependency descriptor: too short", at / 8);
        }
        int value = 0;
        for (int i = 0; i < count; i++, at++) {
            value = value << 1 | data[at >> 3] >> 7 - (at & 7) & 1;
        }
        return value;
    }

    /** ns(n) of the AV1 specification §4.10.7: 0 to n − 1. */
    int nonSymmetric(int n) throws MalformedException {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << width) - n;
        int value = u(width - 1);
        return value < shorter ? value : (value << 1) - shorter + u(1);
    }
}
