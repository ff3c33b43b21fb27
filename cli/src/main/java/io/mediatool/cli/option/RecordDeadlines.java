package io.mediatool.cli.option;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a recording ends by itself. */
public final class RecordDeadlines {
    @Option(names = "--duration", paramLabel = "TIME", description = "Stop when this much is recorded.")
    private @Nullable Duration duration;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Exit with 3 when nothing has arrived by then (default ${DEFAULT-VALUE}; 0 waits for ever).",
            defaultValue = "60s")
    private Duration timeout;

    @Option(
            names = "--idle",
            paramLabel = "TIME",
            description = "Stop when nothing has come for this long. Without it a silent source may come back.")
    private @Nullable Duration idle;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    public RecordDeadlines() {}

    /** Nanoseconds to record, or {@link Long#MAX_VALUE}. */
    public long durationNs() {
        return ns(duration);
    }

    /** Nanoseconds to wait for the first frame, or {@link Long#MAX_VALUE}. */
    public long timeoutNs() {
        return timeout.isZero() ? Long.MAX_VALUE : ns(timeout);
    }

    /** Nanoseconds of silence after which to stop, or {@link Long#MAX_VALUE}. */
    public long idleNs() {
        return ns(idle);
    }

    private static long ns(@Nullable Duration duration) {
        return duration == null ? Long.MAX_VALUE : duration.toNanos();
    }
}
