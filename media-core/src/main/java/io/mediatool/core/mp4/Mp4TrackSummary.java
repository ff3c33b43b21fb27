package io.mediatool.core.mp4;

/**
 * What one track holds.
 *
 * @param track the track
 * @param samples number of samples
 * @param syncSamples how many of them decoding can start at
 * @param mediaBytes sum of the sample sizes
 * @param startNs first decoding time on the movie's clock
 * @param durationNs from the first sample's decoding time to the end of the last
 */
public record Mp4TrackSummary(
        Mp4Track track, long samples, long syncSamples, long mediaBytes, long startNs, long durationNs) {}
