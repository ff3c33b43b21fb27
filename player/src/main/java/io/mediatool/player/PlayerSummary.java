package io.mediatool.player;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was played.
 *
 * @param files the list
 * @param durationNs media time played, all rounds together
 * @param loops rounds begun
 * @param tracks what was sent of each
 * @param failure why it ended early, in one line; null at the regular end and after {@link Player#stop}
 */
public record PlayerSummary(
        List<Path> files,
        long durationNs,
        int loops,
        List<PlayerTrackSummary> tracks,
        @Nullable String failure) {

    public PlayerSummary {
        files = List.copyOf(files);
        tracks = List.copyOf(tracks);
    }
}
