package io.mediatool.core.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lets one test drive a loop on its own thread or in virtual time. */
final class LoopDriver implements AutoCloseable {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    final EventLoop loop;
    final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore changes = new Semaphore(0);

    private LoopDriver(Function<Consumer<Throwable>, EventLoop> opener) {
        loop = opener.apply(bug -> {
            bugs.add(bug);
            changed();
        });
    }

    static LoopDriver real(EventLoops.Engine engine) {
        return new LoopDriver(onBug -> EventLoops.open("test", onBug, engine));
    }

    static LoopDriver virtual() {
        return new LoopDriver(onBug -> new VirtualEventLoop(new FakeNetwork(1, FakeNetwork.Link.PERFECT), onBug));
    }

    boolean isVirtual() {
        return loop instanceof VirtualEventLoop;
    }

    /** Wakes {@link #until}. */
    void changed() {
        changes.release();
    }

    /** Runs {@code work} on the loop as one task. */
    <T> T on(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        if (loop instanceof VirtualEventLoop virtual) {
            virtual.advanceBy(0);
        }
        return result.get(LIMIT_NS, TimeUnit.NANOSECONDS);
    }

    void run(Action work) throws Exception {
        on(() -> {
            work.run();
            return true;
        });
    }

    /** Lets the loop go on until {@code condition}, looked at on the loop, holds. */
    void until(String what, BooleanSupplier condition) throws Exception {
        long start = System.nanoTime();
        for (int rounds = 0; !on(condition::getAsBoolean); rounds++) {
            if (rounds > 20_000 || System.nanoTime() - start > LIMIT_NS) {
                throw new AssertionError("waited in vain for: " + what + "; bugs: " + bugs);
            }
            if (loop instanceof VirtualEventLoop virtual) {
                virtual.advanceBy(1_000_000);
            } else {
                changes.tryAcquire(5, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    interface Action {
        void run() throws Exception;
    }
}
