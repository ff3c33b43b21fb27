package io.mediatool.core.loop.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Makes the ports of one loop, which share where datagrams land. */
public interface DatagramPorts extends AutoCloseable {
    /** More than any UDP payload. */
    int LARGEST_DATAGRAM = 65_536;

    /** A port that is not bound yet. */
    DatagramPort open(boolean ipv6) throws IOException;

    @Override
    void close();

    /**
     * Linux: recvmmsg, sendmmsg, UDP GSO.
     *
     * @param scratch of {@link #LARGEST_DATAGRAM} bytes, which datagrams are lent from
     */
    static DatagramPorts epoll(byte[] scratch) {
        var buffers = new ReceiveBuffers();
        var sending = new SendBuffers();
        return new DatagramPorts() {
            @Override
            public DatagramPort open(boolean ipv6) {
                return new EpollPort(ipv6, buffers, sending, scratch);
            }

            @Override
            public void close() {
                buffers.close();
                sending.close();
            }
        };
    }

    /**
     * Java NIO.
     *
     * @param scratch likewise
     */
    static DatagramPorts nio(byte[] scratch) {
        var buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
        return new DatagramPorts() {
            @Override
            public DatagramPort open(boolean ipv6) throws IOException {
                return new NioPort(ipv6, buffer, scratch);
            }

            @Override
            public void close() {
                // The buffer goes with the loop.
            }
        };
    }
}
