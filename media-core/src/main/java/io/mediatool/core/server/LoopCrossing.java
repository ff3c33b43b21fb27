package io.mediatool.core.server;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.crossing.BatchLane;
import io.mediatool.core.loop.crossing.PackedBytes;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.PacketBatch;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.Arrays;
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

    private final EventLoop from;
    private final EventLoop to;
    private final TransitTimes transit; // the other loop's, too
    private final RtpPacket view = new RtpPacket(); // the other loop's
    private final PacketBatch arrived = new PacketBatch(() -> {}); // the other loop's
    private final BatchLane<Batch> lane;
    private boolean flushScheduled;
    private long dropped;

    /** Where packets come out on the other loop; known there only. */
    static final class Outlet {
        private @Nullable RtpIncomingSourceGroup source;

        @Nullable RtpIncomingSourceGroup source() {
            return source;
        }
    }

    /** Packets and tasks in their order. */
    private static final class Batch {
        private final PackedBytes packets = new PackedBytes(); // a task has none
        private long[] sequences = new long[packets.capacity()];
        private long[] timestamps = new long[sequences.length];
        private @Nullable Outlet[] outlets = new Outlet[sequences.length];
        private @Nullable Runnable[] tasks = new Runnable[sequences.length];
        private long sinceNs;

        void add(Outlet outlet, RtpPacket packet, long sequence, long timestamp) {
            packets.add(packet.data(), packet.offset(), packet.length());
            int index = last();
            sequences[index] = sequence;
            timestamps[index] = timestamp;
            outlets[index] = outlet;
        }

        void add(Runnable task) {
            packets.addEmpty();
            int index = last(); // first: it replaces the arrays that are full
            tasks[index] = task;
        }

        /** The index of what was added last, with room for it. */
        private int last() {
            if (packets.size() > sequences.length) {
                sequences = Arrays.copyOf(sequences, packets.capacity());
                timestamps = Arrays.copyOf(timestamps, sequences.length);
                outlets = Arrays.copyOf(outlets, sequences.length);
                tasks = Arrays.copyOf(tasks, sequences.length);
            }
            return packets.size() - 1;
        }

        void clear() {
            Arrays.fill(outlets, 0, packets.size(), null);
            Arrays.fill(tasks, 0, packets.size(), null);
            packets.clear();
        }
    }

    LoopCrossing(EventLoop from, EventLoop to, TransitTimes transit) {
        this.from = from;
        this.to = to;
        this.transit = transit;
        this.lane = new BatchLane<>(to, Batch::new, this::take);
    }

    /** Gives a packet, which is copied. */
    void packet(Outlet outlet, RtpPacket packet, long sequence, long timestamp) {
        if (lane.waiting() >= MAX_WAITING) {
            dropped++;
            return;
        }
        Batch filling = filling();
        filling.add(outlet, packet, sequence, timestamp);
        if (filling.packets.bytes() >= FULL_BYTES) {
            flush();
        } else {
            flushSoon();
        }
    }

    /** Gives a task, which is done after the packets before it. */
    void task(Runnable task) {
        filling().add(task);
        flushSoon();
    }

    private Batch filling() {
        Batch filling = lane.filling();
        if (filling.packets.size() == 0) {
            filling.sinceNs = from.nowNs();
        }
        return filling;
    }

    private void flushSoon() {
        if (!flushScheduled) {
            flushScheduled = from.tryExecute(() -> {
                flushScheduled = false;
                flush();
            });
            if (!flushScheduled) {
                flush(); // the last turn of this loop
            }
        }
    }

    /** Ends the batch. */
    void flush() {
        if (lane.filling().packets.size() > 0) {
            lane.pass();
        }
    }

    /** On the other loop. */
    private void take(Batch batch) {
        transit.beginRelayed(batch.sinceNs);
        for (int i = 0; i < batch.packets.size(); i++) {
            try {
                take(batch, i);
            } catch (RuntimeException bug) {
                to.execute(
                        () -> { // the loop hears of it, and the others' packets go on
                            throw bug;
                        });
            }
        }
        try {
            arrived.deliver();
        } finally {
            transit.endRelayed();
            batch.clear();
        }
    }

    private void take(Batch batch, int index) {
        Runnable task = batch.tasks[index];
        Outlet outlet = batch.outlets[index];
        RtpIncomingSourceGroup source = outlet == null ? null : outlet.source();
        if (task != null) {
            task.run();
        } else if (source != null) {
            deliver(source, batch, index);
        }
    }

    /** On the other loop: opens the way to {@code source}. */
    void open(Outlet outlet, RtpIncomingSourceGroup source) {
        source.gather(arrived);
        outlet.source = source;
    }

    private void deliver(RtpIncomingSourceGroup source, Batch batch, int index) {
        try {
            view.wrap(batch.packets.array(), batch.packets.offset(index), batch.packets.length(index));
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
