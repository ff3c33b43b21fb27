package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.foreign.IpsecMb.Functions;
import java.util.Objects;

/**
 * A key as ipsec-mb has it, outside the heap:
 *
 * <pre>
 *   0        expanded key and powers of the hash key, struct gcm_key_data: 1008 bytes, aligned to 64
 *   1024     struct gcm_context_data: 96 bytes in version 1.3
 *   1280
 * </pre>
 */
final class IpsecMbKey implements AesGcm.Key {
    private static final int ALIGNMENT = 64;
    private static final int CONTEXT_AT = 1024;
    private static final int MEMORY_BYTES = 1280;
    private static final long TAG = AesGcm.TAG_BYTES;

    private final boolean sealing;
    private final boolean wide;
    /** Where the memory is; 0 when it has been given back. */
    private long address;

    IpsecMbKey(boolean sealing, byte[] key) {
        if (key.length != 16 && key.length != 32) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        this.sealing = sealing;
        this.wide = key.length == 32;
        this.address = ForeignLibrary.call(Functions.ALLOCATE, ALIGNMENT, MEMORY_BYTES);
        if (address == 0) {
            throw new OutOfMemoryError("no memory for a key outside the heap");
        }
        ForeignLibrary.call(Functions.WIPE, address, MEMORY_BYTES);
        long raw = PacketScratch.ofThread().lay(key);
        ForeignLibrary.call(wide ? Functions.EXPAND_256 : Functions.EXPAND_128, raw, address);
        ForeignLibrary.call(Functions.WIPE, raw, key.length);
    }

    @Override
    public AesGcm.Key beside(byte[] key) {
        return new IpsecMbKey(sealing, key);
    }

    @Override
    public void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
        check(sealing, data, offset, clear, length);
        PacketScratch scratch = PacketScratch.ofThread();
        int at = scratch.lay(ivHigh, ivLow, data, offset, clear, length);
        long packet = scratch.address() + at;
        call(scratch, packet, length, clear, packet + length);
        scratch.take(at, data, offset + clear, length + AesGcm.TAG_BYTES);
    }

    @Override
    public boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
        check(!sealing, data, offset, clear, length);
        PacketScratch scratch = PacketScratch.ofThread();
        int at = scratch.lay(ivHigh, ivLow, data, offset, clear, length);
        call(scratch, scratch.address() + at, length, clear, scratch.address() + PacketScratch.TAG_AT);
        if (!scratch.isTag(data, offset + clear + length)) {
            return false;
        }
        scratch.take(at, data, offset + clear, length);
        return true;
    }

    private void call(PacketScratch scratch, long packet, long length, long aadLength, long tag) {
        long key = address;
        long context = key + CONTEXT_AT;
        long iv = scratch.address() + PacketScratch.IV_AT;
        long aad = scratch.address() + PacketScratch.AAD_AT;
        try {
            // Each handle in a place of its own, where it is a constant to the compiler.
            if (sealing && !wide) {
                Functions.SEAL_128.invokeExact(key, context, packet, packet, length, iv, aad, aadLength, tag, TAG);
            } else if (sealing) {
                Functions.SEAL_256.invokeExact(key, context, packet, packet, length, iv, aad, aadLength, tag, TAG);
            } else if (!wide) {
                Functions.OPEN_128.invokeExact(key, context, packet, packet, length, iv, aad, aadLength, tag, TAG);
            } else {
                Functions.OPEN_256.invokeExact(key, context, packet, packet, length, iv, aad, aadLength, tag, TAG);
            }
        } catch (Throwable e) {
            throw ForeignLibrary.failure(e);
        }
    }

    /** The library writes where it is told to. */
    private void check(boolean direction, byte[] data, int offset, int clear, int length) {
        if (!direction || address == 0) {
            throw new IllegalStateException(
                    direction ? "the key has been closed" : "the key is for the other direction");
        }
        Objects.checkFromIndexSize(offset, clear, data.length);
        Objects.checkFromIndexSize(offset + clear, length, data.length);
        Objects.checkFromIndexSize(offset + clear + length, AesGcm.TAG_BYTES, data.length);
    }

    /** For a test: where it lies. */
    long address() {
        return address;
    }

    @Override
    public void close() {
        if (address != 0) {
            ForeignLibrary.call(Functions.WIPE, address, MEMORY_BYTES);
            long freed = address;
            address = 0;
            ForeignLibrary.call(Functions.FREE, freed, 0);
        }
    }
}
