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
        int sampleSizeBits) {}
