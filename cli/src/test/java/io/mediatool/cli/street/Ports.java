package io.mediatool.cli.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** Neighbouring UDP ports, read by one thread. */
final class Ports implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final Taker taker;

    /** What becomes of the datagrams; on the thread of the ports. */
    interface Taker {
        /**
         * @param index which of the ports it came to, from 0
         * @param channel of that port
         * @param datagram borrowed until return
         */
        void take(int index, DatagramChannel channel, ByteBuffer datagram);
    }

    /** Bound, and read once {@linkplain #start started}. */
    Ports(String address, int first, int count, Taker taker) throws IOException {
        this.taker = taker;
        for (int i = 0; i < count; i++) {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(new InetSocketAddress(InetAddress.getByName(address), first + i));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, i);
            channels.add(channel);
        }
    }

    void start(String name) {
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        ByteBuffer datagram = ByteBuffer.allocate(65_536);
        try {
            while (selector.isOpen()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    var channel = (DatagramChannel) key.channel();
                    while (channel.receive(datagram.clear()) != null) {
                        taker.take((Integer) key.attachment(), channel, datagram.flip());
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException e) {
            // Closed: the test is over.
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
