package io.mediatool.core.server;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way from one loop to another for what is published: packets are copied into a batch, one task a turn for all rooms. What else
 * has to be done there keeps its place between the packets. A loop that does not keep up misses packets beyond {@link #MAX_WAITING}
 * batches, never the rest. For the thread of the loop that gives, {@link #dropped} excepted.
 */
final class LoopCrossing {
    /** Batches that the other loop has not taken yet; with one a turn, some milliseconds of work. */
    static final int MAX_WAITING = 64;
    /** A batch that is larger goes at once. */
    private static final int FULL_BYTES = 256 << 10;

    private static final int FIRST_BYTES = 16 << 10;
    private static final int FIRST_SIZE = 16;

    private final EventLoop from;
    private final EventLoop to;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable Batch> spare = new AtomicReference<>();
    private final RtpPacket view = new RtpPacket(); // the other loop's
    private Batch filling = new Batch();
    private boolean flushScheduled;
    private long dropped;

    /** Where packets come out on the other loop; known there only. */
    static final class Outlet {
        private @Nullable RtpIncomingSourceGroup source;

        /** On the other loop, before the first packet. */
        void open(RtpIncomingSourceGroup group) {
            source = group;
        }

        @Nullable RtpIncomingSourceGroup source() {
            return source;
        }
    }

    /** Packets and tasks in their order. */
    private static final class Batch {
        private byte[] bytes = new byte[FIRST_BYTES];
        private int used;
        private int[] ends = new int[FIRST_SIZE];
        private long[] sequences = new long[FIRST_SIZE];
        private long[] timestamps = new long[FIRST_SIZE];
        private @Nullable Outlet[] outlets = new Outlet[FIRST_SIZE];
        private @Nullable Runnable[] tasks = new Runnable[FIRST_SIZE];
        private int size;

        private void grow(int more) {
            if (used + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + more));
            }
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, 2 * size);
                sequences = Arrays.copyOf(sequences, 2 * size);
                timestamps = Arrays.copyOf(timestamps, 2 * size);
                outlets = Arrays.copyOf(outlets, 2 * size);
                tasks = Arrays.copyOf(tasks, 2 * size);
            }
        }

        void add(Outlet outlet, RtpPacket packet, long sequence, long timestamp) {
            grow(packet.length());
            System.arraycopy(packet.data(), packet.offset(), bytes, used, packet.length());
            used += packet.length();
            ends[size] = used;
            sequences[size] = sequence;
            timestamps[size] = timestamp;
            outlets[size] = outlet;
            size++;
        }

        void add(Runnable task) {
            grow(0);
            ends[size] = used;
            tasks[size] = task;
            size++;
        }

        void clear() {
            Arrays.fill(outlets, 0, size, null);
            Arrays.fill(tasks, 0, size, null);
            used = 0;
            size = 0;
        }
    }

    LoopCrossing(EventLoop from, EventLoop to) {
        this.from = from;
        this.to = to;
    }

    /** Gives a packet, which is copied. */
    void packet(Outlet outlet, RtpPacket packet, long sequence, long timestamp) {
        if (waiting.get() >= MAX_WAITING) {
            dropped++;
            return;
        }
        filling.add(outlet, packet, sequence, timestamp);
        if (filling.used >= FULL_BYTES) {
            flush();
        } else {
            flushSoon();
        }
    }

    /** Gives a task, which is done after the packets before it. */
    void task(Runnable task) {
        filling.add(task);
        flushSoon();
    }

    private void flushSoon() {
        if (!flushScheduled) {
            flushScheduled = true;
            try {
                from.execute(() -> {
                    flushScheduled = false;
                    flush();
                });
            } catch (RejectedExecutionException e) {
                flush(); // the last turn of this loop
            }
        }
    }

    /** Ends the batch. */
    void flush() {
        if (filling.size == 0) {
            return;
        }
        Batch batch = filling;
        Batch next = spare.getAndSet(null);
        filling = next == null ? new Batch() : next;
        waiting.incrementAndGet();
        try {
            to.execute(() -> take(batch));
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet(); // the other loop is closed, and nobody watches there
        }
    }

    /** On the other loop. */
    private void take(Batch batch) {
        waiting.decrementAndGet();
        int offset = 0;
        for (int i = 0; i < batch.size; i++) {
            try {
                take(batch, i, offset);
            } catch (RuntimeException bug) {
                to.execute(
                        () -> { // the loop hears of it, and the others' packets go on
                            throw bug;
                        });
            }
            offset = batch.ends[i];
        }
        batch.clear();
        spare.set(batch);
    }

    private void take(Batch batch, int index, int offset) {
        Runnable task = batch.tasks[index];
        Outlet outlet = batch.outlets[index];
        RtpIncomingSourceGroup source = outlet == null ? null : outlet.source();
        if (task != null) {
            task.run();
        } else if (source != null) {
            deliver(source, batch, index, offset);
        }
    }

    private void deliver(RtpIncomingSourceGroup source, Batch batch, int index, int offset) {
        try {
            view.wrap(batch.bytes, offset, batch.ends[index] - offset);
        } catch (MalformedException e) {
            throw new IllegalStateException("it was sound on the other loop", e);
        }
        source.relay(view, batch.sequences[index], batch.timestamps[index], to.nowNs());
    }

    /** Packets that the other loop was too slow for. */
    long dropped() {
        return dropped;
    }
}
