package io.mediatool.cli.run;

import io.mediatool.core.server.IncomingStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Sound that is made into another codec waits for a thread, a second of it on a busy machine: when a stream ends, its last is still to come. For the
 * loop's thread.
 */
final class Unfinished {
    /** Whoever is further behind loses his place: a run must end. */
    static final long PATIENCE_NS = 5_000_000_000L;

    private final List<IncomingStream> streams = new ArrayList<>();
    private long sinceNs = Long.MIN_VALUE;

    /** A stream from which others may be made. */
    void add(IncomingStream stream) {
        streams.removeIf(each -> each.isEnded() && !isMade(each));
        streams.add(stream);
    }

    /** Whether to wait, now that every stream has ended: while something of one is being made, for a while. */
    boolean isAwaited(long nowNs) {
        sinceNs = sinceNs == Long.MIN_VALUE ? nowNs : sinceNs;
        return nowNs - sinceNs < PATIENCE_NS && streams.stream().anyMatch(Unfinished::isMade);
    }

    private static boolean isMade(IncomingStream stream) {
        return stream.tracks().stream()
                .anyMatch(track -> !track.renditions().running().isEmpty());
    }
}
