package io.mediatool.core.mp4;

/**
 * One sample of one track.
 *
 * @param trackId the track, as {@code addTrack} or {@code Mp4Track.id} gave it
 * @param dts decoding time on the movie's clock, in units of the track's timescale. The movie starts at 0; samples that
 *     only prime a decoder may lie before it. Never goes back within a track
 * @param ctsOffset presentation time less decoding time, in the same units; may be negative
 * @param duration in the same units, at least 0. For the writer a hint that only counts for the last sample before a
 *     flush or the end: everywhere else a sample lasts until the next one's dts
 * @param sync whether decoding can start here
 * @param description index from 0 into the track's sample descriptions
 * @param data the coded sample; owned by the sample, changed by nobody
 */
public record Mp4Sample(
        int trackId, long dts, int ctsOffset, long duration, boolean sync, int description, byte[] data) {

    /** Presentation time in units of the track's timescale. */
    public long pts() {
        return dts + ctsOffset;
    }
}
