package io.mediatool.recorder;

import io.mediatool.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * How far one track is.
 *
 * @param id the track's name as in {@link TrackSummary}
 * @param codec null until a packet told it
 * @param frames handed to the file
 * @param bytes of these
 * @param lost RTP packets missing
 * @param configMissing whether frames have come, but nothing that tells how to decode them (parameter sets)
 */
public record TrackProgress(
        String id, @Nullable Codec codec, long frames, long bytes, long lost, boolean configMissing) {}
