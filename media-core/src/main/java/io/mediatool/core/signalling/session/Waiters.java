package io.mediatool.core.signalling.session;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Viewers that came before there is something to watch. For the loop's thread. */
final class Waiters {
    private final EventLoop loop;
    private final AtomicInteger count;
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    /** @param count of those that wait, on whichever loop */
    Waiters(EventLoop loop, AtomicInteger count) {
        this.loop = loop;
        this.count = count;
    }

    /** What {@code request} wants to watch, at once or within the time that it waits, or null. */
    CompletionStage<@Nullable IncomingStream> stream(MediaServer server, SessionRequest request) {
        Room room = server.find(request.room());
        IncomingStream there = room == null ? null : find(room, request.stream());
        if (there != null || request.waitNs() <= 0) {
            return CompletableFuture.completedFuture(there);
        }
        Waiter waiter = new Waiter(server.room(request.room()), request.stream());
        waiters.add(waiter);
        count.incrementAndGet();
        waiter.begin(loop.nowNs() + request.waitNs());
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
    void close() {
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
            count.decrementAndGet();
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
