package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.VpcRecord;
import java.util.List;

/**
 * What the layer frames of one picture say together. The first tells whether decoding can start here; the largest is what
 * a decoder shows.
 */
record Vp9Picture(Vp9FrameHeader first, int width, int height) {

    static Vp9Picture of(List<byte[]> layers) throws MalformedException {
        Vp9FrameHeader first = header(layers.get(0));
        int width = first.width();
        int height = first.height();
        for (byte[] layer : layers.subList(1, layers.size())) {
            Vp9FrameHeader above = header(layer);
            width = Math.max(width, above.width());
            height = Math.max(height, above.height());
        }
        return new Vp9Picture(first, width, height);
    }

    /** The header of a layer frame; an encoder may have made it a superframe, with a hidden frame after the first. */
    private static Vp9FrameHeader header(byte[] layer) throws MalformedException {
        Vp9Superframe.Part part = Vp9Superframe.split(layer, 0, layer.length).get(0);
        return Vp9FrameHeader.parse(layer, part.offset(), part.length());
    }

    boolean keyFrame() {
        return first.keyFrame();
    }

    /** For key frames only: others do not repeat the colour configuration. */
    DecoderConfig config() {
        int any = VpcRecord.UNSPECIFIED;
        VpcRecord record = new VpcRecord(
                first.profile(),
                VpcRecord.levelOf(width, height),
                first.bitDepth(),
                first.chroma(),
                first.fullRange(),
                any,
                any,
                first.matrix());
        return DecoderConfig.video(Codec.VP9, record.toBytes(), width, height, 0);
    }
}
