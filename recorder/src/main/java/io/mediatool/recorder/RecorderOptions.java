package io.mediatool.recorder;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.mp4.Mp4Layout;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to record into.
 *
 * @param file the file, or with {@code segment} the pattern of the files: {@code talk.mp4} gives {@code talk-001.mp4},
 *     {@code talk-002.mp4} …; a name with {@code %} is filled with the UTC wall clock of the segment's first frame:
 *     {@code %Y %m %d %H %M %S}, {@code %s} (seconds since 1970), {@code %i} (number, three digits) and {@code %%}
 * @param layout what the file is when it is finished
 * @param overwrite whether a file that is there already may be replaced
 * @param reorder how long a packet may be held back for those missing before it, 0 to 60 s
 * @param segment cut at the first video key frame after this time (sound alone: at any frame); null: one file
 * @param newFileOnChange whether a change of resolution or parameter sets starts a new file, at its key frame; else it stays
 *     in the same file and track
 * @param sync whether every fragment is forced to the disk, against power cuts; else the operating system decides when
 * @param gather how long the loop may let datagrams wait to take several in one go ({@link
 *     EventLoop#gather}), while sender reports align all tracks and packets may be reordered by 100 ms or
 *     more; zero where the loop does anything but record
 */
public record RecorderOptions(
        Path file,
        Mp4Layout layout,
        boolean overwrite,
        Duration reorder,
        @Nullable Duration segment,
        boolean newFileOnChange,
        boolean sync,
        Duration gather) {

    private static final long LEAST_REORDER_NS = 100_000_000L;

    public RecorderOptions {
        if (reorder.isNegative() || reorder.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("reorder must be 0 to 60 s: " + reorder);
        }
        if (gather.isNegative() || gather.toNanos() > EventLoop.MAX_GATHER_NS) {
            throw new IllegalArgumentException("gather must be 0 to 1 s: " + gather);
        }
        if (segment != null && segment.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a segment must be at least 1 s: " + segment);
        }
    }

    /** One hybrid file, 200 ms of reordering, nothing overwritten. */
    public static RecorderOptions defaults(Path file) {
        return new RecorderOptions(
                file, Mp4Layout.HYBRID, false, Duration.ofMillis(200), null, false, false, Duration.ZERO);
    }

    public RecorderOptions withLayout(Mp4Layout value) {
        return new RecorderOptions(file, value, overwrite, reorder, segment, newFileOnChange, sync, gather);
    }

    public RecorderOptions withOverwrite(boolean value) {
        return new RecorderOptions(file, layout, value, reorder, segment, newFileOnChange, sync, gather);
    }

    public RecorderOptions withReorder(Duration value) {
        return new RecorderOptions(file, layout, overwrite, value, segment, newFileOnChange, sync, gather);
    }

    public RecorderOptions withSegment(@Nullable Duration value) {
        return new RecorderOptions(file, layout, overwrite, reorder, value, newFileOnChange, sync, gather);
    }

    public RecorderOptions withNewFileOnChange(boolean value) {
        return new RecorderOptions(file, layout, overwrite, reorder, segment, value, sync, gather);
    }

    public RecorderOptions withSync(boolean value) {
        return new RecorderOptions(file, layout, overwrite, reorder, segment, newFileOnChange, value, gather);
    }

    public RecorderOptions withGather(Duration value) {
        return new RecorderOptions(file, layout, overwrite, reorder, segment, newFileOnChange, sync, value);
    }

    /** What is left of {@link #gather} beside {@link #reorder}: who wants packets soon wants them at once. */
    long gatherNs() {
        long reorderNs = reorder.toNanos();
        return reorderNs < LEAST_REORDER_NS ? 0 : Math.min(gather.toNanos(), reorderNs / 5 * 2);
    }
}
