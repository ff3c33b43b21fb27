package io.mediatool.core.loop.kernel;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A port on Netty's epoll channel: copies datagrams out of recvmmsg's buffers into the loop's array. */
final class EpollPort extends ChannelInboundHandlerAdapter implements DatagramPort {
    // Numbers of <linux/in.h>, <linux/in6.h> and <asm-generic/socket.h>; Netty names none of them.
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final ChannelOption<Integer> SO_RCVBUFFORCE = option("SO_RCVBUFFORCE", SOL_SOCKET, 33);
    private static final ChannelOption<Integer> SO_SNDBUFFORCE = option("SO_SNDBUFFORCE", SOL_SOCKET, 32);
    private static final ChannelOption<Integer> IP_MULTICAST_TTL = option("IP_MULTICAST_TTL", IPPROTO_IP, 33);
    private static final ChannelOption<Integer> IP_MULTICAST_LOOP = option("IP_MULTICAST_LOOP", IPPROTO_IP, 34);
    private static final ChannelOption<Integer> IP_MULTICAST_ALL = option("IP_MULTICAST_ALL", IPPROTO_IP, 49);
    private static final ChannelOption<Integer> IPV6_MULTICAST_HOPS = option("IPV6_MULTICAST_HOPS", IPPROTO_IPV6, 18);
    private static final ChannelOption<Integer> IPV6_MULTICAST_LOOP = option("IPV6_MULTICAST_LOOP", IPPROTO_IPV6, 19);
    private static final ChannelOption<Integer> IPV6_MULTICAST_ALL = option("IPV6_MULTICAST_ALL", IPPROTO_IPV6, 29);

    // sock(7): the ninth of nine 32-bit counters is SK_MEMINFO_DROPS.
    private static final RawUnixChannelOption SO_MEMINFO = new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, 55, 36);
    private static final int DROPS_AT = 32;

    private final boolean ipv6;
    private final byte[] scratch;
    private final EpollDatagramChannel channel;
    private final SendQueue queue;
    private @Nullable Listener listener;
    private int burst;

    EpollPort(boolean ipv6, ReceiveBuffers buffers, SendBuffers sending, byte[] scratch) {
        this.ipv6 = ipv6;
        this.scratch = scratch;
        this.channel = new EpollDatagramChannel(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        this.queue = new SendQueue(channel, EpollDatagramChannel.isSegmentedDatagramPacketSupported(), sending);
        channel.config().setRecvByteBufAllocator(buffers);
        channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ReceiveBuffers.SLOT_BYTES);
        channel.pipeline().addLast(this);
    }

    @Override
    public void setBuffers(int receiveBytes, int sendBytes) {
        channel.config().setReceiveBufferSize(receiveBytes);
        channel.config().setSendBufferSize(sendBytes);
        if (receiveBufferBytes() < receiveBytes) {
            // Past net.core.rmem_max, for those with CAP_NET_ADMIN.
            attempt(SO_RCVBUFFORCE, receiveBytes);
            attempt(SO_SNDBUFFORCE, sendBytes);
        }
    }

    @Override
    public void setReuse(boolean address, boolean port) {
        channel.config().setReuseAddress(address);
        if (port) {
            set(UnixChannelOption.SO_REUSEPORT, true);
        }
    }

    @Override
    public void setMulticast(@Nullable NetworkInterface networkInterface, int ttl, boolean loop) {
        if (ipv6) {
            set(IPV6_MULTICAST_HOPS, ttl);
            set(IPV6_MULTICAST_LOOP, loop ? 1 : 0);
            attempt(IPV6_MULTICAST_ALL, 0); // Linux 4.20
        } else {
            set(IP_MULTICAST_TTL, ttl);
            set(IP_MULTICAST_LOOP, loop ? 1 : 0);
            // Else the socket would hear groups that other programs joined.
            set(IP_MULTICAST_ALL, 0);
        }
        if (networkInterface != null) {
            channel.config().setNetworkInterface(networkInterface);
        }
    }

    @Override
    public void register(IoEventLoop loop, Listener receiver) throws IOException {
        listener = receiver;
        EventLoopGroup group = loop; // as a loop of I/O handles it has deprecated channels
        done(group.register(channel));
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        done(channel.bind(local));
    }

    @Override
    public void join(InetAddress group, NetworkInterface networkInterface, @Nullable InetAddress source)
            throws IOException {
        done(channel.joinGroup(group, networkInterface, source));
    }

    private static void done(ChannelFuture future) throws IOException {
        // On the loop's own thread these are done when they return.
        Throwable cause = future.cause();
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause != null || !future.isSuccess()) {
            throw new IOException(cause == null ? "not done" : String.valueOf(cause.getMessage()), cause);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    @Override
    public int receiveBufferBytes() {
        // Linux reports the double, the rest being for its own bookkeeping (socket(7)); the JDK's channel knows that.
        return channel.config().getReceiveBufferSize() / 2;
    }

    @Override
    public long kernelDrops() {
        if (!channel.isOpen()) {
            return -1;
        }
        try {
            ByteBuffer counters = channel.config().getOption(SO_MEMINFO);
            return Integer.toUnsignedLong(
                    counters.order(ByteOrder.nativeOrder()).getInt(DROPS_AT));
        } catch (ChannelException e) {
            return -1; // before Linux 4.12
        }
    }

    @Override
    public void send(byte[] head, int headLength, byte[] data, int offset, int length, InetSocketAddress remote) {
        queue.send(head, headLength, data, offset, length, remote);
    }

    @Override
    public void addTo(InetSocketAddress remote, Consumer<Object> parts) {
        queue.addTo(remote, parts);
    }

    @Override
    public void flush() {
        queue.flush();
    }

    @Override
    public SendCounters counters() {
        return queue.counters();
    }

    @Override
    public void close() {
        queue.close();
        if (channel.isRegistered()) {
            Future<?> unused = channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        int length = packet.content().readableBytes();
        packet.content().getBytes(packet.content().readerIndex(), scratch, 0, length);
        InetSocketAddress sender = packet.sender();
        packet.release();
        burst++;
        receiver().onDatagram(scratch, length, sender);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        boolean more = burst >= DATAGRAMS_PER_TURN;
        burst = 0;
        receiver().onBurstEnd(more);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A receive error is an earlier send that the network refused (ICMP); the socket stays open.
        receiver().onReceiveFailed();
    }

    private Listener receiver() {
        Listener receiver = listener;
        if (receiver == null) {
            throw new IllegalStateException("not registered");
        }
        return receiver;
    }

    private <T> void set(ChannelOption<T> option, T value) {
        if (!channel.config().setOption(option, value)) {
            throw new IllegalStateException("no option " + option);
        }
    }

    private <T> void attempt(ChannelOption<T> option, T value) {
        try {
            channel.config().setOption(option, value);
        } catch (ChannelException e) {
            // Wished for, not needed: what was granted is asked for afterwards.
        }
    }

    private static ChannelOption<Integer> option(String name, int level, int number) {
        return new IntegerUnixChannelOption(name, level, number);
    }
}
