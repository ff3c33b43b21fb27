package io.mediatool.core.signalling.session;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.Transport;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.SentTrack;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import io.mediatool.core.transport.TransportSetup;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Opens, finds and ends sessions. Any thread. */
public final class SessionDoor implements AutoCloseable {
    private static final int ID_BYTES = 18;
    /** What a client that found nothing published is told to wait, and one that found the server full. */
    private static final int RETRY_SECONDS = 2;

    private static final int RETRY_FULL_SECONDS = 10;

    private final MediaServer server;
    private final Endpoint endpoint;
    private final SessionLimits limits;
    private final EventLoop loop;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<SessionEvent.Listener> listeners = new CopyOnWriteArrayList<>();
    private final RoomEvents roomEvents = new RoomEvents();
    private final Waiters waiters;
    private volatile boolean draining;

    /** Work on the loop that may be refused. */
    interface Work<T> {
        T run() throws RefusedSessionException;
    }

    private SessionDoor(MediaServer server, Endpoint endpoint, SessionLimits limits) {
        this.server = server;
        this.endpoint = endpoint;
        this.limits = limits;
        this.loop = server.loop();
        this.waiters = new Waiters(loop);
    }

    /** Opens the door to {@code server} by way of {@code endpoint}; both stay their owner's to close, after the door. */
    public static SessionDoor open(MediaServer server, Endpoint endpoint, SessionLimits limits) {
        SessionDoor door = new SessionDoor(server, endpoint, limits);
        door.hop(() -> server.addListener(door.roomEvents));
        return door;
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
            return onLoop(() -> publish(request, offer));
        } catch (RefusedOfferException e) {
            return CompletableFuture.failedFuture(refused(e));
        } catch (RefusedSessionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Session publish(SessionRequest request, WebRtcOffer offer) throws RefusedSessionException {
        requireSpace(request.room());
        LocalTransport local = localTransport();
        try {
            Answer answer = Negotiation.publish(offer, local);
            if (answer.media().isEmpty()) {
                throw new RefusedSessionException(422, "the offer has neither audio nor video", 0, null);
            }
            Session session = new Session(this, Session.Kind.PUBLISH, request, offer.transport(), local, answer);
            Transport transport = accept(session, offer, local, answer);
            Room room = server.room(request.room());
            String name = Objects.requireNonNullElseGet(request.stream(), () -> freeName(room));
            session.begin(
                    transport,
                    new PublisherRole(
                            session,
                            transport,
                            room,
                            name,
                            answer.media().stream()
                                    .map(each -> Terms.incoming(answer, each))
                                    .toList()));
            return opened(session);
        } catch (RefusedOfferException e) {
            throw refused(e);
        }
    }

    private String freeName(Room room) {
        String name = token().substring(0, 8);
        return room.stream(name) == null ? name : freeName(room);
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
            return onLoop(() -> {
                        requireSpace(request.room());
                        return waiters.stream(server, request);
                    })
                    .thenCompose(found -> found)
                    .thenCompose(stream -> onLoop(() -> watch(request, offer, stream)));
        } catch (RefusedOfferException e) {
            return CompletableFuture.failedFuture(refused(e));
        } catch (RefusedSessionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Session watch(SessionRequest request, WebRtcOffer offer, @Nullable IncomingStream stream)
            throws RefusedSessionException {
        requireSpace(request.room());
        Room room = server.find(request.room());
        if (stream == null || stream.isEnded() || room == null) {
            throw new RefusedSessionException(409, "nothing is published in " + request.room(), RETRY_SECONDS, null);
        }
        LocalTransport local = localTransport();
        try {
            List<SentTrack> tracks = sentTracks(stream, offer);
            Answer answer = Negotiation.watch(offer, local, tracks);
            requirePlayable(answer);
            Session session = new Session(this, Session.Kind.WATCH, request, offer.transport(), local, answer);
            Transport transport = accept(session, offer, local, answer);
            List<OutgoingTerms> terms = new ArrayList<>();
            for (Answer.Media media : answer.media()) {
                SentTrack track = media.track();
                if (track != null) {
                    terms.add(Terms.outgoing(answer, media, track));
                }
            }
            OutgoingStream outgoing = transport.send(terms);
            session.begin(transport, new ViewerRole(session, room, outgoing, stream, request.stream() == null));
            return opened(session);
        } catch (RefusedOfferException e) {
            throw refused(e);
        }
    }

    /**
     * What is sent now first, since it has to match; then what the client offers besides, so that another publisher, or another
     * codec of this one, can be taken without a new offer.
     */
    private List<SentTrack> sentTracks(IncomingStream stream, WebRtcOffer offer) {
        String cname = token();
        List<SentTrack> tracks = new ArrayList<>();
        for (IncomingStreamTrack track : stream.tracks()) {
            Set<RtpFormat> formats = new LinkedHashSet<>();
            formats.add(track.layers().get(0).format());
            formats.addAll(track.source().formats());
            for (OfferedMedia media : offer.media()) {
                if (media.kind() == track.kind()) {
                    media.codecs().stream().map(RtpCodec::format).forEach(formats::add);
                }
            }
            long ssrc = server.random().nextLong(1, 1L << 32);
            long rtxSsrc = server.random().nextLong(1, 1L << 32);
            tracks.add(new SentTrack(
                    track.kind(),
                    List.copyOf(formats),
                    ssrc,
                    rtxSsrc == ssrc ? ssrc ^ 1 : rtxSsrc,
                    cname,
                    "mediatool",
                    track.id()));
        }
        return tracks;
    }

    private static void requirePlayable(Answer answer) throws RefusedSessionException {
        for (Answer.Media media : answer.media()) {
            SentTrack track = media.track();
            if (track != null && media.codecFor(track.formats().get(0)) == null) {
                throw new RefusedSessionException(
                        406,
                        "the " + track.kind().label() + " that is sent is "
                                + track.formats().get(0).encodingName() + ", which the offer does not take",
                        0,
                        null);
            }
        }
    }

    private Transport accept(Session session, WebRtcOffer offer, LocalTransport local, Answer answer) {
        var setup =
                new TransportSetup(local.ice(), answer.role(), offer.transport().fingerprints());
        return endpoint.accept(setup, session.new TransportEvents());
    }

    private Session opened(Session session) {
        sessions.put(session.id(), session);
        emit(new SessionEvent(SessionEvent.Type.SESSION_OPENED, session.room(), session.stream(), session.id(), ""));
        return session;
    }

    private LocalTransport localTransport() {
        return new LocalTransport(
                server.random().nextLong() >>> 1,
                IceCredentials.random(server.random()),
                endpoint.fingerprint(),
                endpoint.candidates());
    }

    private void requireSpace(String room) throws RefusedSessionException {
        if (draining) {
            throw full("the server is shutting down");
        }
        if (sessions.size() + waiters.size() >= limits.sessions() || endpoint.isFull()) {
            throw full("the server has as many sessions as it takes");
        }
        long there = sessions.values().stream()
                .filter(each -> each.room().equals(room))
                .count();
        if (there >= limits.sessionsPerRoom()) {
            throw full("the room has as many sessions as it takes");
        }
        if (server.find(room) == null && server.rooms().size() >= limits.rooms()) {
            throw full("the server has as many rooms as it takes");
        }
    }

    private static RefusedSessionException full(String line) {
        return new RefusedSessionException(503, line, RETRY_FULL_SECONDS, null);
    }

    private static RefusedSessionException refused(RefusedOfferException e) {
        return new RefusedSessionException(e.reason().httpStatus(), e.line(), 0, null);
    }

    public @Nullable Session find(String id) {
        return sessions.get(id);
    }

    public List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /** The rooms with their streams. */
    public CompletionStage<List<RoomReport>> rooms() {
        return onLoop(() -> {
            Map<String, Map<String, Integer>> viewers = new HashMap<>();
            Map<IncomingStream, Session> publishers = new HashMap<>();
            for (Session session : sessions.values()) {
                if (session.role() instanceof PublisherRole role && role.published() != null) {
                    publishers.put(role.published(), session);
                } else if (session.kind() == Session.Kind.WATCH) {
                    viewers.computeIfAbsent(session.room(), room -> new HashMap<>())
                            .merge(session.stream(), 1, Integer::sum);
                }
            }
            return server.rooms().stream()
                    .map(room ->
                            RoomReport.of(room, publishers, viewers.getOrDefault(room.name(), Map.of()), loop.nowNs()))
                    .toList();
        });
    }

    /** The id of the session that publishes {@code stream}, empty when it is none's. On the loop's thread. */
    String publisherOf(IncomingStream stream) {
        for (Session session : sessions.values()) {
            if (session.role() instanceof PublisherRole role && role.publishes(stream)) {
                return session.id();
            }
        }
        return "";
    }

    /** Ends a stream whoever publishes it, and its session. @return whether there was one */
    public CompletionStage<Boolean> endStream(String room, String stream) {
        return onLoop(() -> {
            Room of = server.find(room);
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
        return onLoop(() -> {
            Room of = server.find(room);
            for (Session session : sessions()) {
                if (session.room().equals(room)) {
                    session.end("the room was ended", loop.nowNs());
                }
            }
            if (of != null) {
                of.streams().forEach(of::unpublish);
            }
            return of != null;
        });
    }

    public void addListener(SessionEvent.Listener listener) {
        listeners.add(listener);
    }

    public void removeListener(SessionEvent.Listener listener) {
        listeners.remove(listener);
    }

    /** Tells of rooms and streams coming and going, whoever makes them. */
    private final class RoomEvents implements MediaServer.Listener, Room.Listener {
        @Override
        public void onRoom(Room room) {
            emit(new SessionEvent(SessionEvent.Type.ROOM_OPENED, room.name(), "", "", ""));
            room.addListener(this);
        }

        @Override
        public void onRoomGone(Room room) {
            room.removeListener(this);
            emit(new SessionEvent(SessionEvent.Type.ROOM_CLOSED, room.name(), "", "", ""));
        }

        @Override
        public void onStream(Room room, IncomingStream stream) {
            tell(SessionEvent.Type.STREAM_PUBLISHED, room, stream);
        }

        @Override
        public void onStreamGone(Room room, IncomingStream stream) {
            tell(SessionEvent.Type.STREAM_ENDED, room, stream);
        }

        private void tell(SessionEvent.Type type, Room room, IncomingStream stream) {
            emit(new SessionEvent(type, room.name(), stream.name(), publisherOf(stream), ""));
        }
    }

    void emit(SessionEvent event) {
        listeners.forEach(listener -> listener.onEvent(event));
    }

    void onEnded(Session session) {
        sessions.remove(session.id(), session);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Unguessable. */
    String token() {
        byte[] bytes = new byte[ID_BYTES];
        server.random().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** No new sessions from now on: they are refused with 503. */
    public void drain() {
        draining = true;
    }

    /** Ends all sessions; completes when goodbye has been said to all of them. */
    public CompletionStage<Void> shutDown() {
        drain();
        return onLoop(() -> {
                    waiters.close();
                    sessions().forEach(session -> session.end("the server is shutting down", loop.nowNs()));
                    server.removeListener(roomEvents);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public void close() {
        CompletionStage<Void> unused = shutDown();
    }

    void hop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Runs {@code work} on the loop; what it refuses fails the answer. */
    <T> CompletionStage<T> onLoop(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            hop(() -> {
                try {
                    answer.complete(work.run());
                } catch (RefusedSessionException e) {
                    answer.completeExceptionally(e);
                } catch (RuntimeException bug) {
                    answer.completeExceptionally(bug);
                    throw bug;
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(full("the server has been shut down"));
        }
        return answer;
    }
}
