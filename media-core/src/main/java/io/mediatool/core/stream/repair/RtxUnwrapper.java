package io.mediatool.core.stream.repair;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * Makes the original of a retransmission (RFC 4588 §4): its payload starts with the original's sequence number (OSN), and its
 * SSRC and payload type stand for those of the original.
 */
public final class RtxUnwrapper {
    private static final int OSN_BYTES = 2;

    private final RtpPacket original = new RtpPacket();
    private byte[] bytes = new byte[1536];
    private long unwrapped;
    private long empty;

    /**
     * The original, borrowed until the next call, or null when there is none in it: browsers probe a path with
     * retransmissions of nothing.
     *
     * @param packet borrowed, left as it is
     * @param ssrc of the original's source
     * @param payloadType what {@code apt=} says of the packet's payload type
     */
    public @Nullable RtpPacket unwrap(RtpPacket packet, int ssrc, int payloadType) throws MalformedException {
        if (packet.payloadLength() < OSN_BYTES) {
            empty++;
            return null;
        }
        int headerBytes = packet.payloadOffset() - packet.offset();
        int payloadBytes = packet.payloadLength() - OSN_BYTES;
        int length = headerBytes + payloadBytes;
        if (bytes.length < length) {
            bytes = new byte[length]; // at most the 64 KiB of a datagram
        }
        byte[] data = packet.data();
        int osn = packet.payloadOffset();
        System.arraycopy(data, packet.offset(), bytes, 0, headerBytes);
        System.arraycopy(data, osn + OSN_BYTES, bytes, headerBytes, payloadBytes);
        bytes[0] &= (byte) ~0x20; // its padding stays behind
        bytes[1] = (byte) (bytes[1] & 0x80 | payloadType & 0x7f);
        bytes[2] = data[osn];
        bytes[3] = data[osn + 1];
        for (int i = 0; i < 4; i++) {
            bytes[8 + i] = (byte) (ssrc >> 24 - 8 * i);
        }
        unwrapped++;
        return original.wrap(bytes, 0, length);
    }

    /** Retransmissions that gave an original. */
    public long unwrapped() {
        return unwrapped;
    }

    /** Retransmissions of nothing. */
    public long empty() {
        return empty;
    }
}
