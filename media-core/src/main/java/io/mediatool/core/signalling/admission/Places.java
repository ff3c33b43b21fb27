package io.mediatool.core.signalling.admission;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts who is in, and says why nobody else can be. Any thread. */
public final class Places {
    private final int maxSessions;
    private final int maxOfRoom;
    private final int maxRooms;
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger rooms = new AtomicInteger();
    /** How many of the sessions are in each room. */
    private final Map<String, Integer> crowds = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * @param sessions at once, those that wait included
     * @param ofRoom likewise in one room
     * @param rooms at once
     */
    public Places(int sessions, int ofRoom, int rooms) {
        this.maxSessions = sessions;
        this.maxOfRoom = ofRoom;
        this.maxRooms = rooms;
    }

    /** A session has been opened. */
    public void enter(String room) {
        sessions.incrementAndGet();
        crowds.merge(room, 1, Integer::sum);
    }

    /** It has ended. */
    public void leave(String room) {
        sessions.decrementAndGet();
        crowds.computeIfPresent(room, (name, count) -> count > 1 ? count - 1 : null);
    }

    public void onRoom() {
        rooms.incrementAndGet();
    }

    public void onRoomGone() {
        rooms.decrementAndGet();
    }

    void onWaiter() {
        waiting.incrementAndGet();
    }

    void onWaiterGone() {
        waiting.decrementAndGet();
    }

    /** Nobody gets in from now on. */
    public void close() {
        closed = true;
    }

    /** Why there is no place for one more session in {@code room}, in a line; null when there is. */
    public @Nullable String refusal(String room, boolean isThere) {
        if (closed) {
            return refusalOfRoom(isThere);
        }
        if (sessions.get() + waiting.get() >= maxSessions) {
            return "the server has as many sessions as it takes";
        }
        if (crowds.getOrDefault(room, 0) >= maxOfRoom) {
            return "the room has as many sessions as it takes";
        }
        return refusalOfRoom(isThere);
    }

    /** Why there is no place for a room unless it {@code isThere}, in a line; null when there is. */
    public @Nullable String refusalOfRoom(boolean isThere) {
        if (closed) {
            return "the server is shutting down";
        }
        return !isThere && rooms.get() >= maxRooms ? "the server has as many rooms as it takes" : null;
    }
}
