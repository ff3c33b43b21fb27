package io.mediatool.recorder;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recording came to.
 *
 * @param files the files written, oldest first; empty when no frame came
 * @param firstFrameAt wall-clock time of the first frame: the sender's by RTCP where that is plausible, else ours at its
 *     arrival; null when no frame came
 * @param durationNs from the start of the earliest track to the end of the latest, over all files
 * @param bytes size of all files
 * @param tracks one for each track and codec that sent a frame
 * @param failure why the recording ended early, in one line; null when all went well
 */
public record RecordingSummary(
        List<Path> files,
        @Nullable Instant firstFrameAt,
        long durationNs,
        long bytes,
        List<TrackSummary> tracks,
        @Nullable String failure) {

    public RecordingSummary {
        files = List.copyOf(files);
        tracks = List.copyOf(tracks);
    }
}
