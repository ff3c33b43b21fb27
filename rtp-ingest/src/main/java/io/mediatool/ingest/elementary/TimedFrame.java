package io.mediatool.ingest.elementary;

import io.mediatool.core.codec.MediaFrame;

/**
 * A frame with its times. {@link MediaFrame#timestamp()} counts {@code clockRate}: 90000 for video, the sample rate for
 * audio, on the same zero for all streams of one program.
 *
 * @param frame as an MP4 sample
 * @param clockRate Hz
 * @param pts presentation time in 1/90000 s, unwrapped
 * @param dts decoding time in 1/90000 s, at most {@code pts}
 * @param discontinuity whether the stream's clock jumped before this frame: its times stand in no relation to earlier ones
 */
public record TimedFrame(MediaFrame frame, int clockRate, long pts, long dts, boolean discontinuity) {}
