package io.mediatool.core.codec;

import org.jspecify.annotations.Nullable;

/**
 * One coded frame (access unit, audio frame) as an MP4 sample holds it: H.264/H.265 as NAL units with 4-byte lengths, AV1
 * as OBUs with sizes and without temporal delimiters, VP8/VP9/Opus/AAC as they are, PCM as it came on the wire.
 * Immutable by agreement and free to cross threads.
 *
 * @param data the sample; owned by the frame, changed by nobody
 * @param timestamp presentation time in units of the track's clock rate, 64 bits, never wrapping
 * @param duration in the same units where the codec itself knows it (audio), else 0
 * @param keyFrame whether decoding can start here; true for every audio frame
 * @param config what its decoder needs, the same instance while nothing changes; null until the stream has told it
 * @param damaged whether packets of it are known to be missing. Such a frame is whole enough to store
 */
public record MediaFrame(
        byte[] data,
        long timestamp,
        int duration,
        boolean keyFrame,
        @Nullable DecoderConfig config,
        boolean damaged) {}
