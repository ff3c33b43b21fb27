package io.mediatool.core.rtp.extension;

import java.nio.charset.StandardCharsets;

/**
 * Makes the extension block of a packet, with the numbers of the peer that it goes to: {@link #begin}, puts, {@link #write}. What the
 * peer did not negotiate is left out. Takes the one-byte form where it can (RFC 8285 §4.1.2).
 *
 * <p>Nothing of a packet is needed for the next: one writer serves all peers of a thread in turn, and stays in the nearest cache.
 */
public final class ExtensionWriter {
    /** Element bytes in one packet; more is left out and counted. Leaves room for media in any packet. */
    public static final int MAX_BYTES = 256;

    private static final RtpExtension[] KINDS = RtpExtension.values();

    private static final byte[] ZEROS = new byte[16];

    private final byte[] elements = new byte[MAX_BYTES];
    private final int[] starts = new int[KINDS.length];
    private final int[] lengths = new int[KINDS.length];
    private final int[] written = new int[KINDS.length];
    private ExtensionMap map = ExtensionMap.NONE;
    private boolean mixed;
    private int present;
    private int size;
    private boolean twoByte;
    private long dropped;

    /**
     * Starts the next packet.
     *
     * @param numbers of the peer that it goes to
     * @param allowMixed whether the peer takes the two-byte form ({@code a=extmap-allow-mixed})
     */
    public ExtensionWriter begin(ExtensionMap numbers, boolean allowMixed) {
        map = numbers;
        mixed = allowMixed;
        present = 0;
        size = 0;
        twoByte = false;
        return this;
    }

    /** Adds {@code kind}, unless the peer has no number for it or it is there already. */
    public ExtensionWriter put(RtpExtension kind, byte[] data, int offset, int length) {
        int id = map.idOf(kind);
        if (id == 0 || (present >> kind.index() & 1) != 0) {
            return this;
        }
        boolean large = id > 14 || length == 0 || length > 16;
        if (large && !mixed || length > 255 || size + length + 2 > MAX_BYTES) {
            dropped++;
            return this;
        }
        twoByte |= large;
        System.arraycopy(data, offset, elements, size, length);
        present |= 1 << kind.index();
        starts[kind.index()] = size;
        lengths[kind.index()] = length;
        size += length;
        return this;
    }

    /** Adds {@code bytes} zeros to be filled in later at {@link #offsetOf}: send time and transport-wide number. */
    public ExtensionWriter reserve(RtpExtension kind, int bytes) {
        return put(kind, ZEROS, 0, bytes);
    }

    /** Adds a text; encode it once and use the other {@code put} where packets are many. */
    public ExtensionWriter put(RtpExtension kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return put(kind, bytes, 0, bytes.length);
    }

    /** Adds all that goes on to viewers ({@link RtpExtension#isForwarded()}) of an incoming packet. */
    public ExtensionWriter putForwarded(HeaderExtensions incoming) {
        for (RtpExtension kind : KINDS) {
            if (kind.isForwarded() && incoming.has(kind)) {
                put(kind, incoming.data(), incoming.offset(kind), incoming.length(kind));
            }
        }
        return this;
    }

    /**
     * Writes the block: profile, length, elements, padding to a word. The caller sets the X bit when it is not empty.
     *
     * @param target with room for {@link #MAX_BYTES} + 40 from {@code offset}
     * @return bytes written, 0 when there are no elements
     */
    public int write(byte[] target, int offset) {
        if (present == 0) {
            return 0;
        }
        int at = offset + 4;
        for (RtpExtension kind : KINDS) {
            int i = kind.index();
            if ((present >> i & 1) == 0) {
                continue;
            }
            if (twoByte) {
                target[at++] = (byte) map.idOf(kind);
                target[at++] = (byte) lengths[i];
            } else {
                target[at++] = (byte) (map.idOf(kind) << 4 | lengths[i] - 1);
            }
            System.arraycopy(elements, starts[i], target, at, lengths[i]);
            written[i] = at;
            at += lengths[i];
        }
        while ((at - offset) % 4 != 0) {
            target[at++] = 0;
        }
        int profile = twoByte ? HeaderExtensions.TWO_BYTE : HeaderExtensions.ONE_BYTE;
        int words = (at - offset) / 4 - 1;
        target[offset] = (byte) (profile >> 8);
        target[offset + 1] = (byte) profile;
        target[offset + 2] = (byte) (words >> 8);
        target[offset + 3] = (byte) words;
        return at - offset;
    }

    /** Where the last {@link #write} put the data of {@code kind} in its target, or -1 when it is not in it. */
    public int offsetOf(RtpExtension kind) {
        return (present >> kind.index() & 1) == 0 ? -1 : written[kind.index()];
    }

    /** Elements left out because they were too long for the peer or the packet, of all packets. */
    public long dropped() {
        return dropped;
    }
}
