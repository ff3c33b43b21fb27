package io.mediatool.cli.rooms;

import io.mediatool.cli.rooms.ports.OwnPorts;
import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.session.RefusedSessionException;
import io.mediatool.core.signalling.session.SessionDoor;
import io.mediatool.ingest.forward.ForwardException;
import io.mediatool.ingest.forward.ForwardPorts;
import io.mediatool.ingest.forward.ForwardTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All works of a server: opens, finds and ends them. Any thread. */
public final class Works implements AutoCloseable {
    /** At once. Each has sockets, files or a thread at times. */
    private static final int MAX_RUNNING = 512;
    /** How many that are over can still be asked for. */
    private static final int REMEMBERED = 200;

    private static final long LOOK_MS = 1_000;
    private static final int ID_BYTES = 9;

    private final SessionDoor door;
    private final @Nullable MediaDirectory media;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final ForwardPorts forwardPorts = new ForwardPorts();
    private final OwnPorts ports = new OwnPorts();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "works"));
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "works-look"));
    private final Map<String, Work> works = new LinkedHashMap<>(); // guarded by itself
    private final AtomicInteger opening = new AtomicInteger();
    private final List<WorkEvent.Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** @param media where the API's file names lead; null: nowhere */
    public Works(SessionDoor door, @Nullable MediaDirectory media, RandomGenerator random, InstantSource clock) {
        this.door = door;
        this.media = media;
        this.random = random;
        this.clock = clock;
        var unused = ticker.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Where names of files lead; refused with 409 when there is no such place. */
    public MediaDirectory media() throws RefusedWorkException {
        if (media == null) {
            throw new RefusedWorkException(409, "this server has no media directory: start it with --media DIR");
        }
        return media;
    }

    /** Begins what is wanted; fails with {@link RefusedWorkException}. */
    public CompletionStage<Work> open(Order order) {
        CompletableFuture<Work> answer = new CompletableFuture<>();
        try {
            reserve();
        } catch (RefusedWorkException e) {
            return CompletableFuture.failedFuture(e);
        }
        try {
            threads.execute(() -> {
                try {
                    answer.complete(begin(order));
                } catch (RefusedWorkException | RuntimeException e) {
                    answer.completeExceptionally(e);
                } finally {
                    opening.decrementAndGet();
                }
            });
        } catch (RejectedExecutionException e) {
            opening.decrementAndGet();
            answer.completeExceptionally(shuttingDown());
        }
        return answer;
    }

    private static RefusedWorkException shuttingDown() {
        return new RefusedWorkException(503, "the server is shutting down");
    }

    private void reserve() throws RefusedWorkException {
        if (closed) {
            throw shuttingDown();
        }
        synchronized (works) {
            long running =
                    works.values().stream().filter(work -> !work.isOver()).count();
            if (running + opening.get() >= MAX_RUNNING) {
                throw new RefusedWorkException(503, "the server does as much as it takes: " + MAX_RUNNING + " works");
            }
            opening.incrementAndGet();
        }
    }

    private Work begin(Order order) throws RefusedWorkException {
        Room room = hold(order.room());
        try {
            return opened(make(order, room));
        } finally {
            room.loop().tryExecute(room::release);
        }
    }

    /** The room, which stays until it is released. Should the work be refused, nobody hears of it. */
    private Room hold(String name) throws RefusedWorkException {
        return ask(door.inRoom(name, room -> {
            room.hold();
            return room;
        }));
    }

    private static <T> T ask(CompletionStage<T> answer) throws RefusedWorkException {
        try {
            return answer.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedSessionException refused) {
                throw new RefusedWorkException(refused.httpStatus(), refused.line());
            }
            throw e;
        }
    }

    private Work make(Order order, Room room) throws RefusedWorkException {
        Work.Terms terms = terms(room);
        if (order instanceof Order.Recording recording) {
            recording.directory().checkInside(recording.pattern().fill(recording.directory(), order.room(), "stream"));
            var work = new RecordingWork(terms, recording, threads, true);
            ask(work.onLoop(work::begin));
            return work;
        }
        if (order instanceof Order.Player player) {
            String asked = player.stream();
            String stream =
                    asked == null ? freeName(room, usualName(player.files().get(0))) : asked;
            var work = new PlayerWork(terms, player, stream, random, threads);
            ask(work.onLoop(room::use)); // who hears of the work has heard of its room
            if (player.paused()) {
                work.pause(true);
            }
            work.begin();
            return work;
        }
        if (order instanceof Order.Ingest ingest) {
            String asked = ingest.stream();
            String stream = asked == null ? freeName(room, "push") : asked;
            var work = new IngestWork(terms, ingest, stream, random, threads);
            work.begin(ports);
            return work;
        }
        var forward = (Order.Forward) order;
        var work = new ForwardWork(terms, forward, target(forward.target()), forwardPorts, ports, random);
        ask(work.onLoop(work::begin));
        return work;
    }

    /** A port of this server that takes no plain RTP: no forward is to send there. {@code udp} or TCP; {@code what} it is for. */
    public void keep(InetSocketAddress address, boolean udp, String what) {
        ports.keep(address, udp, what);
    }

    private static ForwardTarget target(String text) throws RefusedWorkException {
        try {
            return ForwardTarget.parse(text);
        } catch (ForwardException e) {
            throw new RefusedWorkException(422, String.valueOf(e.getMessage()));
        }
    }

    /** A file's name without its ending, as far as streams can be called so. */
    private static String usualName(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String clean = (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9_-]+", "-");
        return clean.substring(0, Math.min(48, clean.length()));
    }

    /** Nobody is pushed aside by a name that was not asked for. */
    private String freeName(Room room, String wanted) throws RefusedWorkException {
        return ask(door.inRoom(room.name(), of -> {
            String name = wanted;
            for (int i = 2; of.stream(name) != null; i++) {
                name = wanted + "-" + i;
            }
            return name;
        }));
    }

    private Work opened(Work work) {
        synchronized (works) {
            works.put(work.id(), work);
            forgetOld();
        }
        emit(new WorkEvent(WorkEvent.Type.STARTED, work.kind(), work.id(), work.roomName(), "", ""));
        if (closed) {
            CompletionStage<Work> unused = work.end("the server is shutting down");
        }
        return work;
    }

    private void forgetOld() {
        List<Work> over = works.values().stream().filter(Work::isOver).toList();
        for (int i = 0; i < over.size() - REMEMBERED; i++) {
            works.remove(over.get(i).id());
        }
    }

    /** Records every stream of every room from now on, into files of its own. */
    public void recordAll(MediaDirectory directory, FilePattern pattern) {
        door.addListener(new RecordAll(door, directory, pattern, this::record));
    }

    private @Nullable Work record(Room room, Order.Recording order) {
        try {
            reserve();
            try {
                var work = new RecordingWork(terms(room), order, threads, false);
                work.begin();
                return opened(work);
            } finally {
                opening.decrementAndGet();
            }
        } catch (RefusedWorkException e) {
            emit(new WorkEvent(WorkEvent.Type.FAILED, Work.Kind.RECORDING, "", room.name(), "", e.line()));
            return null;
        }
    }

    /** With an id that cannot be guessed, although it is for administrators. */
    private Work.Terms terms(Room room) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return new Work.Terms(Base64.getUrlEncoder().withoutPadding().encodeToString(id), room, clock, this::emit);
    }

    public @Nullable Work find(String id) {
        synchronized (works) {
            return works.get(id);
        }
    }

    /** Those of a kind in a room, oldest first; null for any. */
    public List<Work> list(Work.@Nullable Kind kind, @Nullable String room) {
        synchronized (works) {
            return works.values().stream()
                    .filter(work -> kind == null || work.kind() == kind)
                    .filter(work -> room == null || work.roomName().equals(room))
                    .toList();
        }
    }

    /** Who reads or writes which file now, by the files' real paths. Looks at the disk. */
    public Map<Path, Work> inUse() {
        var users = new HashMap<Path, Work>();
        for (Work work : list(null, null)) {
            if (!work.isOver()) {
                work.files().forEach(file -> users.merge(real(file), work, Works::writer));
            }
        }
        return users;
    }

    private static Work writer(Work one, Work other) {
        return one.kind() == Work.Kind.RECORDING ? one : other;
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath();
        }
    }

    /** Forgets one that is over. */
    public void forget(Work work) {
        synchronized (works) {
            if (work.isOver()) {
                works.remove(work.id(), work);
            }
        }
    }

    /** Ends everything in a room; completes when it is over. @return whether there was anything */
    public CompletionStage<Boolean> endRoom(String room) {
        return endAll(list(null, room), "the room was ended");
    }

    private static CompletionStage<Boolean> endAll(List<Work> some, String reason) {
        CompletionStage<Boolean> all = CompletableFuture.completedFuture(false);
        for (Work work : some) {
            if (!work.isOver()) {
                all = all.thenCombine(work.end(reason), (was, done) -> true);
            }
        }
        return all;
    }

    private void look() {
        for (Work work : list(null, null)) {
            if (!work.isOver()) {
                work.look();
            }
        }
    }

    public void addListener(WorkEvent.Listener listener) {
        listeners.add(listener);
    }

    public void removeListener(WorkEvent.Listener listener) {
        listeners.remove(listener);
    }

    private void emit(WorkEvent event) {
        if (event.type() == WorkEvent.Type.ENDED || event.type() == WorkEvent.Type.FAILED) {
            ports.remove(event.id());
        }
        listeners.forEach(listener -> listener.onEvent(event));
    }

    /** Ends everything: completes when all files are complete. Nothing new is begun. */
    public CompletionStage<Void> shutDown() {
        closed = true;
        return endAll(new ArrayList<>(list(null, null)), "the server is shutting down")
                .thenAccept(was -> {});
    }

    /** Ends everything, without waiting for it. */
    @Override
    public void close() {
        CompletionStage<Void> unused = shutDown().whenComplete((done, bug) -> {
            ticker.shutdownNow();
            threads.shutdown();
        });
    }
}
