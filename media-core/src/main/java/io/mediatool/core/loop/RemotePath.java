package io.mediatool.core.loop;

import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.loop.kernel.SendQueue;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A peer as one of our sockets sees it: what comes from there, and how to answer. Two are equal when nothing tells them apart: the
 * same UDP socket and remote address, or the same TCP connection. All methods are for the loop's thread.
 */
public interface RemotePath {

    InetSocketAddress remote();

    /** Queues a datagram, copied before return, as {@link UdpSocket#send}. Never fails: what cannot be sent is counted or dropped. */
    void send(byte[] data, int offset, int length);

    /** Names the objects that {@link #send} needs for each datagram, so that they can be fetched into the processor's cache beforehand. */
    default void addTo(Consumer<Object> parts) {
        parts.accept(this);
    }

    /**
     * The longest datagram that leaves with others of its size in one write, of which the last may be shorter (UDP segmentation, where
     * the kernel can); 0 where sizes make no difference.
     */
    default int maxSegmentBytes() {
        return 0;
    }

    /** Lets go of what the path holds: ends a connection, after what is queued. */
    void close();

    /** By datagrams of a socket. */
    record Udp(UdpSocket socket, InetSocketAddress remote) implements RemotePath {
        @Override
        public void send(byte[] data, int offset, int length) {
            socket.send(data, offset, length, remote);
        }

        @Override
        public void addTo(Consumer<Object> parts) {
            parts.accept(this);
            parts.accept(remote);
            socket.addTo(remote, parts);
        }

        @Override
        public int maxSegmentBytes() {
            return SendQueue.MAX_SEGMENT_BYTES;
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return AddressText.of(remote) + "/udp";
        }
    }
}
