package io.mediatool.core.loop.kernel;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * A port on the JDK's own datagram channel. Netty lends its selector and no more: its NioDatagramChannel makes a buffer, a
 * packet and an address for each datagram and costs about three times as much as reading the channel into one direct buffer.
 */
final class NioPort implements DatagramPort {
    private final DatagramChannel channel;
    private final ByteBuffer buffer;
    private final byte[] scratch;
    private final NioSendQueue queue;
    private @Nullable IoRegistration registration;
    private boolean writing;

    /** @param buffer a direct one, and where its bytes are lent from: of all ports of the loop */
    NioPort(boolean ipv6, ByteBuffer buffer, byte[] scratch) throws IOException {
        this.channel = DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        this.buffer = buffer;
        this.scratch = scratch;
        this.queue = new NioSendQueue(channel::send);
        channel.configureBlocking(false);
    }

    @Override
    public void setBuffers(int receiveBytes, int sendBytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBytes);
    }

    @Override
    public void setReuse(boolean address, boolean port) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, address);
        if (port) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
    }

    @Override
    public void setMulticast(@Nullable NetworkInterface networkInterface, int ttl, boolean loop) throws IOException {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, loop);
        if (networkInterface != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
        }
    }

    @Override
    public void register(IoEventLoop loop, Listener listener) throws IOException {
        // Done when it returns, on the loop's own thread.
        var future = loop.register(new Handle(listener));
        if (!future.isSuccess()) {
            throw new IOException("cannot register", future.cause());
        }
        registration = future.getNow();
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        channel.bind(local);
        submit(NioIoOps.READ);
    }

    @Override
    public void join(InetAddress group, NetworkInterface networkInterface, @Nullable InetAddress source)
            throws IOException {
        if (source == null) {
            channel.join(group, networkInterface);
        } else {
            channel.join(group, networkInterface, source);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new IllegalStateException("not bound", e);
        }
    }

    @Override
    public int receiveBufferBytes() throws IOException {
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public long kernelDrops() {
        return channel.isOpen() ? KernelDrops.ofPort(localAddress().getPort()) : -1;
    }

    private void onReady(SelectionKey key, Listener listener) {
        // Read first: what it makes others send is flushed with the rest.
        int ready = channel.isOpen() && key.isValid() ? key.readyOps() : 0;
        if ((ready & SelectionKey.OP_READ) != 0) {
            receive(listener);
        }
        if ((ready & SelectionKey.OP_WRITE) != 0) {
            flush();
        }
    }

    private void receive(Listener listener) {
        int count = 0;
        try {
            while (count < DATAGRAMS_PER_TURN && channel.isOpen()) {
                buffer.clear();
                // The JDK answers the same instance as long as the sender is the same.
                SocketAddress sender = channel.receive(buffer);
                if (sender == null) {
                    break;
                }
                count++;
                int length = buffer.position();
                buffer.get(0, scratch, 0, length);
                listener.onDatagram(scratch, length, (InetSocketAddress) sender);
            }
        } catch (ClosedChannelException e) {
            // Closed by who was told of the last datagram.
        } catch (IOException e) {
            listener.onReceiveFailed();
        }
        if (count > 0) {
            listener.onBurstEnd(count == DATAGRAMS_PER_TURN);
        }
    }

    @Override
    public void send(byte[] head, int headLength, byte[] data, int offset, int length, InetSocketAddress remote) {
        queue.send(head, headLength, data, offset, length, remote);
    }

    @Override
    public void flush() {
        boolean waiting = !queue.flush();
        if (waiting != writing && channel.isOpen()) {
            writing = waiting;
            submit(waiting ? NioIoOps.READ_AND_WRITE : NioIoOps.READ);
        }
    }

    private void submit(NioIoOps interest) {
        IoRegistration registered = registration;
        if (registered != null && registered.isValid()) {
            registered.submit(interest);
        }
    }

    @Override
    public SendCounters counters() {
        return queue.counters();
    }

    @Override
    public void close() {
        queue.close();
        IoRegistration registered = registration;
        if (registered != null) {
            registered.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }

    /** What Netty's selector calls. */
    private final class Handle extends NioSelectableChannelIoHandle<DatagramChannel> {
        private final Listener listener;

        private Handle(Listener listener) {
            super(channel);
            this.listener = listener;
        }

        @Override
        protected void handle(DatagramChannel ready, SelectionKey key) {
            onReady(key, listener);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
