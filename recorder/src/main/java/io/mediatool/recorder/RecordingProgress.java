package io.mediatool.recorder;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a recording is; brought up to date a few times a second.
 *
 * @param durationNs media time recorded
 * @param fileBytes bytes written to files so far
 * @param file the file being written, null before the first frame
 * @param tracks those that are recorded, also before their first frame
 * @param lastFrameNs monotonic time of the newest frame's arrival; {@link Long#MIN_VALUE} before the first
 */
public record RecordingProgress(
        long durationNs, long fileBytes, @Nullable Path file, List<TrackProgress> tracks, long lastFrameNs) {

    public RecordingProgress {
        tracks = List.copyOf(tracks);
    }
}
