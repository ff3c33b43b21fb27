package io.mediatool.core.loop;

import io.mediatool.core.loop.address.AddressText;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A TCP port of a {@link NettyEventLoop}, with its connections on the same loop. */
final class NettyTcpPort extends ChannelInboundHandlerAdapter implements TcpListener.Port {
    /** At one time. */
    static final int MAX_CONNECTIONS = 4_096;

    /** Of one address, or one IPv6 network; many people may share one behind a NAT. */
    static final int MAX_PER_ADDRESS = 128;

    private static final int BACKLOG = 256;

    private final NettyEventLoop loop;
    private final EventLoopGroup netty;
    private final TcpListener listener;
    private final Set<NettyTcpConnection> connections = new HashSet<>();
    private final Map<ByteBuffer, Integer> perAddress = new HashMap<>();
    private @Nullable Channel channel;
    private @Nullable InetSocketAddress localAddress;
    private boolean closed;
    private long accepted;
    private long refused;
    private long malformed;
    private long dropped;

    NettyTcpPort(NettyEventLoop loop, EventLoopGroup netty, TcpListener listener) {
        this.loop = loop;
        this.netty = netty;
        this.listener = listener;
    }

    /** On the loop. */
    void open(InetSocketAddress local, boolean epoll) throws IOException {
        SocketProtocolFamily family =
                local.getAddress() instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        ServerChannel server = epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
        try {
            server.config().setOption(ChannelOption.SO_REUSEADDR, true);
            server.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
            server.pipeline().addLast(this);
            done(netty.register(server), local);
            done(server.bind(local), local);
        } catch (IOException | RuntimeException e) {
            server.unsafe().closeForcibly();
            throw e;
        }
        channel = server;
        localAddress = (InetSocketAddress) server.localAddress();
    }

    private static void done(ChannelFuture future, InetSocketAddress local) throws IOException {
        // On the loop's own thread these are done when they return.
        Throwable cause = future.cause();
        if (cause != null || !future.isSuccess()) {
            String reason = cause == null ? "not done" : String.valueOf(cause.getMessage());
            BindException taken = new BindException(reason + ": " + AddressText.of(local));
            taken.initCause(cause);
            throw taken;
        }
    }

    /** A connection has been accepted. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel child = (Channel) message;
        InetSocketAddress remote = (InetSocketAddress) child.remoteAddress();
        InetAddress from = remote == null ? null : remote.getAddress();
        if (from == null
                || closed
                || connections.size() >= MAX_CONNECTIONS
                || perAddress.getOrDefault(network(from), 0) >= MAX_PER_ADDRESS) {
            refused++;
            child.unsafe().closeForcibly();
            return;
        }
        accepted++;
        NettyTcpConnection connection = new NettyTcpConnection(loop, this, child, remote);
        connections.add(connection);
        perAddress.merge(network(from), 1, Integer::sum);
        child.config().setOption(ChannelOption.TCP_NODELAY, true);
        child.pipeline().addLast(connection);
        Future<?> unused = netty.register(child);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refused++; // accept failed: out of file descriptors, or the client has gone again
    }

    TcpListener listener() {
        return listener;
    }

    boolean isClosed() {
        return closed;
    }

    void onGone(NettyTcpConnection connection) {
        if (connections.remove(connection)) {
            perAddress.computeIfPresent(
                    network(connection.remote().getAddress()), (address, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Whoever has one IPv6 address has 2^64 of them. */
    static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 16 ? ByteBuffer.wrap(bytes, 0, 8) : ByteBuffer.wrap(bytes);
    }

    void onMalformed() {
        malformed++;
    }

    void onDropped() {
        dropped++;
    }

    @Override
    public InetSocketAddress localAddress() {
        InetSocketAddress address = localAddress;
        if (address == null) {
            throw new IllegalStateException("not open yet");
        }
        return address;
    }

    @Override
    public TcpListener.Stats stats() {
        loop.requireInLoop();
        return new TcpListener.Stats(connections.size(), accepted, refused, malformed, dropped);
    }

    @Override
    public void close() {
        loop.closePort(this);
    }

    /** On the loop. */
    void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        Channel server = channel;
        if (server != null) {
            Future<?> unused = server.close();
        }
        List.copyOf(connections).forEach(NettyTcpConnection::close);
    }
}
