package io.mediatool.cli.rooms;

import io.mediatool.recorder.file.RecordedFile;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a work.
 *
 * @param stream which it is about; empty for all of it
 * @param detail a line: the file, the trouble, the reason of the end
 * @param file what is in a file that is complete; else null
 */
public record WorkEvent(
        Type type,
        Work.Kind kind,
        String id,
        String room,
        String stream,
        String detail,
        @Nullable RecordedFile file) {

    WorkEvent(Type type, Work.Kind kind, String id, String room, String stream, String detail) {
        this(type, kind, id, room, stream, detail, null);
    }

    /** What happened. */
    public enum Type {
        STARTED,
        /** A file has its first frame. */
        FILE_STARTED,
        /** A file is complete. */
        FILE_FINISHED,
        PAUSED,
        RESUMED,
        /** A player goes on elsewhere. */
        SEEKED,
        /** Something else about it is otherwise now. */
        CHANGED,
        /** Something is not as it should be, and the work goes on. Rate-limited. */
        WARNING,
        /** It is over as it should be. */
        ENDED,
        /** It is over because of an error. */
        FAILED
    }

    /** As in {@code recording-file-started}. */
    public String word() {
        return kind.word() + "-" + type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Called on any thread; must not wait. */
    public interface Listener {
        void onEvent(WorkEvent event);
    }
}
