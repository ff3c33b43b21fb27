package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads AudioMuxElement() of ISO/IEC 14496-3 §1.7.3 and remembers the configuration from one to the next. */
final class AudioMuxElement {
    private @Nullable StreamMuxConfig config;
    private boolean exact;

    AudioMuxElement(@Nullable StreamMuxConfig config) {
        this.config = config;
    }

    /** The configuration as of the last element, or null before the first. */
    @Nullable StreamMuxConfig config() {
        return config;
    }

    /** Whether the last element ended where its bytes did: one that lost its head hardly ever does. */
    boolean exact() {
        return exact;
    }

    /**
     * The access units of one element.
     *
     * @param configInBand muxConfigPresent: a bit before the frames says whether a configuration stands there
     */
    List<byte[]> read(byte[] data, int offset, int length, boolean configInBand) throws MalformedException {
        BitReader in = new BitReader(data, offset, length);
        if (configInBand && !in.flag()) { // useSameStreamMux
            StreamMuxConfig now = StreamMuxConfig.read(in);
            config = now.equals(config) ? config : now;
        }
        StreamMuxConfig layout = config;
        if (layout == null) {
            throw new MalformedException("latm: no configuration yet", 0);
        }
        List<byte[]> units = new ArrayList<>(layout.frames());
        for (int frame = 0; frame < layout.frames(); frame++) {
            int size = layout.frameBytes() < 0 ? payloadLength(in) : layout.frameBytes();
            if (size * 8L > in.remainingBits()) {
                throw new MalformedException("latm: frame exceeds element", in.positionBits() / 8);
            }
            units.add(bytes(in, size));
        }
        long left = in.remainingBits() - layout.otherDataBits();
        exact = left >= 0 && left < 8;
        return units;
    }

    /** PayloadLengthInfo(): octets to add up, the first below 255 is the last. */
    private static int payloadLength(BitReader in) throws MalformedException {
        int size = 0;
        int octet;
        do {
            octet = in.u(8);
            size += octet;
        } while (octet == 255);
        return size;
    }

    private static byte[] bytes(BitReader in, int size) throws MalformedException {
        byte[] unit = new byte[size];
        for (int i = 0; i < size; i++) {
            unit[i] = (byte) in.u(8);
        }
        return unit;
    }
}
