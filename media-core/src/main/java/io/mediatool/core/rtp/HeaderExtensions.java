package io.mediatool.core.rtp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds elements in a packet's header extension (RFC 8285). What is cut short is taken for absent: the packet is good without it.
 *
 * <pre>
 *  one-byte header (0xBEDE)     two-byte header (0x100x)
 *  0 1 2 3 4 5 6 7              0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * +-+-+-+-+-+-+-+-+            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  ID   | len−1 |  data …    |       ID      |      len      |  data …
 * </pre>
 */
public final class HeaderExtensions {
    /** What {@link #find} answers when there is no such element. */
    public static final int NONE = -1;

    private static final int ONE_BYTE = 0xbede;
    private static final int TWO_BYTE = 0x1000;
    /** In one-byte headers: nothing more follows (§4.2). */
    private static final int STOP = 15;

    private HeaderExtensions() {}

    /**
     * Where the element is: {@link #offset} and {@link #length} take it apart, so that a packet costs no object.
     *
     * @param id 1 to 14, with two-byte headers to 255; others are never found
     */
    public static int find(RtpPacket packet, int id) {
        int profile = packet.extensionProfile();
        boolean oneByte = profile == ONE_BYTE;
        if (id < 1 || !oneByte && (profile & 0xfff0) != TWO_BYTE) {
            return NONE;
        }
        byte[] data = packet.data();
        int at = packet.extensionOffset();
        int end = at + packet.extensionLength();
        while (at < end) {
            int first = data[at] & 0xff;
            int element = oneByte ? first >> 4 : first;
            if (element == 0) {
                at++; // padding; in one-byte headers with any length (§4.2), which others do not send
                continue;
            }
            int header = oneByte ? 1 : 2;
            if (oneByte && element == STOP || at + header > end) {
                return NONE;
            }
            int length = oneByte ? (first & 0x0f) + 1 : data[at + 1] & 0xff;
            if (at + header + length > end) {
                return NONE;
            }
            if (element == id) {
                return at + header << 8 | length;
            }
            at += header + length;
        }
        return NONE;
    }

    /** Where in {@link RtpPacket#data()} the element found starts. */
    public static int offset(int found) {
        return found >>> 8;
    }

    /** Its bytes, 0 to 255. */
    public static int length(int found) {
        return found & 0xff;
    }

    /** The element as text, as MID and RID are (RFC 8852, RFC 9143 §15); null when absent. */
    public static @Nullable String text(RtpPacket packet, int id) {
        int found = find(packet, id);
        return found == NONE ? null : new String(packet.data(), offset(found), length(found), StandardCharsets.UTF_8);
    }
}
