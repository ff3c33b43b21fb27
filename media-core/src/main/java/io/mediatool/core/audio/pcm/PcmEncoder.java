package io.mediatool.core.audio.pcm;

import io.mediatool.core.audio.AudioEncoder;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.codec.Codec;

/** PCMU and PCMA, and for G.722 the L16 that its packetizer takes: one channel, 20 ms. */
public final class PcmEncoder implements AudioEncoder {
    private final Codec codec;
    private final int rate;

    /** @param codec PCMU, PCMA or G722 */
    public PcmEncoder(Codec codec) {
        this.codec = codec;
        this.rate = switch (codec) {
            case PCMU, PCMA -> 8_000;
            case G722 -> 16_000;
            default -> throw new IllegalArgumentException("not made here: " + codec);
        };
    }

    @Override
    public int sampleRate() {
        return rate;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int frameSamples() {
        return rate / 50;
    }

    /** G.722's filters are late by 22 samples, encoder and decoder together (ITU-T G.722 §1.4.1: 1.375 ms). */
    @Override
    public int delaySamples() {
        return codec == Codec.G722 ? 22 : 0;
    }

    @Override
    public byte[] encode(float[][] planes) {
        float[] plane = planes[0];
        int length = frameSamples();
        byte[] frame = new byte[codec == Codec.G722 ? 2 * length : length];
        for (int i = 0; i < length; i++) {
            int sample = Sound.to16(plane[i]);
            switch (codec) {
                case PCMU -> frame[i] = (byte) G711.toMu(sample);
                case PCMA -> frame[i] = (byte) G711.toA(sample);
                default -> {
                    frame[2 * i] = (byte) (sample >> 8);
                    frame[2 * i + 1] = (byte) sample;
                }
            }
        }
        return frame;
    }
}
