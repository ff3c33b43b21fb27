package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;

/**
 * Splits a LOAS byte stream, as MPEG-TS carries AAC in LATM, into access units: AudioSyncStream() of ISO/IEC 14496-3
 * §1.7.2. Feed it any pieces in order. What does not parse is skipped and counted.
 *
 * <pre>
 * | 0x2b7 (11) | audioMuxLengthBytes (13) | AudioMuxElement(1) ... |
 * </pre>
 */
public final class LoasReader {
    private static final int HEADER_BYTES = 3;

    private final AudioMuxElement mux = new AudioMuxElement(null);
    private byte[] held = new byte[2048];
    private int size;
    private long skippedBytes;

    /** Takes the next piece of the stream; the array is borrowed until return. Holds at most one element, 8194 bytes. */
    public void read(byte[] data, int offset, int length, AacListener listener) {
        if (size + length > held.length) {
            held = Arrays.copyOf(held, Math.max(size + length, 2 * held.length));
        }
        System.arraycopy(data, offset, held, size, length);
        size += length;
        int at = 0;
        while (size - at >= HEADER_BYTES) {
            if ((held[at] & 0xff) != 0x56 || (held[at + 1] & 0xe0) != 0xe0) {
                at++;
                skippedBytes++;
                continue;
            }
            int elementBytes = (held[at + 1] & 0x1f) << 8 | held[at + 2] & 0xff;
            if (HEADER_BYTES + elementBytes > size - at) {
                break;
            }
            deliver(at + HEADER_BYTES, elementBytes, listener);
            at += HEADER_BYTES + elementBytes;
        }
        System.arraycopy(held, at, held, 0, size - at);
        size -= at;
    }

    /** Forgets an element that is held in part, after a loss. */
    public void reset() {
        skippedBytes += size;
        size = 0;
    }

    /** Bytes so far that were no part of an element, or of one that does not parse. */
    public long skippedBytes() {
        return skippedBytes;
    }

    private void deliver(int at, int length, AacListener listener) {
        try {
            for (byte[] unit : mux.read(held, at, length, true)) {
                StreamMuxConfig config = mux.config();
                if (config != null && unit.length > 0) {
                    listener.onAccessUnit(unit, config.config(), config.audio());
                }
            }
        } catch (MalformedException e) {
            skippedBytes += HEADER_BYTES + length; // or the stream was joined before its first configuration
        }
    }
}
