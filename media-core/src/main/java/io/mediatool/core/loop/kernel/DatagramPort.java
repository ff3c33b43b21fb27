package io.mediatool.core.loop.kernel;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket of the kernel, by one engine. Options first, then {@link #register}, {@link #bind}, perhaps {@link #join};
 * all on the loop's thread.
 */
public interface DatagramPort {
    /** Keeps a flood on one socket from starving timers and other sockets. */
    int DATAGRAMS_PER_TURN = 256;

    /** Learns what comes in. */
    interface Listener {
        /** One datagram; {@code data} is lent. */
        void onDatagram(byte[] data, int length, InetSocketAddress sender);

        /**
         * All that was there has been delivered, or enough for one turn.
         *
         * @param more whether there may be more already
         */
        void onBurstEnd(boolean more);

        /** The kernel reported an error instead of a datagram. */
        void onReceiveFailed();
    }

    /** Asks for buffers; the kernel may grant less. */
    void setBuffers(int receiveBytes, int sendBytes) throws IOException;

    /**
     * @param address several receivers of one group on one machine; for unicast it would let a second socket steal the port
     * @param port several sockets share the port, senders are spread over them
     */
    void setReuse(boolean address, boolean port) throws IOException;

    /** How multicast is sent. */
    void setMulticast(@Nullable NetworkInterface networkInterface, int ttl, boolean loop) throws IOException;

    void register(IoEventLoop loop, Listener listener) throws IOException;

    void bind(InetSocketAddress local) throws IOException;

    void join(InetAddress group, NetworkInterface networkInterface, @Nullable InetAddress source) throws IOException;

    InetSocketAddress localAddress();

    /** What the kernel granted. */
    int receiveBufferBytes() throws IOException;

    /** Datagrams that found the receive buffer full; -1 when the platform does not tell, or the port is closed. */
    long kernelDrops();

    /** Queues a copy of {@code headLength} bytes of {@code head} and {@code length} of {@code data} as one datagram; bounded, never fails. */
    void send(byte[] head, int headLength, byte[] data, int offset, int length, InetSocketAddress remote);

    /** Names what is known of a destination, see {@link io.mediatool.core.loop.RemotePath#addTo}. */
    default void addTo(InetSocketAddress remote, Consumer<Object> parts) {}

    /** Hands to the kernel what is queued; what it does not take yet follows by itself. */
    void flush();

    /** What became of what was sent. */
    SendCounters counters();

    /** Drops what is queued. Harmless when repeated. */
    void close();
}
