package io.mediatool.cli.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Takes one push on four ports (RTP and RTCP of two tracks) and hands each datagram on to any number of recorders, counting
 * the pictures: the test's clock. A picture ends with the marker bit of the first track.
 */
final class Fan implements AutoCloseable {
    private static final int PORTS = 4;

    /** The first of the four ports to push to. */
    final int port = Street.freePorts(PORTS);

    private final Selector selector = Selector.open();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final Set<Integer> targets = new CopyOnWriteArraySet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Thread thread = new Thread(this::run, "fan");
    private long pictures;
    private long packets;

    Fan() throws IOException {
        for (int i = 0; i < PORTS; i++) {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(new InetSocketAddress("127.0.0.1", port + i));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, i);
            channels.add(channel);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on also to the four ports from {@code target} on. */
    void add(int target) {
        targets.add(target);
    }

    void remove(int target) {
        targets.remove(target);
    }

    /** Pictures handed on so far. */
    long pictures() {
        lock.lock();
        try {
            return pictures;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code count} pictures have been handed on. */
    void awaitPictures(long count) throws InterruptedException {
        await(() -> pictures >= count);
    }

    /** Waits for {@code more} more packets of the first track. */
    void awaitPackets(long more) throws InterruptedException {
        lock.lock();
        try {
            long until = packets + more;
            await(() -> packets >= until);
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier reached) throws InterruptedException {
        lock.lock();
        try {
            long leftNs = Street.SOON.toNanos();
            while (!reached.getAsBoolean()) {
                if (leftNs <= 0) {
                    throw new AssertionError("the push stopped at packet " + packets);
                }
                leftNs = arrived.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        try {
            while (selector.isOpen()) {
                selector.select(TimeUnit.SECONDS.toMillis(1));
                for (SelectionKey key : selector.selectedKeys()) {
                    handOn((DatagramChannel) key.channel(), (Integer) key.attachment(), datagram);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException e) {
            // Closed: the test is over.
        }
    }

    private void handOn(DatagramChannel channel, int index, ByteBuffer datagram) throws IOException {
        while (channel.receive(datagram.clear()) != null) {
            datagram.flip();
            for (int target : targets) {
                send(channel, datagram.duplicate(), target + index);
            }
            if (index == 0) {
                count((datagram.get(1) & 0x80) != 0);
            }
        }
    }

    private static void send(DatagramChannel channel, ByteBuffer datagram, int target) {
        try {
            channel.send(datagram, new InetSocketAddress("127.0.0.1", target));
        } catch (IOException e) {
            // Nobody listens there yet, or any more.
        }
    }

    private void count(boolean marker) {
        lock.lock();
        try {
            packets++;
            if (marker) {
                pictures++;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
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
