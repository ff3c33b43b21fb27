package io.mediatool.recorder.file;

import io.mediatool.core.codec.DecoderConfig;

/**
 * A frame with all its times, ready for a file.
 *
 * @param track number of its track in the recording
 * @param dts decoding time in ticks of the track's own media time
 * @param pts presentation time likewise
 * @param duration in ticks, a hint for the last one of a file
 * @param lostBefore packets of the track that are missing between the frame before and this one
 * @param sync whether decoding can start here
 * @param config what its decoder needs
 * @param data the sample, changed by nobody
 */
public record TimedSample(
        int track, long dts, long pts, long duration, long lostBefore, boolean sync, DecoderConfig config, byte[] data)
        implements FileOrder {}
