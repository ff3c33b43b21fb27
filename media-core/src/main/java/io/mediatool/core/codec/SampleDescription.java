package io.mediatool.core.codec;

/**
 * A sample entry of ISO/IEC 14496-12 §8.5.2, without the box syntax, which is the MP4 layer's.
 *
 * @param type four characters: {@code avc1}, {@code Opus}
 * @param configType the configuration box inside: {@code avcC}, {@code esds}; empty when there is none ({@code ulaw})
 * @param config payload of that box, without its header ({@code esds}: with version, flags and descriptors)
 * @param width visual entries, else 0
 * @param height likewise
 * @param sampleRate audio entries, else 0
 * @param channels likewise
 * @param sampleSizeBits audio entries: bits of one sample (16), else 0
 */
public record SampleDescription(
        String type,
        String configType,
        byte[] config,
        int width,
        int height,
        int sampleRate,
        int channels,
        int sampleSizeBits) {

    /** Of pictures as {@code config} says, whose record is the payload of {@code configType}. */
    public static SampleDescription video(String type, String configType, DecoderConfig config) {
        return new SampleDescription(type, configType, config.record(), config.width(), config.height(), 0, 0, 0);
    }

    /** Of sound as {@code config} says, in samples of 16 bits. */
    public static SampleDescription audio(String type, String configType, byte[] payload, DecoderConfig config) {
        return new SampleDescription(type, configType, payload, 0, 0, config.sampleRate(), config.channels(), 16);
    }
}
