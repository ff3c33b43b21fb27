package io.mediatool.core.srtp;

import java.util.function.Consumer;

/**
 * An implementation of AES-GCM with tags of 16 bytes and initialisation vectors of 12, as AEAD_AES_128_GCM and AEAD_AES_256_GCM
 * use it (RFC 7714 §6). For any thread.
 */
public interface AesGcm {
    /** Bytes of a tag. */
    int TAG_BYTES = 16;

    /** Bytes of an initialisation vector. */
    int IV_BYTES = 12;

    /** The JDK's. */
    static AesGcm jdk() {
        return JdkAesGcm.INSTANCE;
    }

    /** For logs and statistics, such as "JDK". */
    String name();

    /**
     * A key to work with.
     *
     * @param sealing whether it seals; else it opens
     * @param key 16 or 32 bytes, not kept
     */
    Key key(boolean sealing, byte[] key);

    /** One key in one direction, for one thread. Its methods check that what they touch lies within the arrays. */
    interface Key extends AutoCloseable {
        /** Another key of the same direction and thread; the two may share what they work with. To be closed as well. */
        Key beside(byte[] key);

        /**
         * Encrypts in place and writes the tag behind. The same vector may come again, for the same bytes.
         *
         * <pre>
         *   offset
         *  | clear, authenticated only | length, encrypted | tag |
         * </pre>
         *
         * @param ivHigh the first four bytes of the initialisation vector, the first of them highest
         * @param ivLow the last eight, likewise
         * @throws IllegalStateException when it has been closed
         */
        void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length);

        /**
         * Decrypts in place what {@link #seal} has made.
         *
         * @param length bytes that are encrypted, not the tag
         * @return whether the tag is right; if not, the bytes are spoiled, but not decrypted
         * @throws IllegalStateException when it has been closed
         */
        boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length);

        /**
         * Names the objects that each packet touches, for fetching them into the cache beforehand: as they are now, arrays included. They
         * are to be looked at only. One that names none costs nothing but the fetching.
         */
        default void addTo(Consumer<Object> parts) {}

        /** Gives back what the key holds outside the heap. Harmless when repeated. */
        @Override
        void close();
    }
}
