package io.mediatool.recorder.file;

import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.Mp4TrackSummary;
import java.util.HashMap;
import java.util.Map;

/** What the finished files of a recording hold, together; after a full disk less than what was handed to them. */
public final class Written {
    private final Map<Integer, Kept> tracks = new HashMap<>();
    private long bytes;
    private long durationNs;

    /**
     * What the files hold of one track.
     *
     * @param frames number of samples
     * @param keyFrames how many of them decoding can start at
     * @param bytes sum of their sizes
     * @param durationNs sum over the files
     */
    public record Kept(long frames, long keyFrames, long bytes, long durationNs) {
        static final Kept NOTHING = new Kept(0, 0, 0, 0);

        private Kept plus(Mp4TrackSummary more) {
            return new Kept(
                    frames + more.samples(),
                    keyFrames + more.syncSamples(),
                    bytes + more.mediaBytes(),
                    durationNs + more.durationNs());
        }
    }

    /** Counts a finished file, whose track {@code id} is the recording's track {@code numbers.get(id)}. */
    void add(Mp4Summary file, Map<Integer, Integer> numbers) {
        bytes += file.sizeBytes();
        durationNs += file.durationNs();
        for (Mp4TrackSummary track : file.tracks()) {
            Integer number = numbers.get(track.track().id());
            if (number != null) {
                tracks.merge(number, Kept.NOTHING.plus(track), (before, more) -> before.plus(track));
            }
        }
    }

    /** Size of all files. */
    public long bytes() {
        return bytes;
    }

    /** Sum of the files' durations. */
    public long durationNs() {
        return durationNs;
    }

    /** What is in the files of track {@code number}. */
    public Kept of(int number) {
        return tracks.getOrDefault(number, Kept.NOTHING);
    }
}
