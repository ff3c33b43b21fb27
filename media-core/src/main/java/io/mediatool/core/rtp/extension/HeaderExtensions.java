package io.mediatool.core.rtp.extension;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;

/**
 * The extensions of one packet as views over its bytes. Reusable: {@link #read} moves it; valid as
 * long as the packet's array is.
 *
 * <pre>
 *  one byte, profile 0xBEDE       two bytes, profile 0x100 and 4 bits
 *  0 1 2 3 4 5 6 7                0                   1
 * +-+-+-+-+-+-+-+-+-+-            0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * |  ID   | len-1 | data         +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
 * +-+-+-+-+-+-+-+-+-+-           |      ID       |      len      | data
 * </pre>
 */
public final class HeaderExtensions {
    static final int ONE_BYTE = 0xbede;
    static final int TWO_BYTE = 0x1000;
    private static final int KINDS = RtpExtension.values().length;

    private byte[] data = new byte[0];
    private int present;
    private final int[] offsets = new int[KINDS];
    private final int[] lengths = new int[KINDS];

    /** No extensions; {@link #read} a packet before looking. */
    public HeaderExtensions() {}

    /**
     * Finds the extensions of {@code packet}. Unknown ids and other profiles are passed over; of
     * two with one id the last counts.
     *
     * @return this
     * @throws MalformedException when an element exceeds the header; those before it can be read
     */
    public HeaderExtensions read(RtpPacket packet, ExtensionMap map) throws MalformedException {
        present = 0;
        data = packet.data();
        int profile = packet.extensionProfile();
        int at = packet.extensionOffset();
        int end = at + packet.extensionLength();
        if (profile == ONE_BYTE) {
            readOneByte(at, end, map);
        } else if ((profile & 0xfff0) == TWO_BYTE) {
            readTwoByte(at, end, map);
        }
        return this;
    }

    private void readOneByte(int from, int end, ExtensionMap map) throws MalformedException {
        for (int at = from; at < end; ) {
            int head = data[at++] & 0xff;
            int id = head >> 4;
            if (id == 15) {
                return; // RFC 8285 §4.2: whatever follows is ignored
            }
            if (id != 0) {
                at = element(id, at, (head & 0x0f) + 1, end, map);
            } // else one byte of padding, whatever its length says
        }
    }

    private void readTwoByte(int from, int end, ExtensionMap map) throws MalformedException {
        for (int at = from; at < end; ) {
            int id = data[at++] & 0xff;
            if (id == 0) {
                continue;
            }
            if (at == end) {
                throw new MalformedException("rtp extension: no length", at - from);
            }
            int length = data[at++] & 0xff;
            at = element(id, at, length, end, map);
        }
    }

    private int element(int id, int at, int length, int end, ExtensionMap map) throws MalformedException {
        if (length > end - at) {
            throw new MalformedException("rtp extension: exceeds header", length);
        }
        RtpExtension kind = map.kindOf(id);
        if (kind != null) {
            present |= 1 << kind.index();
            offsets[kind.index()] = at;
            lengths[kind.index()] = length;
        }
        return at + length;
    }

    public boolean has(RtpExtension kind) {
        return (present >> kind.index() & 1) != 0;
    }

    /** The packet's array. */
    public byte[] data() {
        return data;
    }

    /** Where the data of {@code kind} starts in {@link #data()}; meaningless when absent. */
    public int offset(RtpExtension kind) {
        return offsets[kind.index()];
    }

    /** Bytes of {@code kind}, or -1 when absent. */
    public int length(RtpExtension kind) {
        return has(kind) ? lengths[kind.index()] : -1;
    }

    /** The text of {@link RtpExtension#MID} and the like, empty when absent. Allocates. */
    public String text(RtpExtension kind) {
        return has(kind) ? new String(data, offset(kind), length(kind), StandardCharsets.UTF_8) : "";
    }

    /** The transport-wide sequence number, 0 to 65535, or -1. */
    public int transportSequence() {
        // Version 2 of the extension has two more bytes, a request for feedback.
        if (length(RtpExtension.TRANSPORT_SEQUENCE) < 2) {
            return -1;
        }
        int at = offset(RtpExtension.TRANSPORT_SEQUENCE);
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }
}
