package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.crossing.BatchLane;
import io.mediatool.core.loop.crossing.PackedBytes;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that one loop received for peers of another: copied into a batch, one task a turn. For a loop that does not keep up the
 * batch grows, from when {@link #MAX_WAITING} are on their way; what is beyond {@link #MAX_BYTES} is lost, as a full receive buffer
 * would lose it. {@link #add}, {@link #flush} and {@link #end} are for the thread of the loop that gives.
 */
final class Handover {
    /** Of one batch. */
    static final int MAX_BYTES = 512 << 10;
    /** Batches that the other loop has not taken yet. */
    static final int MAX_WAITING = 32;

    private final EventLoop to;
    private final Taker taker;
    private final BatchLane<Batch> lane;
    private long dropped;

    /** Takes datagrams on the other loop. */
    interface Taker {
        /**
         * @param side which socket of the port received it
         * @param path by which connection it came, null for UDP
         */
        void take(byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path);

        /** That was the batch. */
        void onTaken();
    }

    private static final class Batch {
        private final PackedBytes datagrams = new PackedBytes();
        private int[] sides = new int[datagrams.capacity()];
        private InetSocketAddress[] remotes = new InetSocketAddress[sides.length];
        private @Nullable RemotePath[] paths = new RemotePath[sides.length];

        void add(byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
            int index = datagrams.size();
            datagrams.add(data, offset, length);
            if (index == sides.length) {
                sides = Arrays.copyOf(sides, datagrams.capacity());
                remotes = Arrays.copyOf(remotes, sides.length);
                paths = Arrays.copyOf(paths, sides.length);
            }
            sides[index] = side;
            remotes[index] = remote;
            paths[index] = path;
        }

        void clear() {
            Arrays.fill(paths, 0, datagrams.size(), null); // a connection may be gone before it is overwritten
            datagrams.clear();
        }
    }

    Handover(EventLoop to, Taker taker) {
        this.to = to;
        this.taker = taker;
        this.lane = new BatchLane<>(to, Batch::new, this::take);
    }

    void add(byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
        if (lane.filling().datagrams.bytes() + length > MAX_BYTES) {
            dropped++;
        } else {
            lane.filling().add(data, offset, length, side, remote, path);
        }
    }

    /** Ends the batch of this turn, unless the other loop has too many: then it waits. @return whether it does */
    boolean flush() {
        boolean some = lane.filling().datagrams.size() > 0;
        boolean full = lane.waiting() >= MAX_WAITING;
        if (some && !full) {
            lane.pass();
        }
        return some && full;
    }

    /** Ends the batch at once: what the other loop has no room for is lost. */
    void end() {
        if (flush()) {
            dropped += lane.filling().datagrams.size();
            lane.filling().clear();
        }
    }

    /** On the other loop. */
    private void take(Batch batch) {
        for (int i = 0; i < batch.datagrams.size(); i++) {
            try {
                take(batch, i);
            } catch (RuntimeException bug) {
                to.execute(
                        () -> { // the loop hears of it, and the other peers' datagrams are taken
                            throw bug;
                        });
            }
        }
        taker.onTaken();
        batch.clear();
    }

    private void take(Batch batch, int index) {
        PackedBytes datagrams = batch.datagrams;
        taker.take(
                datagrams.array(),
                datagrams.offset(index),
                datagrams.length(index),
                batch.sides[index],
                batch.remotes[index],
                batch.paths[index]);
    }

    long dropped() {
        return dropped;
    }
}
