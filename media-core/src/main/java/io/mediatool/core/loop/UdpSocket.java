package io.mediatool.core.loop;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A bound UDP socket on one loop. All methods are for the loop's thread except {@link #localAddress()} and
 * {@link #close()}.
 */
public interface UdpSocket extends AutoCloseable {

    InetSocketAddress localAddress();

    /**
     * Queues a datagram. The bytes are copied before return, so the array may be reused. Queued datagrams to one
     * destination leave in their order and together (UDP GSO where equal in size) at the next {@link #flush()} or at
     * the end of the turn. Never fails: what cannot be sent is counted in {@link Stats}.
     *
     * @param length 1 to 65,507 bytes; others count as failed
     * @param remote resolved; best the same instance each time
     */
    void send(byte[] data, int offset, int length, InetSocketAddress remote);

    /**
     * Queues a datagram of two parts, as above: saves joining a header of one's own and what somebody else has.
     *
     * @param headLength bytes of {@code head} from its start
     * @param length bytes of {@code data} from {@code offset}
     */
    default void send(byte[] head, int headLength, byte[] data, int offset, int length, InetSocketAddress remote) {
        byte[] whole = Arrays.copyOf(head, headLength + length);
        System.arraycopy(data, offset, whole, headLength, length);
        send(whole, 0, whole.length, remote);
    }

    /** Names what this socket knows of a destination and needs for each datagram to it, see {@link RemotePath#addTo}. */
    default void addTo(InetSocketAddress remote, Consumer<Object> parts) {}

    /** Sends what is queued now; what the kernel does not take yet follows by itself. */
    void flush();

    /** The receive buffer that the kernel granted, in bytes; less than asked for when {@code net.core.rmem_max} is lower. */
    int receiveBufferBytes();

    /** Counters since the socket was opened. */
    Stats stats();

    /**
     * Datagrams to this address that failed or were dropped, for who shares a socket with others; of the first 4,096 addresses that had any.
     */
    long unsent(InetSocketAddress remote);

    /** Releases the socket; harmless when repeated; callable from any thread. */
    @Override
    void close();

    /**
     * Counters; each only grows.
     *
     * @param received datagrams delivered
     * @param receivedBytes their payload bytes
     * @param kernelDropped datagrams that the kernel dropped because the receive buffer was full, or -1 when the platform does not tell
     * @param sent datagrams handed to the kernel
     * @param sentBytes their payload bytes
     * @param sendFailed datagrams that the kernel would not send (no route, too long, …), and refusals reported by the remote
     * @param sendDropped datagrams dropped here because the kernel's buffer stayed full and the socket's own queue was full
     */
    record Stats(
            long received,
            long receivedBytes,
            long kernelDropped,
            long sent,
            long sentBytes,
            long sendFailed,
            long sendDropped) {

        /** Both together. */
        public Stats plus(Stats other) {
            boolean told = kernelDropped >= 0 && other.kernelDropped >= 0;
            return new Stats(
                    received + other.received,
                    receivedBytes + other.receivedBytes,
                    told ? kernelDropped + other.kernelDropped : -1,
                    sent + other.sent,
                    sentBytes + other.sentBytes,
                    sendFailed + other.sendFailed,
                    sendDropped + other.sendDropped);
        }
    }
}
