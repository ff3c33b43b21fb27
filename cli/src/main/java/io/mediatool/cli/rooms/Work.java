package io.mediatool.cli.rooms;

import io.mediatool.core.server.Room;
import io.mediatool.recorder.file.RecordedFile;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A recording, player, ingest or forward. Any thread. */
public abstract class Work {
    private final Terms terms;
    private final Kind kind;
    private final Instant startedAt;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final CompletableFuture<Work> over = new CompletableFuture<>();

    /** What it is. */
    public enum Kind {
        RECORDING,
        PLAYER,
        INGEST,
        FORWARD;

        /** In events and reports. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** In paths. */
        public String plural() {
            return word() + "s";
        }
    }

    /** How it is. */
    public enum State {
        /** Nothing to do yet. */
        WAITING,
        RUNNING,
        PAUSED,
        ENDED,
        FAILED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record End(boolean failed, String detail, Instant at) {}

    /**
     * What all works need.
     *
     * @param events told by any thread
     */
    record Terms(String id, Room room, InstantSource clock, WorkEvent.Listener events) {}

    Work(Kind kind, Terms terms) {
        this.kind = kind;
        this.terms = terms;
        this.startedAt = terms.clock.instant();
    }

    public final String id() {
        return terms.id;
    }

    public final Kind kind() {
        return kind;
    }

    public final String roomName() {
        return terms.room.name();
    }

    final Room room() {
        return terms.room;
    }

    final InstantSource clock() {
        return terms.clock;
    }

    public final boolean isOver() {
        return end.get() != null;
    }

    public final State state() {
        End known = end.get();
        return known == null ? going() : known.failed ? State.FAILED : State.ENDED;
    }

    /** Its state while it is not over. */
    abstract State going();

    /** Adds what is special to this kind: what was asked for and how far it is. */
    abstract void describe(Map<String, Object> report);

    /** Adds how far it is, in numbers that change all the time. */
    abstract void measure(Map<String, Object> progress);

    /** Does something else, or otherwise; completes when it does. Refused when it cannot. */
    public CompletionStage<Void> change(Order.Change change) throws RefusedWorkException {
        throw new RefusedWorkException(
                405, "there is nothing to be changed about an " + kind.word() + ": end it and begin another");
    }

    /** The files that it reads or writes now. */
    Set<Path> files() {
        return Set.of();
    }

    /** Takes the time to look how things are; each second, on a thread that may wait. */
    void look() {}

    /** Lets go of everything; completes when its files are complete and its sockets closed. Called once. */
    abstract CompletionStage<Void> stop();

    /** Which it is and how far, in short. */
    public final Map<String, Object> progress() {
        var progress = new LinkedHashMap<String, Object>();
        progress.put("id", id());
        progress.put("kind", kind.word());
        progress.put("room", roomName());
        progress.put("state", state().word());
        measure(progress);
        return progress;
    }

    /** What it is and how far: texts, numbers, truths, lists and maps of them. */
    public final Map<String, Object> report() {
        var report = new LinkedHashMap<String, Object>();
        report.put("id", id());
        report.put("kind", kind.word());
        report.put("room", roomName());
        report.put("state", state().word());
        report.put("startedAt", startedAt.truncatedTo(ChronoUnit.MILLIS).toString());
        End known = end.get();
        if (known != null) {
            report.put("endedAt", known.at.truncatedTo(ChronoUnit.MILLIS).toString());
            report.put("detail", known.detail);
        }
        describe(report);
        return report;
    }

    /** Ends it; completes when it is over. Harmless when repeated. */
    public final CompletionStage<Work> end(String reason) {
        finish(false, reason);
        return over.copy();
    }

    /** It is at its end by itself. */
    final void ended(String reason) {
        finish(false, reason);
    }

    /** It cannot go on. */
    final void failed(String line) {
        finish(true, line);
    }

    private void finish(boolean failed, String detail) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        CompletionStage<Void> unused = stop().handle((done, bug) -> {
            String line = bug == null ? detail : "internal error: " + bug;
            boolean bad = failed || bug != null;
            end.set(new End(bad, line, terms.clock.instant()));
            tell(bad ? WorkEvent.Type.FAILED : WorkEvent.Type.ENDED, "", line);
            over.complete(this);
            return null;
        });
    }

    final boolean isStopping() {
        return stopping.get();
    }

    final void tell(WorkEvent.Type type, String stream, String detail) {
        terms.events.onEvent(new WorkEvent(type, kind, id(), roomName(), stream, detail));
    }

    /** A file is complete. */
    final void tell(String stream, String name, RecordedFile file) {
        terms.events.onEvent(new WorkEvent(WorkEvent.Type.FILE_FINISHED, kind, id(), roomName(), stream, name, file));
    }

    /** Does {@code task} on the room's loop; at once when that is closed, for then nothing disturbs it. */
    final CompletionStage<Void> onLoop(Runnable task) {
        if (room().loop().inLoop()) {
            task.run();
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean open = room().loop().tryExecute(() -> {
            try {
                task.run();
            } finally {
                done.complete(null);
            }
        });
        if (!open) {
            task.run();
            done.complete(null);
        }
        return done;
    }

    static double seconds(long ns) {
        return Math.round(ns / 1e6) / 1e3;
    }
}
