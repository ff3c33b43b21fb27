package io.mediatool.core.loop.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of one size to one destination, back to back in one direct buffer; the last may be shorter: what UDP GSO takes.
 * It is also Netty's promise for the writes it turns into and is used over and over, so that a write makes no garbage of
 * ours; that is why it tells its queue each outcome instead of becoming done.
 */
final class Run extends DefaultChannelPromise {
    /** The kernel's UDP_MAX_SEGMENTS. */
    static final int MAX_SEGMENTS = 64;

    /** The largest UDP payload over IPv4. */
    static final int MAX_BYTES = 65_507;

    private final SendQueue queue;
    private final SendBuffers buffers;
    private SendQueue.@Nullable Destination destination;
    private @Nullable ByteBuf data;
    private int segmentBytes;
    private int count;
    private int bytes;
    private boolean sealed;
    private boolean segmented;
    private int unsettled;
    private int settledBytes;

    Run(Channel channel, SendQueue queue, SendBuffers buffers) {
        super(channel);
        this.queue = queue;
        this.buffers = buffers;
    }

    void begin(SendQueue.Destination to, int segmentLength, int capacity) {
        data = buffers.take(capacity);
        destination = to;
        segmentBytes = segmentLength;
        count = 0;
        bytes = 0;
        sealed = false;
    }

    boolean takes(int length) {
        return !sealed && length <= segmentBytes && count < MAX_SEGMENTS && bytes + length <= MAX_BYTES;
    }

    /** Adds a datagram of {@code headLength} bytes of {@code head} and {@code length} of {@code from}. */
    void append(byte[] head, int headLength, byte[] from, int offset, int length) {
        ByteBuf buffer = buffer();
        if (headLength > 0) {
            buffer.writeBytes(head, 0, headLength);
        }
        buffer.writeBytes(from, offset, length);
        add(headLength + length);
    }

    private void add(int length) {
        count++;
        bytes += length;
        sealed = length < segmentBytes;
    }

    int count() {
        return count;
    }

    int bytes() {
        return bytes;
    }

    int segmentBytes() {
        return segmentBytes;
    }

    boolean segmented() {
        return segmented;
    }

    SendQueue.Destination destination() {
        SendQueue.Destination to = destination;
        if (to == null) {
            throw new IllegalStateException("a run without destination");
        }
        return to;
    }

    /** Its bytes, lent. */
    ByteBuf buffer() {
        ByteBuf buffer = data;
        if (buffer == null) {
            throw new IllegalStateException("a run without bytes");
        }
        return buffer;
    }

    /** Expects {@code writes} outcomes: one for all (segmented) or one for each datagram. */
    void expect(boolean asSegments) {
        segmented = asSegments;
        unsettled = asSegments ? 1 : count;
        settledBytes = 0;
    }

    /** Its work is done, or will not be: gives back its buffer. */
    void end() {
        destination = null;
        ByteBuf used = data;
        if (used != null) {
            data = null;
            buffers.give(used);
        }
    }

    @Override
    public boolean trySuccess(@Nullable Void result) {
        queue.onSent(this, segmented ? count : 1, settle());
        finish();
        return true;
    }

    @Override
    public boolean trySuccess() {
        return trySuccess(null);
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        int size = settle();
        if (segmented) {
            if (queue.onRunRefused(this, cause)) {
                return true;
            }
            queue.onFailed(this, count, size);
        } else {
            queue.onFailed(this, 1, size);
        }
        finish();
        return true;
    }

    @Override
    public ChannelPromise setSuccess(@Nullable Void result) {
        boolean unused = trySuccess(null);
        return this;
    }

    @Override
    public ChannelPromise setSuccess() {
        boolean unused = trySuccess(null);
        return this;
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        boolean unused = tryFailure(cause);
        return this;
    }

    /** Outcomes come in the order of the datagrams, so each one's size is known. */
    private int settle() {
        unsettled--;
        int size = segmented ? bytes : Math.min(segmentBytes, bytes - settledBytes);
        settledBytes += size;
        return size;
    }

    private void finish() {
        if (unsettled == 0) {
            queue.recycle(this);
        }
    }
}
