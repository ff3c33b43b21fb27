package io.mediatool.core.mp4;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.SampleDescription;

/**
 * A track to be written.
 *
 * @param kind picture or sound
 * @param timescale units of its times in a second, 1 to 2³¹−1; the RTP clock rate is the natural choice
 * @param first its first sample description, index 0
 * @param language ISO 639-2 in three letters, {@code und} when unknown
 * @param leadIn how far before the movie's start its first dts may lie, in units of the timescale, at least 0. Readers
 *     leave out what is presented before the start (an edit list says so). Tracks with B-frames should have one of the
 *     reordering depth, and composition offsets of 0 and more: FFmpeg (5.1) shows fragments with negative offsets late
 *     by the largest of them, so against the sound, while tables with negative offsets come out right
 */
public record Mp4TrackSpec(MediaKind kind, int timescale, SampleDescription first, String language, long leadIn) {

    public Mp4TrackSpec {
        if (timescale <= 0 || leadIn < 0) {
            throw new IllegalArgumentException("timescale must be positive, lead-in not negative");
        }
        if (!language.matches("[a-z]{3}")) {
            throw new IllegalArgumentException("language must be three letters: " + language);
        }
    }

    /** A track of unknown language without lead-in. */
    public static Mp4TrackSpec of(MediaKind kind, int timescale, SampleDescription first) {
        return new Mp4TrackSpec(kind, timescale, first, "und", 0);
    }
}
