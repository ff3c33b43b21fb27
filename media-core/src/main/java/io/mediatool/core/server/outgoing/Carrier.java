package io.mediatool.core.server.outgoing;

import java.util.function.Consumer;

/** The transport that carries a viewer's packets. On the loop's thread. */
public interface Carrier {
    /** Names the objects that {@link #sendRtp} needs for each packet, see {@link io.mediatool.core.bits.WorkingSet}. */
    default void addTo(Consumer<Object> parts) {
        parts.accept(this);
    }

    /** Whether packets go anywhere. */
    boolean isConnected();

    long nowNs();

    /** Whether the pictures since the last key frame are wanted at the beginning, at a faster pace. */
    default boolean wantsPast() {
        return true;
    }

    /** Bits a second that a burst beside the media may take: what the path is known to carry, {@link Long#MAX_VALUE} while nothing limits it. */
    default long burstBps(long nowNs) {
        return Long.MAX_VALUE;
    }

    /**
     * Sends a packet; the bytes are borrowed until return.
     *
     * @param mayPad whether padding may be added (RFC 3550 §5.1), never to what {@link #sendRtpAgain} may send again
     */
    void sendRtp(byte[] data, int offset, int length, boolean mayPad);

    /** Sends a packet once more, the same to the byte: a retransmission without RTX. */
    void sendRtpAgain(byte[] data, int offset, int length);

    /** Writes the transport-wide sequence number and the send time into a packet that leaves now, where there is a place for them (index ≥ 0). */
    void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs);

    /** Something here broke an invariant: the transport has to end. */
    void fail(RuntimeException bug, long nowNs);

    /** {@code stream} is over. */
    void remove(OutgoingStream stream);
}
