package io.mediatool.recorder.file;

import io.mediatool.core.codec.DecoderConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that is complete, and what it holds.
 *
 * @param path where it is
 * @param startedAt wall-clock time of its movie's start: the sender's by RTCP where that is plausible, else ours; null when nothing
 *     is in it
 * @param durationNs from its movie's start to the end of the last frame
 * @param bytes its size
 * @param tracks of the file
 * @param failure why it is not whole, or not as asked for, in one line; null when all is well
 */
public record RecordedFile(
        Path path,
        @Nullable Instant startedAt,
        long durationNs,
        long bytes,
        List<Track> tracks,
        @Nullable String failure) {
    /** Further gaps of a file are counted, not told one by one. */
    public static final int MAX_GAPS = 1000;

    public RecordedFile {
        tracks = List.copyOf(tracks);
    }

    /**
     * What it holds of one track.
     *
     * @param id the track's name in the recording
     * @param stream the name of the stream that it is of
     * @param config of its newest frames
     * @param startNs of its first frame, from the movie's start
     * @param durationNs from there to the end of its last
     * @param lost packets that are missing in it
     * @param gaps oldest first, {@value #MAX_GAPS} at most
     * @param gapCount how many there are
     */
    public record Track(
            String id,
            String stream,
            DecoderConfig config,
            long startNs,
            long durationNs,
            long frames,
            long keyFrames,
            long bytes,
            long lost,
            List<Gap> gaps,
            long gapCount) {
        public Track {
            gaps = List.copyOf(gaps);
        }
    }

    /**
     * Where something is missing, or nothing came for a second or more.
     *
     * @param startNs where it begins, from the movie's start
     * @param lengthNs 0 where a frame is damaged and none is missing
     * @param lost packets; 0 where none was sent
     */
    public record Gap(long startNs, long lengthNs, long lost) {}
}
