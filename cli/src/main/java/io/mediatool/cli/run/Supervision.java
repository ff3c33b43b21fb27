package io.mediatool.cli.run;

import io.mediatool.core.loop.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at a run five times a second, on its loop, and ends it for the first reason that is found. */
final class Supervision {
    private static final long INTERVAL_NS = 200_000_000L;

    private final EventLoop loop;
    private final Check check;
    private final CompletableFuture<StopReason> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> hurried = new CompletableFuture<>();

    /** Looks at the run. */
    interface Check {
        /** Why the run should end now, or null. Also the place to refresh the status line. */
        @Nullable StopReason look(long nowNs);
    }

    Supervision(EventLoop loop, Check check) {
        this.loop = loop;
        this.check = check;
    }

    /** Starts looking; from any thread. */
    void start() {
        loop.execute(() -> tick(loop.nowNs()));
    }

    /** Ctrl-C ends the run; where it is ending already, that shall wait for nothing any more. From any thread. */
    void onSignal() {
        if (!stopped.complete(StopReason.INTERRUPTED)) {
            hurried.complete(null);
        }
    }

    /** Done when the end of the run shall wait for nothing any more. */
    CompletableFuture<Void> hurried() {
        return hurried;
    }

    /** Blocks until the run is to end. */
    StopReason await() {
        return stopped.join();
    }

    private void tick(long nowNs) {
        if (stopped.isDone()) {
            return;
        }
        StopReason reason = check.look(nowNs);
        if (reason == null) {
            loop.schedule(nowNs + INTERVAL_NS, this::tick);
        } else {
            stopped.complete(reason);
        }
    }
}
