package io.mediatool.core.srtp;

import java.util.function.Consumer;

/**
 * Transforms of one direction with its session keys: in place, for one thread, without memory of packets. Takes whole runs.
 *
 * <p>{@code index} is the packet index of RFC 3711 §3.3.1: roll-over counter × 65536 + sequence number.
 */
interface SrtpCipher extends AutoCloseable {

    /** Bytes added to an RTP packet; an RTCP packet gets 4 more. */
    int tagBytes();

    /** Protects each packet of the run and adds {@link #tagBytes()} to its length; there is room for it behind each. */
    default void protectRtp(PacketRun run) {
        for (int i = 0; i < run.size(); i++) {
            protectRtp(run.data(), run.offset(i), run.headerBytes(i), run.length(i), run.index(i));
            run.lengthen(i, tagBytes());
        }
    }

    /**
     * Protects one packet of {@code length} bytes; the tag is written behind it.
     *
     * @param headerBytes header, CSRCs and extension: what stays in the clear
     */
    void protectRtp(byte[] data, int offset, int headerBytes, int length, long index);

    /**
     * Opens one packet of {@code length} bytes, tag included.
     *
     * @param headerBytes as above
     * @return whether the tag is right; if not, the packet's bytes are spoiled
     */
    boolean unprotectRtp(byte[] data, int offset, int headerBytes, int length, long index);

    /** Protects an RTCP packet of {@code length} bytes, at least 8; tag and index word are written behind it. */
    void protectRtcp(byte[] data, int offset, int length, int index);

    /**
     * Opens an RTCP packet of {@code length} bytes, tag and index word included.
     *
     * @param index its 31 bits
     * @param encrypted the E bit
     */
    boolean unprotectRtcp(byte[] data, int offset, int length, int index, boolean encrypted);

    /** Names the objects that each RTP packet touches, as {@link AesGcm.Key#addTo} does. */
    default void addTo(Consumer<Object> parts) {}

    /** Lets go of the keys. Harmless when repeated. */
    @Override
    default void close() {}
}
