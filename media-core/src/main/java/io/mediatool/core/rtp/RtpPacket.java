package io.mediatool.core.rtp;

import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;

/**
 * One RTP packet as a view over bytes that somebody else owns (RFC 3550 §5.1). Reusable: {@link #wrap} moves the view.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * |                    CSRC × CC, then the extension if X         |
 * </pre>
 *
 * <p>Handed to listeners it is borrowed and read-only: valid until the call returns, {@link #copy()} to keep.
 */
public final class RtpPacket {
    /** Bytes of the fixed header, without CSRCs and extension. */
    public static final int HEADER_BYTES = 12;

    private byte[] data = new byte[0];
    private int offset;
    private int length;
    private int extensionOffset;
    private int extensionLength;
    private int payloadOffset;
    private int payloadLength;

    /** A view over nothing; {@link #wrap} it before reading. */
    public RtpPacket() {}

    /** A new view over {@code length} bytes of {@code data} from {@code offset}; the array is borrowed. */
    public static RtpPacket of(byte[] data, int offset, int length) throws MalformedException {
        return new RtpPacket().wrap(data, offset, length);
    }

    /**
     * Moves this view to other bytes, checking every length in the header once so that the accessors need not.
     *
     * @return this
     */
    public RtpPacket wrap(byte[] data, int offset, int length) throws MalformedException {
        if (length < HEADER_BYTES) {
            throw new MalformedException("rtp: shorter than a header", length);
        }
        int first = data[offset] & 0xff;
        if (first >> 6 != 2) {
            throw new MalformedException("rtp: version is not 2", 0);
        }
        int headerBytes = HEADER_BYTES + 4 * (first & 0x0f);
        int extensionBytes = 0;
        if ((first & 0x10) != 0) {
            if (length < headerBytes + 4) {
                throw new MalformedException("rtp: truncated extension", headerBytes);
            }
            extensionBytes = 4 * u16(data, offset + headerBytes + 2);
            headerBytes += 4;
        }
        int padding = 0;
        if ((first & 0x20) != 0) {
            padding = data[offset + length - 1] & 0xff;
            if (padding == 0) {
                throw new MalformedException("rtp: zero padding count", length - 1);
            }
        }
        if (headerBytes + extensionBytes + padding > length) {
            throw new MalformedException("rtp: header exceeds packet", length);
        }
        this.data = data;
        this.offset = offset;
        this.length = length;
        this.extensionOffset = offset + headerBytes;
        this.extensionLength = extensionBytes;
        this.payloadOffset = offset + headerBytes + extensionBytes;
        this.payloadLength = length - headerBytes - extensionBytes - padding;
        return this;
    }

    /** The array under the view; the packet starts at {@link #offset()}. */
    public byte[] data() {
        return data;
    }

    public int offset() {
        return offset;
    }

    /** Bytes of the whole packet, header and padding included. */
    public int length() {
        return length;
    }

    public boolean marker() {
        return data[offset + 1] < 0;
    }

    public int payloadType() {
        return data[offset + 1] & 0x7f;
    }

    /** 0 to 65535. */
    public int sequenceNumber() {
        return u16(data, offset + 2);
    }

    /** The RTP timestamp as sent, 0 to 2³²−1. */
    public long timestamp() {
        return i32(data, offset + 4) & 0xffff_ffffL;
    }

    public int ssrc() {
        return i32(data, offset + 8);
    }

    /** The 16 bits "defined by profile" before the extension (0xBEDE for RFC 8285 one-byte), or -1 without extension. */
    public int extensionProfile() {
        return (data[offset] & 0x10) == 0 ? -1 : u16(data, extensionOffset - 4);
    }

    /** Where the extension's data starts in {@link #data()}. */
    public int extensionOffset() {
        return extensionOffset;
    }

    /** Bytes of extension data, 0 without extension. */
    public int extensionLength() {
        return extensionLength;
    }

    /** Where the payload starts in {@link #data()}. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Payload bytes without padding, 0 or more. */
    public int payloadLength() {
        return payloadLength;
    }

    /** A copy of the payload. */
    public byte[] payload() {
        return Arrays.copyOfRange(data, payloadOffset, payloadOffset + payloadLength);
    }

    /** A packet with bytes of its own. */
    public RtpPacket copy() {
        RtpPacket copy = new RtpPacket();
        copy.copyOf(this, new byte[length]);
        return copy;
    }

    /** Makes this a view over a copy of {@code packet} in {@code bytes}, which are long enough. */
    public void copyOf(RtpPacket packet, byte[] bytes) {
        System.arraycopy(packet.data, packet.offset, bytes, 0, packet.length);
        data = bytes;
        offset = 0;
        length = packet.length;
        extensionOffset = packet.extensionOffset - packet.offset;
        extensionLength = packet.extensionLength;
        payloadOffset = packet.payloadOffset - packet.offset;
        payloadLength = packet.payloadLength;
    }

    /** The SSRC in the header of a packet that is known to be one. */
    public static int ssrcOf(byte[] data, int offset) {
        return (data[offset + 8] & 0xff) << 24
                | (data[offset + 9] & 0xff) << 16
                | (data[offset + 10] & 0xff) << 8
                | data[offset + 11] & 0xff;
    }

    /**
     * Writes a fixed header without CSRC and extension into {@code target}.
     *
     * @param timestamp only its low 32 bits are sent
     * @return {@link #HEADER_BYTES}
     */
    public static int writeHeader(
            byte[] target, int offset, boolean marker, int payloadType, int sequenceNumber, long timestamp, int ssrc) {
        target[offset] = (byte) 0x80;
        target[offset + 1] = (byte) (payloadType & 0x7f | (marker ? 0x80 : 0));
        target[offset + 2] = (byte) (sequenceNumber >> 8);
        target[offset + 3] = (byte) sequenceNumber;
        putI32(target, offset + 4, (int) timestamp);
        putI32(target, offset + 8, ssrc);
        return HEADER_BYTES;
    }

    private static int u16(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
    }

    private static int i32(byte[] data, int at) {
        return u16(data, at) << 16 | u16(data, at + 2);
    }

    private static void putI32(byte[] data, int at, int value) {
        data[at] = (byte) (value >> 24);
        data[at + 1] = (byte) (value >> 16);
        data[at + 2] = (byte) (value >> 8);
        data[at + 3] = (byte) value;
    }
}
