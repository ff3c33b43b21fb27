package io.mediatool.core.loop.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one NIO socket has yet to send: datagrams back to back in one array, oldest first, a system call for each. */
final class NioSendQueue {
    private static final int FIRST_BYTES = 64 << 10;
    private static final int FIRST_DATAGRAMS = 64;
    /** An array that a burst made longer than this is given back. */
    private static final int KEPT_BYTES = 1 << 20;

    private final Kernel kernel;
    private byte[] bytes = new byte[0];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int[] lengths = new int[0];
    private @Nullable InetSocketAddress[] remotes = new InetSocketAddress[0];
    private int firstByte;
    private int endByte;
    private int first;
    private int end;
    private boolean closed;
    private final SendCounters counters = new SendCounters();

    /** Takes a datagram, as {@link java.nio.channels.DatagramChannel#send} does: answers 0 while its buffer is full. */
    interface Kernel {
        int send(ByteBuffer datagram, InetSocketAddress remote) throws IOException;
    }

    NioSendQueue(Kernel kernel) {
        this.kernel = kernel;
    }

    void send(byte[] head, int headLength, byte[] data, int offset, int dataLength, InetSocketAddress remote) {
        int length = headLength + dataLength;
        if (length < 1 || length > SendQueue.MAX_DATAGRAM_BYTES || remote.isUnresolved() || closed) {
            counters.onFailed(1, remote);
            return;
        }
        if (end - first >= SendQueue.MAX_PENDING_DATAGRAMS
                || endByte - firstByte + length > SendQueue.MAX_PENDING_BYTES) {
            counters.onDropped(remote);
            return;
        }
        makeRoom(length);
        System.arraycopy(head, 0, bytes, endByte, headLength);
        System.arraycopy(data, offset, bytes, endByte + headLength, dataLength);
        endByte += length;
        lengths[end] = length;
        remotes[end] = remote;
        end++;
    }

    /** Moves what waits to the front when half of the room before it is free, else takes more room. */
    private void makeRoom(int length) {
        if (endByte + length > bytes.length) {
            int waiting = endByte - firstByte;
            boolean longer = bytes.length / 2 < waiting + length;
            byte[] to = longer ? new byte[Math.max(FIRST_BYTES, 2 * (waiting + length))] : bytes;
            System.arraycopy(bytes, firstByte, to, 0, waiting);
            firstByte = 0;
            endByte = waiting;
            if (longer) {
                bytes = to;
                view = ByteBuffer.wrap(to);
            }
        }
        if (end == lengths.length) {
            int waiting = end - first;
            if (lengths.length / 2 <= waiting) {
                int room = Math.max(FIRST_DATAGRAMS, 2 * lengths.length);
                lengths = Arrays.copyOf(lengths, room);
                remotes = Arrays.copyOf(remotes, room);
            }
            System.arraycopy(lengths, first, lengths, 0, waiting);
            System.arraycopy(remotes, first, remotes, 0, waiting);
            Arrays.fill(remotes, waiting, end, null);
            first = 0;
            end = waiting;
        }
    }

    /** @return whether nothing waits any more */
    boolean flush() {
        while (first < end) {
            int length = lengths[first];
            InetSocketAddress remote = remotes[first];
            if (remote != null && !handOver(length, remote)) {
                return false;
            }
            remotes[first] = null;
            first++;
            firstByte += length;
        }
        first = 0;
        end = 0;
        firstByte = 0;
        endByte = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[0];
            view = ByteBuffer.wrap(bytes);
        }
        return true;
    }

    private boolean handOver(int length, InetSocketAddress remote) {
        view.limit(firstByte + length).position(firstByte);
        try {
            if (kernel.send(view, remote) == 0) {
                return false;
            }
            counters.onSent(1, length);
        } catch (IOException | RuntimeException e) {
            // No route, too long, an address of another family (UnsupportedAddressTypeException), closed.
            counters.onFailed(1, remote);
        }
        return true;
    }

    /** What waits will not be sent. */
    void close() {
        closed = true;
        for (int i = first; i < end; i++) {
            InetSocketAddress remote = remotes[i];
            if (remote != null) {
                counters.onFailed(1, remote);
            }
        }
        first = 0;
        end = 0;
        bytes = new byte[0];
        lengths = new int[0];
        remotes = new InetSocketAddress[0];
    }

    SendCounters counters() {
        return counters;
    }
}
