package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that one loop received for peers of another: copied into a batch, one task a turn. A loop that does not keep up loses what
 * is beyond {@link #MAX_WAITING} batches, as a full receive buffer would lose it. {@link #add} and {@link #flush} are for the
 * thread of the loop that gives.
 */
final class Handover {
    /** Of one batch. */
    static final int MAX_BYTES = 512 << 10;
    /** Batches that the other loop has not taken yet. */
    static final int MAX_WAITING = 32;

    private static final int FIRST_BYTES = 16 << 10;
    private static final int FIRST_DATAGRAMS = 16;

    private final EventLoop to;
    private final Taker taker;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable Batch> spare = new AtomicReference<>();
    private Batch filling = new Batch();
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
        private byte[] bytes = new byte[FIRST_BYTES];
        private int used;
        private int[] ends = new int[FIRST_DATAGRAMS];
        private int[] sides = new int[FIRST_DATAGRAMS];
        private InetSocketAddress[] remotes = new InetSocketAddress[FIRST_DATAGRAMS];
        private @Nullable RemotePath[] paths = new RemotePath[FIRST_DATAGRAMS];
        private int size;

        void add(byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
            if (used + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length));
            }
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, 2 * size);
                sides = Arrays.copyOf(sides, 2 * size);
                remotes = Arrays.copyOf(remotes, 2 * size);
                paths = Arrays.copyOf(paths, 2 * size);
            }
            System.arraycopy(data, offset, bytes, used, length);
            used += length;
            ends[size] = used;
            sides[size] = side;
            remotes[size] = remote;
            paths[size] = path;
            size++;
        }

        void clear() {
            Arrays.fill(paths, 0, size, null);
            used = 0;
            size = 0;
        }
    }

    Handover(EventLoop to, Taker taker) {
        this.to = to;
        this.taker = taker;
    }

    void add(byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
        if (filling.used + length > MAX_BYTES) {
            dropped++;
        } else {
            filling.add(data, offset, length, side, remote, path);
        }
    }

    /** Ends the batch of this turn. */
    void flush() {
        if (filling.size == 0) {
            return;
        }
        Batch batch = filling;
        if (waiting.get() >= MAX_WAITING) {
            dropped += batch.size;
            batch.clear();
            return;
        }
        Batch next = spare.getAndSet(null);
        filling = next == null ? new Batch() : next;
        waiting.incrementAndGet();
        try {
            to.execute(() -> take(batch));
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet(); // the other loop is closed, and its peers are gone
        }
    }

    /** On the other loop. */
    private void take(Batch batch) {
        waiting.decrementAndGet();
        int offset = 0;
        for (int i = 0; i < batch.size; i++) {
            taker.take(batch.bytes, offset, batch.ends[i] - offset, batch.sides[i], batch.remotes[i], batch.paths[i]);
            offset = batch.ends[i];
        }
        taker.onTaken();
        batch.clear();
        spare.set(batch);
    }

    long dropped() {
        return dropped;
    }
}
