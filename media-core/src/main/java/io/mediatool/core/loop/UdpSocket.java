package io.mediatool.core.loop;

import java.net.InetSocketAddress;

/**
 * A bound UDP socket on one loop. All methods are for the loop's thread except {@link #localAddress()} and
 * {@link #close()}.
 */
public interface UdpSocket extends AutoCloseable {

    InetSocketAddress localAddress();

    /**
     * Queues a datagram. The bytes are copied before return, so the array may be reused. Queued datagrams to one
     * destination leave together (UDP GSO where equal in size) at the next {@link #flush()} or at the end of the turn.
     */
    void send(byte[] data, int offset, int length, InetSocketAddress remote);

    /** Sends what is queued now. */
    void flush();

    /** Counters since the socket was opened. */
    Stats stats();

    /** Releases the socket; harmless when repeated; callable from any thread. */
    @Override
    void close();

    /**
     * @param received datagrams delivered
     * @param receivedBytes their payload bytes
     * @param kernelDropped datagrams that the kernel dropped because the receive buffer was full (SO_RXQ_OVFL), or -1
     *     when the platform does not tell
     * @param sent datagrams handed to the kernel
     * @param sentBytes their payload bytes
     * @param sendFailed datagrams that could not be sent, refused ports included
     */
    record Stats(long received, long receivedBytes, long kernelDropped, long sent, long sentBytes, long sendFailed) {}
}
