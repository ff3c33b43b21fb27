package io.mediatool.core.loop.crossing;

import io.mediatool.core.loop.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches on their way to another loop, in order, each of them a task there. A batch that has been taken comes back, so that a steady
 * flow makes no new ones. For the thread of the loop that gives; the taker runs on the other.
 *
 * @param <B> what is filled here and taken there; its taker leaves it empty
 */
public final class BatchLane<B> {
    private final EventLoop to;
    private final Supplier<B> maker;
    private final Consumer<B> taker;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable B> spare = new AtomicReference<>();
    private B filling;

    /** @param taker empties a batch; on the other loop. What it throws goes to that loop, and the batch is lost to reuse */
    public BatchLane(EventLoop to, Supplier<B> maker, Consumer<B> taker) {
        this.to = to;
        this.maker = maker;
        this.taker = taker;
        this.filling = maker.get();
    }

    /** The batch to be filled now. */
    public B filling() {
        return filling;
    }

    /** Batches that the other loop has not taken yet. */
    public int waiting() {
        return waiting.get();
    }

    /** Sends what has been filled; a closed loop takes nothing any more. */
    public void pass() {
        B batch = filling;
        B taken = spare.getAndSet(null);
        filling = taken == null ? maker.get() : taken;
        waiting.incrementAndGet();
        if (!to.tryExecute(() -> take(batch))) {
            waiting.decrementAndGet();
        }
    }

    private void take(B batch) {
        waiting.decrementAndGet();
        taker.accept(batch);
        spare.set(batch);
    }
}
