package io.mediatool.core.signalling.admission;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Viewers that came before there is something to watch. For the loop's thread. */
public final class Waiters {
    private final EventLoop loop;
    private final Places places;
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    /** @param places of all loops */
    public Waiters(EventLoop loop, Places places) {
        this.loop = loop;
        this.places = places;
    }

    /**
     * What there is to be watched, at once or within a time, or null.
     *
     * @param name the stream's, null for the newest
     */
    public CompletionStage<@Nullable IncomingStream> stream(
            MediaServer server, String roomName, @Nullable String name, long waitNs) {
        Room room = server.find(roomName);
        IncomingStream there = room == null ? null : find(room, name);
        if (there != null || waitNs <= 0) {
            return CompletableFuture.completedFuture(there);
        }
        Waiter waiter = new Waiter(server.room(roomName), name);
        waiters.add(waiter);
        places.onWaiter();
        waiter.begin(loop.nowNs() + waitNs);
        return waiter.answer;
    }

    /** A stream of that name, or the newest, which has tracks. */
    private static @Nullable IncomingStream find(Room room, @Nullable String name) {
        IncomingStream found = null;
        for (IncomingStream stream : room.streams()) {
            if (!stream.tracks().isEmpty() && (name == null || stream.name().equals(name))) {
                found = stream;
            }
        }
        return found;
    }

    /** Nobody waits any longer. */
    public void close() {
        List.copyOf(waiters).forEach(waiter -> waiter.finish(null));
    }

    private final class Waiter implements Room.Listener, IncomingStream.Listener {
        private final Room room;
        private final @Nullable String name;
        private final CompletableFuture<@Nullable IncomingStream> answer = new CompletableFuture<>();
        private @Nullable Timer timer;

        Waiter(Room room, @Nullable String name) {
            this.room = room;
            this.name = name;
        }

        void begin(long deadlineNs) {
            room.enter();
            timer = loop.schedule(deadlineNs, nowNs -> finish(null));
            room.addListener(this);
        }

        @Override
        public void onStream(Room of, IncomingStream stream) {
            if (name == null || stream.name().equals(name)) {
                stream.addListener(this);
            }
        }

        @Override
        public void onTrack(IncomingStream stream, IncomingStreamTrack track) {
            loop.execute(() -> finish(stream)); // with the tracks that come with it
        }

        @Override
        public void onEnded(IncomingStream stream, long nowNs) {
            stream.removeListener(this);
        }

        void finish(@Nullable IncomingStream stream) {
            if (!waiters.remove(this)) {
                return;
            }
            places.onWaiterGone();
            Timer pending = timer;
            if (pending != null) {
                pending.cancel();
            }
            room.removeListener(this);
            room.streams().forEach(each -> each.removeListener(this));
            answer.complete(stream); // before the room is let go, in which the viewer goes on
            room.leave();
        }
    }
}
