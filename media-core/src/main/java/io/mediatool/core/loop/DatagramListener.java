package io.mediatool.core.loop;

import java.net.InetSocketAddress;

/** Takes what a {@link UdpSocket} receives, on its loop's thread. */
public interface DatagramListener {

    /**
     * One datagram.
     *
     * @param data borrowed until return; the datagram is {@code length} bytes from {@code offset}
     * @param remote who sent it; the same instance for the same sender where the socket can tell cheaply
     * @param nowNs monotonic time of this turn
     */
    void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs);

    /** All datagrams of this turn have been delivered: a good moment to flush what they caused. */
    default void onTurnEnd(long nowNs) {}
}
