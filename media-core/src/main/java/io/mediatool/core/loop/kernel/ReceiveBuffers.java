package io.mediatool.core.loop.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Where datagrams land that come by recvmmsg: one buffer per loop with a slot for each datagram of a recvmmsg batch; every slot holds the
 * largest datagram there is, so that none is ever truncated (recvmmsg through Netty does not tell), and only the
 * pages that are written to cost memory. It is used again for each batch: the port copies out and releases
 * before the next.
 */
final class ReceiveBuffers implements RecvByteBufAllocator, AutoCloseable {
    /** Datagrams per system call, at most. */
    static final int SLOTS = 32;

    // Netty prepares every slot before each call, so a quiet socket asks for few.
    private static final int MIN_SLOTS = 2;

    /** More than any UDP payload; not a multiple of 4096, so that slots do not compete for the same cache lines. */
    static final int SLOT_BYTES = 65_536 + 5 * 64;

    private final ByteBuf batch = PooledByteBufAllocator.DEFAULT.directBuffer(SLOTS * SLOT_BYTES);

    @Override
    @SuppressWarnings("deprecation") // Netty has no other handle type yet
    public Handle newHandle() {
        return new BatchHandle();
    }

    @Override
    public void close() {
        batch.release();
    }

    private final class BatchHandle implements ExtendedHandle {
        private int slots = MIN_SLOTS;
        private int total;
        private int lastMessages;
        private int lastBytes;
        private int attemptedBytes;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            lastMessages = 0;
            // Netty fills what is writable: the last slots of the buffer.
            int start = (SLOTS - slots) * SLOT_BYTES;
            return batch.retain().setIndex(start, start);
        }

        @Override
        public int guess() {
            return slots * SLOT_BYTES;
        }

        @Override
        public void reset(ChannelConfig config) {
            total = 0;
            lastMessages = 0;
        }

        @Override
        public void incMessagesRead(int numMessages) {
            total += numMessages;
            lastMessages += numMessages;
        }

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }

        @Override
        public boolean continueReading() {
            // A batch that was not full emptied the socket: no further system call to learn that.
            boolean full = lastMessages == slots;
            if (full) {
                slots = Math.min(SLOTS, slots * 4);
            }
            return full && total < DatagramPort.DATAGRAMS_PER_TURN;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
            return continueReading();
        }

        @Override
        public void readComplete() {
            if (total * 2 <= slots) {
                slots = Math.max(MIN_SLOTS, slots / 2);
            }
        }
    }
}
