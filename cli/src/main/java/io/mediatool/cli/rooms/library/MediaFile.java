package io.mediatool.cli.rooms.library;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One file of the media directory.
 *
 * @param name relative to the directory, with {@code /}
 * @param facts what is known of what is in it
 * @param isPlaying whether it is being played into a room
 */
public record MediaFile(String name, long sizeBytes, Instant modifiedAt, State state, Facts facts, boolean isPlaying) {

    /** How it is. */
    public enum State {
        /** It is being written, and grows. */
        RECORDING,
        COMPLETE,
        /** Its recording broke off with an error. */
        FAILED,
        /** After a crash. */
        REPAIRED,
        /** Begun, not completed, and nobody of this server writes it. */
        UNFINISHED,
        /** No MP4. */
        UNREADABLE;

        /** In reports. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is in it, from what stands beside it or else from itself.
     *
     * @param state as far as the files tell
     * @param room empty for what was not recorded in one
     * @param stream empty where that is not known
     * @param recording the id of the recording that made it; empty likewise
     * @param startedAt null where that is not known
     * @param durationSeconds negative where that is not known
     */
    public record Facts(
            State state,
            String room,
            String stream,
            String recording,
            @Nullable Instant startedAt,
            double durationSeconds) {}
}
