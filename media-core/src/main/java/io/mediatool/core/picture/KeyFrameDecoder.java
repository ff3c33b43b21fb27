package io.mediatool.core.picture;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jcodec.codecs.h264.H264Decoder;
import org.jcodec.codecs.vpx.VP8Decoder;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;

/** Decodes one key frame to a picture. */
public final class KeyFrameDecoder {
    /** Pictures beyond this are refused: 8K and a little. */
    private static final int MAX_PIXELS = 8192 * 4608;

    private KeyFrameDecoder() {}

    /** Whether pictures of {@code codec} can be decoded. */
    public static boolean supports(Codec codec) {
        return codec == Codec.H264 || codec == Codec.VP8;
    }

    /**
     * The picture of a key frame.
     *
     * @param config its decoder's configuration, of a codec that is {@linkplain #supports supported}
     * @param sample the key frame as MP4 stores it
     * @throws MalformedException when it cannot be decoded
     */
    public static BufferedImage decode(DecoderConfig config, byte[] sample) throws MalformedException {
        int pixels = Math.multiplyExact(Math.min(config.width(), 1 << 15), Math.min(config.height(), 1 << 15));
        if (pixels <= 0 || pixels > MAX_PIXELS) {
            throw new MalformedException("picture too large to decode", -1);
        }
        try {
            return toImage(decoded(config, sample), config.width(), config.height());
        } catch (RuntimeException e) {
            // JCodec reports broken streams by whatever went wrong inside.
            throw new MalformedException("key frame cannot be decoded", -1);
        }
    }

    private static Picture decoded(DecoderConfig config, byte[] sample) {
        int width = (config.width() + 15 & ~15) + 32;
        int height = (config.height() + 15 & ~15) + 32;
        byte[][] planes = Picture.create(width, height, ColorSpace.YUV444).getData();
        Picture picture = config.codec() == Codec.H264
                ? new H264Decoder().decodeFrameFromNals(units(config.record(), sample), planes)
                : new VP8Decoder().decodeFrame(ByteBuffer.wrap(sample), planes);
        if (picture == null) {
            throw new IllegalStateException("no picture");
        }
        return picture;
    }

    /**
     * The parameter sets of an {@code avcC} record and the NAL units of a sample, each behind its length (ISO/IEC 14496-15 §5.3).
     * JCodec by itself looks for start codes, and does not take the sets from the record.
     */
    private static List<ByteBuffer> units(byte[] record, byte[] sample) {
        var units = new ArrayList<ByteBuffer>();
        ByteBuffer sets = ByteBuffer.wrap(record).position(5);
        for (int mask : new int[] {31, 255}) {
            for (int count = sets.get() & mask; count > 0; count--) {
                units.add(unit(sets, 2));
            }
        }
        ByteBuffer coded = ByteBuffer.wrap(sample);
        int lengthBytes = (record[4] & 3) + 1;
        while (coded.remaining() > lengthBytes) {
            units.add(unit(coded, lengthBytes));
        }
        return units;
    }

    private static ByteBuffer unit(ByteBuffer in, int lengthBytes) {
        int length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            length = length << 8 | in.get() & 0xff;
        }
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException("a NAL unit ends outside its frame");
        }
        ByteBuffer unit = in.slice(in.position(), length);
        in.position(in.position() + length);
        return unit;
    }

    private static BufferedImage toImage(Picture picture, int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        byte[][] planes = picture.getData();
        int lumaStride = picture.getPlaneWidth(0);
        int chromaStride = picture.getPlaneWidth(1);
        int left = picture.getCrop() == null ? 0 : picture.getCrop().getX();
        int top = picture.getCrop() == null ? 0 : picture.getCrop().getY();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int luma = planes[0][(y + top) * lumaStride + x + left];
                int chroma = (y + top) / 2 * chromaStride + (x + left) / 2;
                image.setRGB(x, y, rgb(luma, planes[1][chroma], planes[2][chroma]));
            }
        }
        return image;
    }

    /** BT.601, limited range. JCodec keeps its samples signed, 128 below their value. */
    private static int rgb(int luma, int cb, int cr) {
        int scaled = (luma + 128 - 16) * 298;
        int red = clip(scaled + 409 * cr + 128 >> 8);
        int green = clip(scaled - 100 * cb - 208 * cr + 128 >> 8);
        int blue = clip(scaled + 516 * cb + 128 >> 8);
        return red << 16 | green << 8 | blue;
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
