package io.mediatool.core.server;

import io.mediatool.core.loop.EventLoop;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one loop, by name: made on demand, gone when nothing is published in them and nobody watches. {@link #loop()},
 * {@link #random()}, {@link #clock()} and {@link #close()} are for any thread, all else is for the loop's.
 */
public final class MediaServer implements AutoCloseable {
    private final EventLoop loop;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Renditions.Maker renditions;
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<MediaServer, LoopCrossing> crossings = new HashMap<>();
    private final TransitTimes transit = new TransitTimes();
    private final Map<Relayed, LoopRelay> relays = new HashMap<>();

    private final Room.Owner owner = new Room.Owner() {
        @Override
        public void onUsed(Room room) {
            listeners.forEach(listener -> listener.onRoom(room));
        }

        @Override
        public void onEmpty(Room room) {
            if (rooms.remove(room.name(), room) && room.isUsed()) {
                listeners.forEach(listener -> listener.onRoomGone(room));
            }
        }
    };

    private record Relayed(String room, MediaServer there) {}

    /** Learns of rooms, on the loop's thread. */
    public interface Listener {
        /** Somebody publishes in a room, or has entered it, for the first time. Called at once for such rooms when the listener is added. */
        void onRoom(Room room);

        /** The room, which has been told of, is empty and forgotten. */
        default void onRoomGone(Room room) {}
    }

    /**
     * @param loop where all rooms live; closed by whoever opened it
     * @param random for SSRCs, ICE credentials and names that nobody shall guess: a {@link java.security.SecureRandom}
     * @param clock the wall clock
     */
    public MediaServer(EventLoop loop, RandomGenerator random, InstantSource clock) {
        this(loop, random, clock, Renditions.Maker.NONE);
    }

    /**
     * Likewise.
     *
     * @param renditions for those who cannot take what is sent
     */
    public MediaServer(EventLoop loop, RandomGenerator random, InstantSource clock, Renditions.Maker renditions) {
        this.loop = loop;
        this.random = random;
        this.clock = clock;
        this.renditions = renditions;
    }

    public EventLoop loop() {
        return loop;
    }

    public RandomGenerator random() {
        return random;
    }

    public InstantSource clock() {
        return clock;
    }

    /** The room of that name, made when it is not there. */
    public Room room(String name) {
        Room known = rooms.get(name);
        if (known != null) {
            return known;
        }
        Room room = new Room(name, loop, true, renditions, owner);
        rooms.put(name, room);
        return room;
    }

    /** The room of that name, or null. */
    public @Nullable Room find(String name) {
        return rooms.get(name);
    }

    /** All rooms, oldest first. */
    public List<Room> rooms() {
        return List.copyOf(rooms.values());
    }

    /**
     * Has what is published in {@code room} published in the room of that name on another loop as well, for one more viewer there.
     *
     * @return to be released when the viewer has gone
     */
    public LoopRelay relay(Room room, MediaServer there) {
        if (there == this) {
            throw new IllegalArgumentException("the room is there");
        }
        Relayed key = new Relayed(room.name(), there);
        LoopRelay relay = relays.get(key);
        if (relay == null) {
            relay = new LoopRelay(room, there, crossingTo(there), () -> relays.remove(key));
            relays.put(key, relay);
        }
        relay.use();
        return relay;
    }

    private LoopCrossing crossingTo(MediaServer there) {
        return crossings.computeIfAbsent(there, to -> new LoopCrossing(loop, to.loop, to.transit));
    }

    /** How long packets that are sent on this loop were in the server. */
    public TransitTimes transit() {
        return transit;
    }

    /** Packets that were published here and lost on their way to other loops, which did not keep up. */
    public long relayDropped() {
        return crossings.values().stream().mapToLong(LoopCrossing::dropped).sum();
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
        rooms().stream().filter(Room::isUsed).forEach(listener::onRoom);
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /** Ends every stream of every room. Returns at once: the work is done on the loop. Harmless when repeated, and after its loop. */
    @Override
    public void close() {
        loop.tryExecute(() -> rooms().forEach(Room::close));
    }
}
