package io.mediatool.core.loop;

import java.net.InetSocketAddress;

/** Takes connections that carry datagrams, each behind its length in 16 bits (RFC 4571 §2). On the loop's thread. */
public interface TcpListener {

    /** Somebody has connected. */
    void onOpened(RemotePath path, long nowNs);

    /**
     * One datagram.
     *
     * @param data borrowed until return
     */
    void onDatagram(byte[] data, int offset, int length, RemotePath path, long nowNs);

    /** The connection is gone, by whichever side; not called for a listener that was closed itself. */
    void onClosed(RemotePath path, long nowNs);

    /** All that has been received in this turn has been delivered. */
    void onTurnEnd(long nowNs);

    /** An open port. */
    interface Port extends AutoCloseable {
        InetSocketAddress localAddress();

        /** On the loop's thread. */
        Stats stats();

        /** Closes the port and its connections; harmless when repeated; any thread. */
        @Override
        void close();
    }

    /**
     * @param connections now
     * @param accepted since the port was opened
     * @param refused there were too many, in all or of one address
     * @param malformed ended because of a frame that no peer of ours sends
     * @param dropped datagrams to slow receivers
     */
    record Stats(int connections, long accepted, long refused, long malformed, long dropped) {}
}
