package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.foreign.JdkParts.Functions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A key with its counter mode and its hash (NIST SP 800-38D §7). The first counter block makes the mask of the tag, those after it the key
 * stream:
 *
 * <pre>
 *   counter block   |  initialisation vector, 12 bytes  | 1, 2, 3, … |
 *   hashed          |  header, zeros | cipher text, zeros | bits of the header, 64 | bits of the text, 64 |
 * </pre>
 */
final class JdkPartsKey implements AesGcm.Key {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int BLOCK_BYTES = 16;
    /** Copying more of a text takes longer than another call. */
    private static final int MAX_COPIED_BYTES = 512;
    /** A header with any extensions, and such a text; longer headers make it grow. */
    private static final int FIRST_HASHED_BYTES = 1_024;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final boolean sealing;
    private final Object aes;
    private final Object counterMode;
    /** Of the hash key; the hash itself keeps nothing between packets. */
    private final long[] hashTable;
    /** The counter mode's own, too. */
    private final byte[] firstBlock = new byte[BLOCK_BYTES];

    private boolean closed;

    /** What no packet leaves behind, of all keys of a thread, so that it stays in the nearest cache. */
    private static final class Scratch {
        private final byte[] mask = new byte[BLOCK_BYTES];
        private final long[] state = new long[2];
        private byte[] hashed = new byte[FIRST_HASHED_BYTES];

        byte[] hashed(int bytes) {
            if (bytes > hashed.length) {
                hashed = new byte[bytes];
            }
            return hashed;
        }
    }

    JdkPartsKey(boolean sealing, byte[] key) {
        if (key.length != 16 && key.length != 32) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        this.sealing = sealing;
        try {
            aes = (Object) Functions.NEW_AES.invokeExact();
            counterMode = (Object) Functions.NEW_COUNTER_MODE.invokeExact(aes);
            Functions.BEGIN.invokeExact(counterMode, false, "AES", key.clone(), firstBlock);
            // The hash key is what becomes of nothing (§7.1 step 1).
            byte[] hashKey = new byte[BLOCK_BYTES];
            Functions.ENCRYPT_BLOCK.invokeExact(aes, hashKey, 0, hashKey, 0);
            Object hash = (Object) Functions.NEW_HASH.invokeExact(hashKey);
            hashTable = (long[]) Functions.HASH_TABLE.invokeExact(hash);
        } catch (Throwable e) {
            throw ForeignLibrary.failure(e);
        }
    }

    @Override
    public AesGcm.Key beside(byte[] key) {
        return new JdkPartsKey(sealing, key);
    }

    @Override
    public void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
        check(sealing, data, offset, clear, length);
        int textAt = offset + clear;
        Scratch scratch = OF_THREAD.get();
        try {
            begin(scratch, ivHigh, ivLow);
            int unused = (int) Functions.ENCRYPT.invokeExact(counterMode, data, textAt, length, data, textAt);
            hash(scratch, data, offset, clear, length);
        } catch (Throwable e) {
            throw ForeignLibrary.failure(e);
        }
        LONGS.set(data, textAt + length, scratch.state[0] ^ (long) LONGS.get(scratch.mask, 0));
        LONGS.set(data, textAt + length + 8, scratch.state[1] ^ (long) LONGS.get(scratch.mask, 8));
    }

    @Override
    public boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
        check(!sealing, data, offset, clear, length);
        int textAt = offset + clear;
        Scratch scratch = OF_THREAD.get();
        try {
            begin(scratch, ivHigh, ivLow);
            hash(scratch, data, offset, clear, length);
            // In one go: how much of a tag is right is nobody's business.
            long high = scratch.state[0] ^ (long) LONGS.get(scratch.mask, 0) ^ (long) LONGS.get(data, textAt + length);
            long low =
                    scratch.state[1] ^ (long) LONGS.get(scratch.mask, 8) ^ (long) LONGS.get(data, textAt + length + 8);
            if ((high | low) != 0) {
                return false;
            }
            int unused = (int) Functions.ENCRYPT.invokeExact(counterMode, data, textAt, length, data, textAt);
            return true;
        } catch (Throwable e) {
            throw ForeignLibrary.failure(e);
        }
    }

    /** Makes the mask of the tag; what is encrypted next is the text. */
    private void begin(Scratch scratch, int ivHigh, long ivLow) throws Throwable {
        INTS.set(firstBlock, 0, ivHigh);
        LONGS.set(firstBlock, 4, ivLow);
        firstBlock[BLOCK_BYTES - 1] = 1;
        Functions.ENCRYPT_BLOCK.invokeExact(aes, firstBlock, 0, scratch.mask, 0);
        firstBlock[BLOCK_BYTES - 1] = 2;
        Functions.RESET.invokeExact(counterMode);
    }

    /** Short texts are copied, so that all is hashed in one go; of long ones only what does not fill a block. */
    private void hash(Scratch scratch, byte[] data, int offset, int clear, int length) throws Throwable {
        long[] state = scratch.state;
        state[0] = 0;
        state[1] = 0;
        int from = offset + clear;
        int textAt = clear + BLOCK_BYTES - 1 & -BLOCK_BYTES;
        int apart = length > MAX_COPIED_BYTES ? length & -BLOCK_BYTES : 0;
        int copied = length - apart;
        int lengthsAt = textAt + (copied + BLOCK_BYTES - 1 & -BLOCK_BYTES);
        byte[] hashed = scratch.hashed(lengthsAt + BLOCK_BYTES);
        System.arraycopy(data, offset, hashed, 0, clear);
        Arrays.fill(hashed, clear, textAt, (byte) 0);
        System.arraycopy(data, from + apart, hashed, textAt, copied);
        Arrays.fill(hashed, textAt + copied, lengthsAt, (byte) 0);
        LONGS.set(hashed, lengthsAt, 8L * clear);
        LONGS.set(hashed, lengthsAt + 8, 8L * length);
        if (apart > 0) {
            update(state, hashed, 0, textAt);
            update(state, data, from, apart);
            update(state, hashed, textAt, lengthsAt + BLOCK_BYTES - textAt);
        } else {
            update(state, hashed, 0, lengthsAt + BLOCK_BYTES);
        }
    }

    /** Whole blocks; whether there are any and where they end is asked here, because the intrinsic does not. */
    private void update(long[] state, byte[] data, int offset, int length) throws Throwable {
        Objects.checkFromIndexSize(offset, length, data.length);
        if (length > 0) {
            Functions.HASH.invokeExact(data, offset, length / BLOCK_BYTES, state, hashTable);
        }
    }

    private void check(boolean direction, byte[] data, int offset, int clear, int length) {
        if (!direction || closed) {
            throw new IllegalStateException(closed ? "the key has been closed" : "the key is for the other direction");
        }
        Objects.checkFromIndexSize(offset, clear, data.length);
        Objects.checkFromIndexSize(offset + clear, length, data.length);
        Objects.checkFromIndexSize(offset + clear + length, AesGcm.TAG_BYTES, data.length);
    }

    @Override
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(hashTable);
        parts.accept(firstBlock);
        for (Object part : new Object[] {aes, counterMode}) {
            parts.accept(part);
            JdkParts.addArrays(part, parts);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
