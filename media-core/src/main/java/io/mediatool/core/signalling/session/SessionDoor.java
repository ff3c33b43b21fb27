package io.mediatool.core.signalling.session;

import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Opens, finds and ends sessions. Any thread. */
@SuppressWarnings("DoNotCallSuggester") // the shape, until it is filled
public final class SessionDoor implements AutoCloseable {

    /** Opens the door to {@code server} by way of {@code endpoint}; both stay their owner's to close, after the door. */
    public static SessionDoor open(MediaServer server, Endpoint endpoint, SessionLimits limits) {
        throw new UnsupportedOperationException();
    }

    /**
     * Has a client publish.
     *
     * @return the session with its answer; fails with {@link RefusedSessionException} (400, 422, 503)
     */
    public CompletionStage<Session> publish(SessionRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Has a client watch a stream of a room.
     *
     * @return the session with its answer; fails with {@link RefusedSessionException} (400, 406, 409, 422, 503)
     */
    public CompletionStage<Session> watch(SessionRequest request) {
        throw new UnsupportedOperationException();
    }

    public @Nullable Session find(String id) {
        throw new UnsupportedOperationException();
    }

    public List<Session> sessions() {
        throw new UnsupportedOperationException();
    }

    /** The rooms with their streams. */
    public CompletionStage<List<RoomReport>> rooms() {
        throw new UnsupportedOperationException();
    }

    /** Ends a stream whoever publishes it, and its session. @return whether there was one */
    public CompletionStage<Boolean> endStream(String room, String stream) {
        throw new UnsupportedOperationException();
    }

    /** Ends everything in a room. @return whether there was one */
    public CompletionStage<Boolean> endRoom(String room) {
        throw new UnsupportedOperationException();
    }

    public void addListener(SessionEvent.Listener listener) {
        throw new UnsupportedOperationException();
    }

    public void removeListener(SessionEvent.Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** No new sessions from now on: they are refused with 503. */
    public void drain() {
        throw new UnsupportedOperationException();
    }

    /** Ends all sessions; completes when goodbye has been said to all of them. */
    public CompletionStage<Void> shutDown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
