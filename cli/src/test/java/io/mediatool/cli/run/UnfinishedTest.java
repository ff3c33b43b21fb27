package io.mediatool.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.sound.SoundStudio;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UnfinishedTest {
    /** Threads that are busy with something else. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
    private final Unfinished unfinished = new Unfinished();
    private EventLoop loop;
    private Room room;

    @BeforeEach
    void open() {
        loop = EventLoops.open("media", bugs::add);
        room = new Room("play", loop, new SoundStudio(waiting::add));
    }

    @AfterEach
    void close() {
        loop.close();
        assertEquals(List.of(), List.copyOf(bugs));
    }

    private <T> T onLoop(Callable<T> task) {
        var done = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.join();
    }

    private IncomingStream stream(boolean isMade) {
        return onLoop(() -> {
            IncomingStream stream = room.publish("file");
            IncomingStreamTrack track = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.PCMU, 0)));
            if (isMade) {
                assertNotNull(
                        track.renditions().open(track.renditions().formats().get(0)));
            }
            unfinished.add(stream);
            return stream;
        });
    }

    private void work() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    @Test
    void whatIsBeingMadeIsWaitedFor() {
        IncomingStream stream = stream(true);
        onLoop(() -> {
            room.unpublish(stream);
            return true;
        });
        assertTrue(onLoop(() -> unfinished.isAwaited(0)), "the end waits for a thread");
        work();
        assertFalse(onLoop(() -> unfinished.isAwaited(1)), "its last has been delivered");
    }

    @Test
    void notForEver() {
        IncomingStream stream = stream(true);
        onLoop(() -> {
            room.unpublish(stream);
            return true;
        });
        assertTrue(onLoop(() -> unfinished.isAwaited(7)));
        assertTrue(onLoop(() -> unfinished.isAwaited(6 + Unfinished.PATIENCE_NS)));
        assertFalse(onLoop(() -> unfinished.isAwaited(7 + Unfinished.PATIENCE_NS)));
    }

    @Test
    void whatIsSentAsItComesHasNothingToWaitFor() {
        IncomingStream stream = stream(false);
        onLoop(() -> {
            room.unpublish(stream);
            return true;
        });
        assertFalse(onLoop(() -> unfinished.isAwaited(0)));
    }
}
