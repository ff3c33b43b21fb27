package io.mediatool.core.mp4;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What finishing or repairing a file came to.
 *
 * @param state what the file is now
 * @param changed false when there was nothing to do
 * @param sizeBytes the file's size now
 * @param cutBytes bytes of torn or unfinished boxes that were cut off its end
 * @param durationNs from the movie's start to the end of the last sample kept
 * @param cutNs media time that went with the bytes cut, as far as their index could still be read; else 0
 * @param tracks what each track holds now
 * @param failure why the file could not be made ordinary (a full disk) and stays fragmented, or why fragments before it
 *     are missing; null when all went well
 */
public record Mp4Summary(
        Mp4State state,
        boolean changed,
        long sizeBytes,
        long cutBytes,
        long durationNs,
        long cutNs,
        List<Mp4TrackSummary> tracks,
        @Nullable IOException failure) {

    public Mp4Summary {
        tracks = List.copyOf(tracks);
    }
}
