package io.mediatool.core.loop;

import io.mediatool.core.loop.kernel.SendQueue;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket on a {@link NettyEventLoop}: copies datagrams out of direct buffers into the loop's array and lends them. */
final class NettyUdpSocket extends ChannelInboundHandlerAdapter implements UdpSocket, NettyEventLoop.Output {
    private static final int MAX_KNOWN_SENDERS = 4_096;

    private final NettyEventLoop loop;
    private final UdpChannel channel;
    private final DatagramListener listener;
    private final SendQueue queue;
    private final Map<InetSocketAddress, InetSocketAddress> senders = new HashMap<>();
    private @Nullable InetSocketAddress lastSender;
    private @Nullable InetSocketAddress localAddress;
    private int receiveBufferBytes;
    private boolean reading;
    private boolean dirty;
    private boolean closed;
    private long received;
    private long receivedBytes;
    private long receiveFailed;
    private @Nullable Stats lastStats;

    NettyUdpSocket(NettyEventLoop loop, UdpChannel channel, DatagramListener listener) {
        this.loop = loop;
        this.channel = channel;
        this.listener = listener;
        this.queue = new SendQueue(channel.netty(), channel.segmentation());
    }

    /** Notes what the kernel made of the binding. */
    void opened(InetSocketAddress address, int grantedReceiveBytes) {
        localAddress = address;
        receiveBufferBytes = grantedReceiveBytes;
    }

    @Override
    public InetSocketAddress localAddress() {
        InetSocketAddress address = localAddress;
        if (address == null) {
            throw new IllegalStateException("not bound yet");
        }
        return address;
    }

    @Override
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    @Override
    public void send(byte[] data, int offset, int length, InetSocketAddress remote) {
        loop.requireInLoop();
        if (closed) {
            return;
        }
        if (!dirty) {
            dirty = true;
            loop.flushAtTurnEnd(this);
        }
        queue.send(data, offset, length, remote);
        loop.onQueued(length);
    }

    @Override
    public void flush() {
        loop.requireInLoop();
        queue.flush();
    }

    @Override
    public void onTurnEnd() {
        dirty = false;
        queue.flush();
    }

    @Override
    public Stats stats() {
        loop.requireInLoop();
        Stats last = lastStats;
        return last != null ? last : stats(channel.kernelDrops(localAddress().getPort()));
    }

    private Stats stats(long kernelDropped) {
        return new Stats(
                received,
                receivedBytes,
                kernelDropped,
                queue.sent(),
                queue.sentBytes(),
                queue.failed() + receiveFailed,
                queue.dropped());
    }

    @Override
    public void close() {
        loop.closeSocket(this);
    }

    /** On the loop: sends what is queued, keeps the counters readable, lets go of the port. */
    void closeNow() {
        if (closed) {
            return;
        }
        queue.flush();
        long drops = channel.kernelDrops(localAddress().getPort());
        closed = true;
        Future<?> unused = channel.netty().close();
        lastStats = stats(drops);
        if (reading) {
            reading = false; // Netty may not tell the end of this burst any more
            loop.endTurnSoon();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        byte[] data = loop.scratch();
        int length = packet.content().readableBytes();
        packet.content().getBytes(packet.content().readerIndex(), data, 0, length);
        InetSocketAddress sender = known(packet.sender());
        packet.release();
        if (closed) {
            return;
        }
        if (!reading) {
            reading = true;
            loop.beginReadTurn();
        }
        received++;
        receivedBytes += length;
        try {
            listener.onDatagram(data, 0, length, sender, loop.nowNs());
        } catch (Throwable bug) {
            loop.report(bug);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!reading) {
            return;
        }
        reading = false;
        if (!closed) {
            try {
                listener.onTurnEnd(loop.nowNs());
            } catch (Throwable bug) {
                loop.report(bug);
            }
        }
        loop.endTurn();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A receive error is an earlier send that the network refused (ICMP); the socket stays open.
        receiveFailed++;
    }

    /** Netty makes an address per datagram; listeners get the one they saw before. */
    private InetSocketAddress known(InetSocketAddress sender) {
        InetSocketAddress last = lastSender;
        if (last != null && last.equals(sender)) {
            return last;
        }
        if (senders.size() >= MAX_KNOWN_SENDERS) {
            senders.clear();
        }
        InetSocketAddress first = senders.putIfAbsent(sender, sender);
        InetSocketAddress known = first == null ? sender : first;
        lastSender = known;
        return known;
    }
}
