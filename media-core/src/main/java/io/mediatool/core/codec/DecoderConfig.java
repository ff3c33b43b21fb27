package io.mediatool.core.codec;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a decoder must know before the first frame, in the form that ISO BMFF stores it. Two configs are equal when a
 * decoder would notice no difference; a change in mid-stream is a new instance that is not equal.
 *
 * @param codec whose configuration this is
 * @param record the payload of the configuration box, without box header: avcC (ISO/IEC 14496-15), hvcC, vpcC with its
 *     version and flags (VP codec ISO binding v1), av1C, dOps; for AAC the AudioSpecificConfig (ISO/IEC 14496-3); empty
 *     for G.711, G.722 and L16. Owned: nobody changes it
 * @param width coded picture width after cropping, in pixels; 0 for audio
 * @param height likewise
 * @param sampleRate audio samples a second (G.722: 16000), 0 for video
 * @param channels audio channels, 0 for video
 * @param reorderDepth how many frames may come after one, in decoding order, and be shown before it; 0 without B-frames
 */
public record DecoderConfig(
        Codec codec, byte[] record, int width, int height, int sampleRate, int channels, int reorderDepth) {

    public static DecoderConfig video(Codec codec, byte[] record, int width, int height, int reorderDepth) {
        return new DecoderConfig(codec, record, width, height, 0, 0, reorderDepth);
    }

    public static DecoderConfig audio(Codec codec, byte[] record, int sampleRate, int channels) {
        return new DecoderConfig(codec, record, 0, 0, sampleRate, channels, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecoderConfig that
                && codec == that.codec
                && width == that.width
                && height == that.height
                && sampleRate == that.sampleRate
                && channels == that.channels
                && reorderDepth == that.reorderDepth
                && Arrays.equals(record, that.record);
    }

    @Override
    public int hashCode() {
        return 31 * codec.hashCode() + Arrays.hashCode(record);
    }

    @Override
    public String toString() {
        return codec.label()
                + (codec.kind() == MediaKind.VIDEO ? " " + width + "x" + height : " " + sampleRate + "/" + channels)
                + " " + HexFormat.of().formatHex(record);
    }
}
