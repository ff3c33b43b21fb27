package io.mediatool.core.mp4;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a file.
 *
 * @param majorBrand four characters, empty when the file has no {@code ftyp}
 * @param compatibleBrands likewise
 * @param state how its samples are indexed
 * @param torn whether its end is missing or cannot be read
 * @param sizeBytes file size
 * @param tornBytes bytes behind the last whole box or fragment
 * @param createdAt of the movie header, null when unset; our own files: the wall clock of the movie's start, exact where
 *     they say so
 * @param durationNs of the longest track, its start included
 * @param tracks its sound and picture tracks
 * @param otherTracks how many tracks of other kinds there are
 */
public record Mp4Info(
        String majorBrand,
        List<String> compatibleBrands,
        Mp4State state,
        boolean torn,
        long sizeBytes,
        long tornBytes,
        @Nullable Instant createdAt,
        long durationNs,
        List<Mp4TrackSummary> tracks,
        int otherTracks) {

    public Mp4Info {
        compatibleBrands = List.copyOf(compatibleBrands);
        tracks = List.copyOf(tracks);
    }
}
