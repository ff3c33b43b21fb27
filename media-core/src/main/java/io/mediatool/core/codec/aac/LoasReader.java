package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.MalformedException;

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
    private final HeldStream stream = new HeldStream();

    /** Takes the next piece of the stream; the array is borrowed until return. Holds at most one element, 8194 bytes. */
    public void read(byte[] data, int offset, int length, AacListener listener) {
        stream.read(data, offset, length, new HeldStream.Units() {
            @Override
            public int headerBytes() {
                return HEADER_BYTES;
            }

            @Override
            public int unitBytes(byte[] held, int at) {
                boolean synced = (held[at] & 0xff) == 0x56 && (held[at + 1] & 0xe0) == 0xe0;
                return synced ? HEADER_BYTES + ((held[at + 1] & 0x1f) << 8 | held[at + 2] & 0xff) : -1;
            }

            @Override
            public void take(byte[] held, int at, int bytes) {
                deliver(held, at, bytes, listener);
            }
        });
    }

    /** Forgets an element that is held in part, after a loss. */
    public void reset() {
        stream.reset();
    }

    /** Bytes so far that were no part of an element, or of one that does not parse. */
    public long skippedBytes() {
        return stream.skippedBytes();
    }

    private void deliver(byte[] held, int at, int bytes, AacListener listener) {
        try {
            for (byte[] unit : mux.read(held, at + HEADER_BYTES, bytes - HEADER_BYTES, true)) {
                StreamMuxConfig config = mux.config();
                if (config != null && unit.length > 0) {
                    listener.onAccessUnit(unit, config.config(), config.audio());
                }
            }
        } catch (MalformedException e) {
            stream.skipped(bytes); // or the stream was joined before its first configuration
        }
    }
}
