package io.mediatool.core.signalling.session;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.LoopRelay;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.admission.LoopLoad;
import io.mediatool.core.signalling.admission.Places;
import io.mediatool.core.signalling.admission.Waiters;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Opens, finds and ends sessions. Any thread. */
public final class SessionDoor implements AutoCloseable {
    private static final int ID_BYTES = 18;
    /** What a client is told to wait that found the server full. */
    private static final int RETRY_FULL_SECONDS = 10;

    private final List<Desk> desks;
    private final Places places;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<SessionEvent.Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<RoomEvents> roomEvents = new ArrayList<>();
    private final RandomGenerator random;

    /** Work on a loop that may be refused. */
    interface Work<T> {
        T run() throws RefusedSessionException;
    }

    private SessionDoor(List<Endpoint> endpoints, SessionLimits limits) {
        this.places = new Places(limits.sessions(), limits.sessionsPerRoom(), limits.rooms());
        this.random = endpoints.get(0).server().random();
        this.desks = endpoints.stream()
                .map(endpoint ->
                        new Desk(this, endpoint, new Waiters(endpoint.server().loop(), places)))
                .toList();
    }

    /** Opens the door to {@code server} by way of {@code endpoint}; both stay their owner's to close, after the door. */
    public static SessionDoor open(MediaServer server, Endpoint endpoint, SessionLimits limits) {
        if (endpoint.server() != server) {
            throw new IllegalArgumentException("an endpoint of another server");
        }
        return open(List.of(endpoint), limits);
    }

    /**
     * Opens the door to several loops on one port. Each room has its loop, where its publishers live; viewers live there, too,
     * and where there is least to do when that is busy.
     */
    public static SessionDoor open(List<Endpoint> endpoints, SessionLimits limits) {
        SessionDoor door = new SessionDoor(endpoints, limits);
        for (Desk desk : door.desks) {
            RoomEvents events = new RoomEvents(door, desk, door.places);
            door.roomEvents.add(events);
            door.hop(desk.loop(), () -> desk.server().addListener(events));
        }
        return door;
    }

    /** Where a room lives; with one loop there. */
    private Desk home(String room) {
        return desks.get(Math.floorMod(room.hashCode(), desks.size()));
    }

    boolean isAtHome(Room room, Desk desk) {
        return home(room.name()) == desk;
    }

    /**
     * Has a client publish.
     *
     * @return the session with its answer; fails with {@link RefusedSessionException} (400, 422, 503)
     */
    public CompletionStage<Session> publish(SessionRequest request) {
        try {
            request.requireNames();
            WebRtcOffer offer = WebRtcOffer.read(request.offer());
            Desk home = home(request.room());
            return onLoop(home.loop(), () -> {
                requireSpace(home, request.room());
                return home.publish(request, offer);
            });
        } catch (RefusedOfferException e) {
            return CompletableFuture.failedFuture(refused(e));
        } catch (RefusedSessionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Has a client watch a stream of a room.
     *
     * @return the session with its answer; fails with {@link RefusedSessionException} (400, 406, 409, 422, 503)
     */
    public CompletionStage<Session> watch(SessionRequest request) {
        try {
            request.requireNames();
            WebRtcOffer offer = WebRtcOffer.read(request.offer());
            Desk home = home(request.room());
            return onLoop(home.loop(), () -> {
                        requireSpace(home, request.room());
                        return home.waiters().stream(home.server(), request.room(), request.stream(), request.waitNs());
                    })
                    .thenCompose(found -> found)
                    .thenCompose(stream -> onLoop(home.loop(), () -> watch(home, request, offer, stream)))
                    .thenCompose(watching -> watching);
        } catch (RefusedOfferException e) {
            return CompletableFuture.failedFuture(refused(e));
        } catch (RefusedSessionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** On the loop of the room: here, or over there where the stream is published again. */
    private CompletionStage<Session> watch(
            Desk home, SessionRequest request, WebRtcOffer offer, @Nullable IncomingStream stream)
            throws RefusedSessionException {
        requireSpace(home, request.room());
        Room room = home.server().find(request.room());
        Desk there = LoopLoad.leastBusy(home, desks, Desk::load);
        if (there == home || room == null || stream == null || stream.isEnded()) {
            return CompletableFuture.completedFuture(
                    home.watch(request, offer, stream == null ? null : stream.name(), () -> {}));
        }
        LoopRelay relay = home.server().relay(room, there.server());
        CompletableFuture<Session> answer = new CompletableFuture<>();
        Runnable release = () -> hop(home.loop(), relay::release);
        relay.across(() -> {
            try {
                complete(answer, () -> there.watch(request, offer, stream.name(), release));
            } finally {
                if (answer.isCompletedExceptionally()) {
                    release.run();
                }
            }
        });
        return answer;
    }

    Session opened(Session session) {
        sessions.put(session.id(), session);
        places.enter(session.room());
        session.desk().load().enter();
        emit(new SessionEvent(SessionEvent.Type.SESSION_OPENED, session.room(), session.stream(), session.id(), ""));
        return session;
    }

    private void requireSpace(Desk home, String room) throws RefusedSessionException {
        requireSpace(places.refusal(room, home.server().find(room) != null));
    }

    private static void requireSpace(@Nullable String refusal) throws RefusedSessionException {
        if (refusal != null) {
            throw full(refusal);
        }
    }

    static RefusedSessionException full(String line) {
        return new RefusedSessionException(503, line, RETRY_FULL_SECONDS);
    }

    static RefusedSessionException refused(RefusedOfferException e) {
        return new RefusedSessionException(e.reason().httpStatus(), e.line(), 0);
    }

    public @Nullable Session find(String id) {
        return sessions.get(id);
    }

    public List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /** The same, as they come and go. */
    Collection<Session> present() {
        return sessions.values();
    }

    /** How long each of the loops has been at work, in ns: {@link EventLoop#busyNs}. */
    public List<Long> loopsBusyNs() {
        return desks.stream().map(desk -> desk.loop().busyNs()).toList();
    }

    /** The rooms with their streams; those of one loop oldest first. */
    public CompletionStage<List<RoomReport>> rooms() {
        CompletionStage<List<RoomReport>> all = CompletableFuture.completedFuture(List.of());
        for (Desk desk : desks) {
            all = all.thenCombine(onLoop(desk.loop(), () -> rooms(desk)), SessionDoor::joined);
        }
        return all;
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        List<T> both = new ArrayList<>(some);
        both.addAll(others);
        return both;
    }

    private List<RoomReport> rooms(Desk desk) {
        Map<String, Map<String, Integer>> viewers = new HashMap<>();
        Map<IncomingStream, Session> publishers = new HashMap<>();
        for (Session session : sessions.values()) {
            IncomingStream published = desk == session.desk() ? session.published() : null;
            if (published != null) {
                publishers.put(published, session);
            } else if (session.kind() == Session.Kind.WATCH) {
                viewers.computeIfAbsent(session.room(), room -> new HashMap<>())
                        .merge(session.stream(), 1, Integer::sum);
            }
        }
        return desk.server().rooms().stream()
                .filter(room -> room.isUsed() && isAtHome(room, desk))
                .map(room -> RoomReport.of(
                        room,
                        publishers,
                        viewers.getOrDefault(room.name(), Map.of()),
                        desk.loop().nowNs()))
                .toList();
    }

    /**
     * Does {@code task} with a room on the loop where it lives. One that is not there is made, and stays when the task publishes in it
     * or enters it; nobody hears of one that does not stay.
     *
     * @return what the task gives; fails with {@link RefusedSessionException} (503) when there is no place for another room
     */
    public <T> CompletionStage<T> inRoom(String room, Function<Room, T> task) {
        Desk home = home(room);
        return onLoop(home.loop(), () -> {
            requireSpace(places.refusalOfRoom(home.server().find(room) != null));
            Room of = home.server().room(room);
            of.hold();
            try {
                return task.apply(of);
            } finally {
                of.release();
            }
        });
    }

    /** Ends a stream whoever publishes it, and its session. @return whether there was one */
    public CompletionStage<Boolean> endStream(String room, String stream) {
        Desk home = home(room);
        return onLoop(home.loop(), () -> {
            Room of = home.server().find(room);
            IncomingStream found = of == null ? null : of.stream(stream);
            if (of == null || found == null) {
                return false;
            }
            of.unpublish(found);
            return true;
        });
    }

    /** Ends everything in a room. @return whether there was one */
    public CompletionStage<Boolean> endRoom(String room) {
        Desk home = home(room);
        return onLoop(home.loop(), () -> {
                    Room of = home.server().find(room);
                    endSessions(home, room, "the room was ended");
                    if (of != null) {
                        of.streams().forEach(of::unpublish);
                    }
                    return of != null;
                })
                .thenCombine(endElsewhere(home, room, "the room was ended"), (was, done) -> was);
    }

    private CompletionStage<Boolean> endElsewhere(Desk home, String room, String reason) {
        CompletionStage<Boolean> all = CompletableFuture.completedFuture(true);
        for (Desk desk : desks) {
            if (desk != home) {
                all = all.thenCombine(onLoop(desk.loop(), () -> endSessions(desk, room, reason)), (one, two) -> true);
            }
        }
        return all;
    }

    /** @param room null for all */
    private boolean endSessions(Desk desk, @Nullable String room, String reason) {
        for (Session session : sessions()) {
            if (session.desk() == desk && (room == null || session.room().equals(room))) {
                session.end(reason, desk.loop().nowNs());
            }
        }
        return true;
    }

    public void addListener(SessionEvent.Listener listener) {
        listeners.add(listener);
    }

    public void removeListener(SessionEvent.Listener listener) {
        listeners.remove(listener);
    }

    void emit(SessionEvent event) {
        listeners.forEach(listener -> listener.onEvent(event));
    }

    void onEnded(Session session) {
        if (sessions.remove(session.id(), session)) {
            places.leave(session.room());
            session.desk().load().leave();
        }
    }

    /** Unguessable. */
    String token() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** No new sessions from now on: they are refused with 503. */
    public void drain() {
        places.close();
    }

    /** Ends all sessions; completes when goodbye has been said to all of them. */
    public CompletionStage<Void> shutDown() {
        drain();
        CompletionStage<Boolean> all = CompletableFuture.completedFuture(true);
        for (int i = 0; i < desks.size(); i++) {
            Desk desk = desks.get(i);
            RoomEvents events = roomEvents.get(i);
            all = all.thenCombine(
                    onLoop(desk.loop(), () -> {
                        desk.waiters().close();
                        endSessions(desk, null, "the server is shutting down");
                        desk.server().removeListener(events);
                        return true;
                    }),
                    (one, two) -> true);
        }
        return all.thenAccept(done -> {});
    }

    @Override
    public void close() {
        CompletionStage<Void> unused = shutDown();
    }

    void hop(EventLoop loop, Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.tryExecute(task);
        }
    }

    /** Runs {@code work} on {@code loop}; what it refuses fails the answer. */
    <T> CompletionStage<T> onLoop(EventLoop loop, Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (loop.inLoop()) {
            complete(answer, work);
        } else if (!loop.tryExecute(() -> complete(answer, work))) {
            answer.completeExceptionally(full("the server has been shut down"));
        }
        return answer;
    }

    private static <T> void complete(CompletableFuture<T> answer, Work<T> work) {
        try {
            answer.complete(work.run());
        } catch (RefusedSessionException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException bug) {
            answer.completeExceptionally(bug);
            throw bug;
        }
    }
}
