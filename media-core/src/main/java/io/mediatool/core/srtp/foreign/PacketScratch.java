package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a packet lies while a library works on it, outside the heap. One for each thread, so that it stays in the nearest cache; the
 * collector takes it with the thread.
 *
 * <pre>
 *   0      16     32                                    64 × n
 *  |  IV  | tag  | authenticated, not encrypted | free |  encrypted  | tag |
 * </pre>
 */
final class PacketScratch {
    static final int IV_AT = 0;
    static final int TAG_AT = 16;
    static final int AAD_AT = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int CACHE_LINE = 64;
    private static final int FIRST_BYTES = 4_096;
    private static final ThreadLocal<PacketScratch> OF_THREAD = ThreadLocal.withInitial(PacketScratch::new);

    private ByteBuffer memory = ByteBuffer.allocateDirect(0);
    private long address;

    private PacketScratch() {
        grow(FIRST_BYTES);
    }

    static PacketScratch ofThread() {
        return OF_THREAD.get();
    }

    long address() {
        return address;
    }

    /** Copies all of it in, without a tag. @return where the encrypted part is */
    int lay(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
        int at = AAD_AT + clear + CACHE_LINE - 1 & -CACHE_LINE;
        if (at + length + AesGcm.TAG_BYTES > memory.capacity()) {
            grow(at + length + AesGcm.TAG_BYTES);
        }
        memory.putInt(IV_AT, ivHigh);
        memory.putLong(IV_AT + 4, ivLow);
        memory.put(AAD_AT, data, offset, clear);
        memory.put(at, data, offset + clear, length);
        return at;
    }

    /** Copies a key in, to be wiped by the caller. @return its address */
    long lay(byte[] key) {
        memory.put(CACHE_LINE, key, 0, key.length);
        return address + CACHE_LINE;
    }

    /** Copies out. */
    void take(int at, byte[] data, int offset, int length) {
        memory.get(at, data, offset, length);
    }

    /** Whether the tag at {@link #TAG_AT} is the one in the array, in time that does not depend on where they differ. */
    boolean isTag(byte[] data, int at) {
        long difference = memory.getLong(TAG_AT) ^ (long) LONGS.get(data, at);
        return (difference | memory.getLong(TAG_AT + 8) ^ (long) LONGS.get(data, at + 8)) == 0;
    }

    private void grow(int needed) {
        int bytes = Math.max(needed, 2 * memory.capacity());
        memory = ByteBuffer.allocateDirect(bytes + 2 * CACHE_LINE).alignedSlice(CACHE_LINE);
        address = ForeignLibrary.address(memory);
    }
}
