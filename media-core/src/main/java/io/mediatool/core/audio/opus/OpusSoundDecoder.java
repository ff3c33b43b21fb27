package io.mediatool.core.audio.opus;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.bits.MalformedException;

/** Opus, one or two channels, at 48 kHz. */
public final class OpusSoundDecoder implements AudioDecoder {
    private static final int RATE = 48_000;
    /** 120 ms (RFC 6716 §2.1.4). */
    private static final int MAX_SAMPLES = 5_760;

    private final int channels;
    private final short[] samples;
    private OpusDecoder decoder;

    /** @param channels 1 or 2, whatever the packets have */
    public OpusSoundDecoder(int channels) {
        this.channels = channels;
        this.samples = new short[MAX_SAMPLES * channels];
        this.decoder = open();
    }

    private OpusDecoder open() {
        try {
            return new OpusDecoder(RATE, channels);
        } catch (OpusException e) {
            throw new IllegalStateException("48 kHz and two channels are always decoded", e);
        }
    }

    @Override
    public Sound decode(byte[] frame) throws MalformedException {
        if (frame.length == 0) {
            throw new MalformedException("opus: an empty packet", 0);
        }
        try {
            int length = decoder.decode(frame, 0, frame.length, samples, 0, MAX_SAMPLES, false);
            return Sound.of(samples, length, channels, RATE);
        } catch (OpusException | RuntimeException e) {
            // Concentus trusts what it reads; what is left of the decoder is not to be trusted.
            decoder = open();
            throw new MalformedException("opus: a packet that cannot be decoded", -1);
        }
    }
}
