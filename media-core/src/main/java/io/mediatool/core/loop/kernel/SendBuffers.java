package io.mediatool.core.loop.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;

/**
 * Direct buffers for what the sockets of a loop send, the one that was given back last first: a hundred sockets that send one after
 * the other use one that is in the processor's cache. (The allocator takes as long as a small datagram's whole way through the queue.)
 * For the loop's thread.
 */
final class SendBuffers {
    private static final int MAX_KEPT = 64;
    /** Longer ones are rare. */
    private static final int MAX_KEPT_BYTES = 32 << 10;

    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();
    private boolean closed;

    /** An empty buffer of at least {@code capacity} bytes; the caller's. */
    ByteBuf take(int capacity) {
        ByteBuf last = kept.pollLast();
        if (last != null && last.capacity() >= capacity) {
            return last.clear();
        }
        if (last != null) {
            last.release(); // grows as it is used, so that after a while all are long enough
        }
        return PooledByteBufAllocator.DEFAULT.directBuffer(capacity, SendQueue.MAX_DATAGRAM_BYTES);
    }

    /** Takes a buffer back. */
    void give(ByteBuf buffer) {
        if (closed || buffer.refCnt() > 1 || buffer.capacity() > MAX_KEPT_BYTES || kept.size() == MAX_KEPT) {
            buffer.release();
        } else {
            kept.addLast(buffer);
        }
    }

    /** Gives back what is kept, and from now on everything at once. */
    void close() {
        closed = true;
        kept.forEach(ByteBuf::release);
        kept.clear();
    }
}
