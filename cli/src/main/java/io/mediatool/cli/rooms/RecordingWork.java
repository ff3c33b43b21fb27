package io.mediatool.cli.rooms;

import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.recorder.RecordingSummary;
import io.mediatool.recorder.file.RecordedFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records what is published in a room: a publisher that comes back gets further files. Ends when it is told to, or when none of its
 * files can be written.
 */
final class RecordingWork extends Work implements Room.Listener, Take.Owner {
    /** How many takes that are over are still told of. */
    private static final int REMEMBERED = 50;

    private final Order.Recording order;
    private final Executor threads;
    private final boolean holdsRoom;
    private final Map<IncomingStream, Take> byStream = new LinkedHashMap<>(); // the loop's
    private @Nullable Take together; // the loop's
    private final List<Take> takes = new CopyOnWriteArrayList<>();
    private final Deque<Map<String, Object>> finished = new ArrayDeque<>(); // guarded by itself
    private long finishedCount; // guarded by finished
    private volatile long finishedBytes;
    private volatile boolean held;

    /**
     * @param threads where files are written
     * @param holdsRoom whether the room stays while this records, even when nobody else is there
     * @throws RefusedWorkException when the file names cannot be
     */
    RecordingWork(Terms terms, Order.Recording order, Executor threads, boolean holdsRoom) throws RefusedWorkException {
        super(Kind.RECORDING, terms);
        this.order = order;
        this.threads = threads;
        this.holdsRoom = holdsRoom;
        order.pattern().fill(order.directory(), order.room(), "stream");
    }

    /** On the room's loop. */
    void begin() {
        if (holdsRoom) {
            room().enter();
        }
        room().addListener(this);
    }

    @Override
    public void onStream(Room of, IncomingStream stream) {
        if (isStopping() || !order.streams().isEmpty() && !order.streams().contains(stream.name())) {
            return;
        }
        if (order.pattern().isForEachStream()) {
            Take take = take(stream.name());
            byStream.put(stream, take);
            take.add(stream);
            return;
        }
        Take all = together;
        if (all == null || all.hasFailed()) {
            all = take("");
            together = all;
        }
        all.add(stream);
    }

    /** A pause ends the files; when it goes on there are others, for a file has one clock. */
    @Override
    public CompletionStage<Void> change(Order.Change change) {
        Boolean still = change.paused();
        return onLoop(() -> {
            if (still != null) {
                hold(still);
            }
            if (change.split()) {
                takes.forEach(Take::split);
            }
        });
    }

    private void hold(boolean still) {
        if (held == still || isStopping()) {
            return;
        }
        held = still;
        if (still) {
            room().removeListener(this);
            byStream.clear();
            together = null;
            takes.forEach(take -> ended(take, take.finish()));
        } else {
            room().addListener(this);
        }
        tell(still ? WorkEvent.Type.PAUSED : WorkEvent.Type.RESUMED, "", "");
    }

    private Take take(String stream) {
        try {
            var pattern = order.pattern().fill(order.directory(), order.room(), stream);
            Take take = new Take(this, stream, pattern, order, new InOrder(threads), this);
            takes.add(take);
            return take;
        } catch (RefusedWorkException e) {
            throw new IllegalStateException("names of streams are harmless, and the rest was checked", e);
        }
    }

    @Override
    public void onStreamGone(Room of, IncomingStream stream) {
        Take take = byStream.remove(stream);
        if (take != null) {
            ended(take, take.stop());
        }
    }

    private CompletionStage<Void> ended(Take take, CompletionStage<RecordingSummary> recorded) {
        return recorded.handle((RecordingSummary done, Throwable bug) -> {
            if (takes.remove(take)) {
                synchronized (finished) {
                    finishedCount++;
                    finishedBytes += take.bytes();
                    finished.addLast(take.report());
                    if (finished.size() > REMEMBERED) {
                        finished.removeFirst();
                    }
                }
            }
            if (bug != null) {
                throw new IllegalStateException(bug);
            }
            return null;
        });
    }

    @Override
    public void onFile(Take take, String file) {
        tell(WorkEvent.Type.FILE_STARTED, take.stream(), file);
    }

    @Override
    public void onFile(Take take, String name, RecordedFile file) {
        tell(take.stream(), name, file);
    }

    @Override
    public void onWarning(Take take, String line) {
        tell(WorkEvent.Type.WARNING, take.stream(), line);
    }

    @Override
    public void onFailed(Take take, String line) {
        if (isStopping() || takes.stream().anyMatch(each -> !each.hasFailed())) {
            tell(WorkEvent.Type.WARNING, take.stream(), line + " (the others go on)");
            CompletionStage<Void> unused = ended(take, take.stop());
        } else {
            failed(line);
        }
    }

    @Override
    void look() {
        takes.forEach(Take::look);
    }

    @Override
    Set<Path> files() {
        return takes.stream().flatMap(take -> take.unfinished().stream()).collect(Collectors.toSet());
    }

    @Override
    State going() {
        return held ? State.PAUSED : takes.stream().anyMatch(Take::isRunning) ? State.RUNNING : State.WAITING;
    }

    @Override
    void measure(Map<String, Object> progress) {
        long bytes = finishedBytes;
        double seconds = 0;
        for (Take take : takes) {
            bytes += take.bytes();
            seconds = Math.max(seconds, take.seconds());
        }
        progress.put("durationSeconds", seconds);
        progress.put("bytes", bytes);
    }

    @Override
    void describe(Map<String, Object> report) {
        if (!order.streams().isEmpty()) {
            report.put("streams", order.streams().stream().sorted().toList());
        }
        report.put("file", order.pattern().text());
        if (order.segment() != null) {
            report.put("segmentSeconds", order.segment().toMillis() / 1e3);
        }
        var all = new ArrayList<Map<String, Object>>();
        synchronized (finished) {
            all.addAll(finished);
            report.put("finished", finishedCount);
        }
        takes.forEach(take -> all.add(take.report()));
        report.put("takes", all);
    }

    @Override
    CompletionStage<Void> stop() {
        return onLoop(() -> {
                    room().removeListener(this);
                    byStream.clear();
                    if (holdsRoom) {
                        room().leave();
                    }
                })
                .thenCompose(gone -> CompletableFuture.allOf(takes.stream()
                        .map(take -> ended(take, take.finish()).toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new)));
    }
}
