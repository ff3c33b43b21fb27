package io.mediatool.core.codec.aac;

import java.util.Arrays;

/** A byte stream cut anywhere, held until a unit is whole. What belongs to no unit is skipped byte by byte and counted. */
final class HeldStream {
    private byte[] held = new byte[2048];
    private int size;
    private long skippedBytes;

    /** What the units of a stream look like. */
    interface Units {
        /** Bytes that tell how long a unit is. */
        int headerBytes();

        /** Bytes of the unit that begins at {@code at}, its header included, or −1 when none does. */
        int unitBytes(byte[] held, int at);

        /** Takes a whole unit, borrowed until return. */
        void take(byte[] held, int at, int length);
    }

    /** Takes the next piece of the stream; the array is borrowed until return. Holds less than a unit afterwards. */
    void read(byte[] data, int offset, int length, Units units) {
        if (size + length > held.length) {
            held = Arrays.copyOf(held, Math.max(size + length, 2 * held.length));
        }
        System.arraycopy(data, offset, held, size, length);
        size += length;
        int at = 0;
        while (size - at >= units.headerBytes()) {
            int unitBytes = units.unitBytes(held, at);
            if (unitBytes < 0) {
                at++;
                skippedBytes++;
                continue;
            }
            if (unitBytes > size - at) {
                break;
            }
            units.take(held, at, unitBytes);
            at += unitBytes;
        }
        System.arraycopy(held, at, held, 0, size - at);
        size -= at;
    }

    /** Forgets a unit that is held in part, after a loss. */
    void reset() {
        skippedBytes += size;
        size = 0;
    }

    /** For a unit that was taken and turned out to be none. */
    void skipped(int bytes) {
        skippedBytes += bytes;
    }

    long skippedBytes() {
        return skippedBytes;
    }

    int heldBytes() {
        return size;
    }
}
