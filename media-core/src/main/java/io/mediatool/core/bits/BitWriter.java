package io.mediatool.core.bits;

import java.util.Arrays;

/** Writes bits, most significant first, into a growing buffer. */
public final class BitWriter {
    private final ByteWriter bytes = new ByteWriter(32);
    private int pending;
    private int pendingBits;

    /** Appends the low {@code count} bits (0 to 32) of {@code value}. */
    public BitWriter bits(long value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            pending = pending << 1 | (int) (value >> i & 1);
            if (++pendingBits == 8) {
                bytes.u8(pending);
                pending = 0;
                pendingBits = 0;
            }
        }
        return this;
    }

    /** The bytes so far, the last one padded with zero bits. */
    public byte[] toByteArray() {
        if (pendingBits == 0) {
            return bytes.toByteArray();
        }
        byte[] all = Arrays.copyOf(bytes.toByteArray(), bytes.size() + 1);
        all[bytes.size()] = (byte) (pending << (8 - pendingBits));
        return all;
    }
}
