package io.mediatool.core.audio.pcm;

import io.mediatool.core.audio.AudioDecoder;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;

/** PCMU, PCMA and L16, as many channels as there are. */
public final class PcmDecoder implements AudioDecoder {
    private final DecoderConfig config;
    private final float[] table;

    public PcmDecoder(DecoderConfig config) {
        this.config = config;
        this.table = switch (config.codec()) {
            case L16 -> new float[0];
            case PCMU, PCMA -> table(config.codec() == Codec.PCMU);
            default -> throw new IllegalArgumentException("not PCM: " + config.codec());
        };
    }

    private static float[] table(boolean mu) {
        float[] table = new float[256];
        for (int code = 0; code < 256; code++) {
            table[code] = (mu ? G711.ofMu(code) : G711.ofA(code)) / Sound.FULL_SCALE;
        }
        return table;
    }

    @Override
    public Sound decode(byte[] frame) throws MalformedException {
        int channels = config.channels();
        if (frame.length < channels * (table.length == 0 ? 2 : 1)) {
            throw new MalformedException("pcm: less than one sample", 0);
        }
        if (table.length == 0) {
            return Sound.of(frame, channels, config.sampleRate());
        }
        float[][] planes = new float[channels][frame.length / channels];
        for (int i = 0, at = 0; i < planes[0].length; i++) {
            for (int channel = 0; channel < channels; channel++) {
                planes[channel][i] = table[frame[at++] & 0xff];
            }
        }
        return new Sound(planes, config.sampleRate());
    }
}
