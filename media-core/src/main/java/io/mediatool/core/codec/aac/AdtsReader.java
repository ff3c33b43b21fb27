package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits an ADTS byte stream, as MPEG-TS carries AAC, into access units: ISO/IEC 14496-3 §1.A.2.2. Feed it any pieces in
 * order; frames may cross them. What does not parse is skipped to the next sync word and counted.
 *
 * <pre>
 * | syncword 0xfff (12) | ID | layer = 0 (2) | protection_absent |
 * | profile (2) | sampling_frequency_index (4) | private | channel_configuration (3) | 4 bits |
 * | 2 bits | frame_length (13) | buffer_fullness (11) | raw_data_blocks - 1 (2) | [crc (16)]
 * </pre>
 */
public final class AdtsReader {
    private static final int HEADER_BYTES = 7;

    private final HeldStream stream = new HeldStream();
    private int configKey = -1;
    private @Nullable AudioSpecificConfig audio;
    private @Nullable DecoderConfig config;

    /** Takes the next piece of the stream; the array is borrowed until return. Holds at most one frame, 8191 bytes. */
    public void read(byte[] data, int offset, int length, AacListener listener) {
        stream.read(data, offset, length, new HeldStream.Units() {
            @Override
            public int headerBytes() {
                return HEADER_BYTES;
            }

            @Override
            public int unitBytes(byte[] held, int at) {
                int frameBytes = frameBytes(held, at);
                return frameBytes > 0 && understand(held, at) ? frameBytes : -1;
            }

            @Override
            public void take(byte[] held, int at, int bytes) {
                deliver(held, at, bytes, listener);
            }
        });
    }

    /** Forgets a frame that is held in part, after a loss. */
    public void reset() {
        stream.reset();
    }

    /** Bytes so far that were no part of a frame. */
    public long skippedBytes() {
        return stream.skippedBytes();
    }

    /**
     * Bytes held of a frame whose rest has not come. When not 0 before {@link #read}, the first frame that read delivers
     * began in an earlier piece (and has that one's time, where pieces are PES packets).
     */
    public int heldBytes() {
        return stream.heldBytes();
    }

    /** The length of the frame whose header is at {@code at}, or -1 when there is none. */
    private static int frameBytes(byte[] held, int at) {
        if ((held[at] & 0xff) != 0xff || (held[at + 1] & 0xf6) != 0xf0) {
            return -1;
        }
        int length = (held[at + 3] & 3) << 11 | (held[at + 4] & 0xff) << 3 | (held[at + 5] & 0xff) >> 5;
        // Several raw blocks share one header and, without a checksum, have no borders: nobody sends them.
        boolean oneBlock = (held[at + 6] & 3) == 0;
        return oneBlock && length > headerBytes(held, at) ? length : -1;
    }

    private static int headerBytes(byte[] held, int at) {
        return (held[at + 1] & 1) != 0 ? HEADER_BYTES : HEADER_BYTES + 2;
    }

    /** Makes the configuration of the header; false when it describes none. */
    private boolean understand(byte[] held, int at) {
        int key = (held[at + 2] & 0xfd) << 8 | held[at + 3] & 0xc0;
        if (key == configKey) {
            return true;
        }
        int index = held[at + 2] >> 2 & 15;
        int channels = (held[at + 2] & 1) << 2 | held[at + 3] >> 6 & 3;
        try {
            byte[] bytes =
                    AudioSpecificConfig.write((held[at + 2] >> 6 & 3) + 1, AudioSpecificConfig.rateOf(index), channels);
            AudioSpecificConfig parsed = AudioSpecificConfig.parse(bytes);
            audio = parsed;
            config = parsed.toDecoderConfig(bytes);
            configKey = key;
            return true;
        } catch (MalformedException e) {
            return false; // a reserved rate, or channels that only the payload lists: a false sync word, most likely
        }
    }

    private void deliver(byte[] held, int at, int frameBytes, AacListener listener) {
        byte[] unit = Arrays.copyOfRange(held, at + headerBytes(held, at), at + frameBytes);
        if (config != null && audio != null) {
            listener.onAccessUnit(unit, config, audio);
        }
    }
}
