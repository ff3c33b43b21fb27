package io.mediatool.core.audio.opus;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.mediatool.core.audio.AudioEncoder;
import io.mediatool.core.audio.Sound;
import java.util.Arrays;

/** Opus in frames of 20 ms. */
public final class OpusSoundEncoder implements AudioEncoder {
    private static final int RATE = 48_000;
    private static final int FRAME = RATE / 50;
    /** Measured: above this it takes half as long again, and nobody hears why. */
    private static final int COMPLEXITY = 5;
    /** Enough for music (RFC 7587 §3.1.1). */
    private static final int BITS_PER_SECOND_MONO = 64_000;

    private static final int BITS_PER_SECOND_STEREO = 96_000;
    private static final int MAX_BYTES = 1_275;

    private final int channels;
    private final short[] samples;
    private final byte[] packet = new byte[MAX_BYTES];
    private final OpusEncoder encoder;

    /** @param channels 1 or 2 */
    public OpusSoundEncoder(int channels) {
        this.channels = channels;
        this.samples = new short[FRAME * channels];
        try {
            encoder = new OpusEncoder(RATE, channels, OpusApplication.OPUS_APPLICATION_AUDIO);
        } catch (OpusException e) {
            throw new IllegalStateException("48 kHz and two channels are always encoded", e);
        }
        encoder.setComplexity(COMPLEXITY);
        encoder.setBitrate(channels == 1 ? BITS_PER_SECOND_MONO : BITS_PER_SECOND_STEREO);
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int frameSamples() {
        return FRAME;
    }

    @Override
    public int delaySamples() {
        return encoder.getLookahead();
    }

    @Override
    public byte[] encode(float[][] planes) {
        for (int i = 0, at = 0; i < FRAME; i++) {
            for (int channel = 0; channel < channels; channel++) {
                samples[at++] = Sound.to16(planes[channel][i]);
            }
        }
        try {
            int length = encoder.encode(samples, 0, FRAME, packet, 0, packet.length);
            return Arrays.copyOf(packet, length);
        } catch (OpusException e) {
            throw new IllegalStateException("any samples can be encoded", e);
        }
    }
}
