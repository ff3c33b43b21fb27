package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import org.jspecify.annotations.Nullable;

/** Gathers the OBUs of one temporal unit as a sample holds them, and what they tell. Reused for the next. */
final class TemporalUnit {
    private final ByteWriter sample = new ByteWriter(4096);
    private boolean frames;
    private boolean keyFrame;
    private @Nullable DecoderConfig config;
    private boolean reducedStillPicture;

    /** Adds one OBU, given as an RTP element: with or without its size, and nothing after it. */
    void add(byte[] data, int offset, int length) throws MalformedException {
        ByteReader in = new ByteReader(data, offset, length);
        Obu obu = Obu.read(in, offset);
        if (in.remaining() > 0) {
            throw new MalformedException("av1: element longer than its obu", in.position());
        }
        if (obu.dropped()) {
            return;
        }
        if (obu.type() == Obu.SEQUENCE_HEADER) {
            learn(data, obu);
        } else if ((obu.type() == Obu.FRAME || obu.type() == Obu.FRAME_HEADER) && !frames) {
            keyFrame = startsDecoding(data, obu);
            frames = true;
        }
        obu.writeSized(data, sample);
    }

    boolean hasFrames() {
        return frames;
    }

    /** Whether decoding can start here: the first frame is a shown key frame and its sequence header is known. */
    boolean keyFrame() {
        return keyFrame && config != null;
    }

    /** The configuration as of the last sequence header, of this or an earlier unit. */
    @Nullable DecoderConfig config() {
        return config;
    }

    int size() {
        return sample.size();
    }

    byte[] toByteArray() {
        return sample.toByteArray();
    }

    /** Forgets the OBUs, keeps the configuration. */
    void reset() {
        sample.reset();
        frames = false;
        keyFrame = false;
    }

    private void learn(byte[] data, Obu obu) throws MalformedException {
        SequenceHeader header = SequenceHeader.parse(data, obu.payloadOffset(), obu.payloadLength());
        ByteWriter sized = new ByteWriter(obu.payloadLength() + 8);
        obu.writeSized(data, sized);
        byte[] record = Av1Record.of(header, sized.toByteArray());
        DecoderConfig now = DecoderConfig.video(Codec.AV1, record, header.width(), header.height(), 0);
        config = now.equals(config) ? config : now;
        reducedStillPicture = header.reducedStillPicture();
    }

    /**
     * The first bits of uncompressed_header(), §5.9.2.
     *
     * <pre>
     * |show_existing_frame|frame_type (2): 0 is key|show_frame|
     * </pre>
     */
    private boolean startsDecoding(byte[] data, Obu obu) throws MalformedException {
        if (reducedStillPicture) {
            return true;
        }
        if (obu.payloadLength() == 0) {
            throw new MalformedException("av1: empty frame", 0);
        }
        return (data[obu.payloadOffset()] & 0xf0) == 0x10;
    }
}
