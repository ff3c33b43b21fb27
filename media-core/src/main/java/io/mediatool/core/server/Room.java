package io.mediatool.core.server;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.stream.PacketBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Where streams are published and watched. Lives on one loop; {@link #name()}, {@link #loop()} and {@link #close()} are for
 * any thread, all else for the loop's.
 */
public final class Room implements AutoCloseable {
    private final String name;
    private final EventLoop loop;
    private final Map<String, IncomingStream> streams = new LinkedHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Owner owner;
    private final boolean keepsPictures;
    private final Renditions.Maker renditions;
    private final PacketBatch batch;
    private int watchers;
    private int holders;
    private boolean used;

    /** Hears of a room that somebody needs, and of one that nobody needs any more. */
    interface Owner {
        /** Somebody publishes or has entered, for the first time. */
        default void onUsed(Room room) {}

        void onEmpty(Room room);
    }

    /** Learns of streams, on the loop's thread. */
    public interface Listener {
        /** A stream has been published. Called at once for those that are there when the listener is added. */
        void onStream(Room room, IncomingStream stream);

        /** A stream has ended and is in the room no more; its place may have been taken by another of its name. */
        default void onStreamGone(Room room, IncomingStream stream) {}
    }

    /** A room of its own, outside of any {@link MediaServer}. */
    public Room(String name, EventLoop loop) {
        this(name, loop, Renditions.Maker.NONE);
    }

    /** Likewise; for those who cannot take what is sent, {@code renditions} makes something else of it. */
    public Room(String name, EventLoop loop, Renditions.Maker renditions) {
        this(name, loop, false, renditions, room -> {});
    }

    Room(String name, EventLoop loop, boolean keepsPictures, Renditions.Maker renditions, Owner owner) {
        this.renditions = renditions;
        this.name = name;
        this.loop = loop;
        this.keepsPictures = keepsPictures;
        this.owner = owner;
        this.batch = new PacketBatch(this::deliverSoon);
    }

    /** What is published in this turn goes to those who forward it when the turn is over. */
    private void deliverSoon() {
        loop.tryExecute(batch::deliver); // in the loop's last turn it has nowhere to go
    }

    public String name() {
        return name;
    }

    public EventLoop loop() {
        return loop;
    }

    /**
     * Publishes a new stream, still without tracks. One of the same name that has not ended is
     * ended first: the newest publisher wins.
     */
    public IncomingStream publish(String streamName) {
        use();
        var stream = new IncomingStream(
                streamName,
                loop,
                batch,
                keepsPictures,
                keepsPictures ? loop.nowNs() : 0,
                track -> renditions.of(track, this));
        IncomingStream before = streams.remove(streamName); // so that the new one is the newest
        streams.put(streamName, stream);
        if (before != null) {
            before.end(loop.nowNs());
            listeners.forEach(listener -> listener.onStreamGone(this, before));
        }
        listeners.forEach(listener -> listener.onStream(this, stream));
        return stream;
    }

    /** Ends {@code stream} and takes it out of the room. */
    public void unpublish(IncomingStream stream) {
        boolean present = streams.remove(stream.name(), stream);
        enter(); // whoever leaves because of this shall not close the room before all have heard
        stream.end(loop.nowNs());
        if (present) {
            listeners.forEach(listener -> listener.onStreamGone(this, stream));
        }
        leave();
    }

    /** Somebody watches, or waits for something to watch: the room stays although nothing is published. */
    public void enter() {
        use();
        watchers++;
    }

    /** Has others hear of the room, as publishing and entering have. */
    public void use() {
        if (!used) {
            used = true;
            holders++; // whoever is told may look in and leave
            owner.onUsed(this);
            holders--;
        }
    }

    /** Whether anybody has ever published here or entered. */
    public boolean isUsed() {
        return used;
    }

    /** Ends what {@link #enter()} began. */
    public void leave() {
        watchers--;
        leaveIfEmpty();
    }

    /** The room stays while somebody looks whether to use it. That is nothing to be told of: perhaps nobody will. */
    public void hold() {
        holders++;
    }

    /** Ends what {@link #hold()} began. */
    public void release() {
        holders--;
        leaveIfEmpty();
    }

    public int watchers() {
        return watchers;
    }

    private void leaveIfEmpty() {
        if (streams.isEmpty() && watchers == 0 && holders == 0) {
            owner.onEmpty(this);
        }
    }

    public @Nullable IncomingStream stream(String streamName) {
        return streams.get(streamName);
    }

    /** The stream that was published last, or null. */
    public @Nullable IncomingStream newest() {
        IncomingStream newest = null;
        for (IncomingStream stream : streams.values()) {
            newest = stream;
        }
        return newest;
    }

    /** The streams of the room, oldest first. */
    public List<IncomingStream> streams() {
        return List.copyOf(streams.values());
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
        streams().forEach(stream -> listener.onStream(this, stream));
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /** Ends every stream. Returns at once: the work is done on the loop. Harmless when repeated, and after its loop. */
    @Override
    public void close() {
        loop.tryExecute(() -> streams().forEach(this::unpublish));
    }
}
