package io.mediatool.core.audio.aac;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.aac.AdtsReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg's encoder made: 44.1 kHz with 440 Hz left and 1000 Hz right, amplitude 0.5; 48 kHz, 5.1 with 300 left, 500 right, 700 centre, 50 low,
 * 1100 and 1300 behind, 0.4.
 */
public final class AacSines {
    private final List<byte[]> frames = new ArrayList<>();
    private @Nullable DecoderConfig config;

    private AacSines(String name) {
        try (InputStream in = Objects.requireNonNull(AacSines.class.getResourceAsStream(name), name)) {
            byte[] all = in.readAllBytes();
            new AdtsReader().read(all, 0, all.length, (data, decoderConfig, samples) -> {
                frames.add(data);
                config = decoderConfig;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static AacSines stereo() {
        return new AacSines("sines-44100-stereo.aac");
    }

    public static AacSines surround() {
        return new AacSines("sines-48000-51.aac");
    }

    public List<byte[]> frames() {
        return frames;
    }

    public DecoderConfig config() {
        return Objects.requireNonNull(config);
    }
}
