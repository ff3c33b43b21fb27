package io.mediatool.core.loop;

import io.mediatool.core.loop.kernel.MulticastRoute;
import io.mediatool.core.loop.kernel.ReceiveBuffers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One Netty datagram channel with the options of a {@link UdpBinding}: all that differs between epoll and NIO. */
final class UdpChannel {
    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

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

    private final DatagramChannel channel;
    private final UdpBinding binding;
    private final boolean epoll;

    UdpChannel(UdpBinding binding, boolean epoll) {
        SocketProtocolFamily family = binding.ipv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        this.binding = binding;
        this.epoll = epoll;
        this.channel = epoll ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
    }

    Channel netty() {
        return channel;
    }

    boolean segmentation() {
        return epoll && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    /** Sets the options, before the channel meets its loop. */
    void prepare(ReceiveBuffers buffers) {
        channel.config().setRecvByteBufAllocator(buffers);
        if (epoll) {
            channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ReceiveBuffers.SLOT_BYTES);
        }
        channel.config().setReceiveBufferSize(binding.receiveBufferBytes());
        channel.config().setSendBufferSize(binding.sendBufferBytes());
        if (epoll && receiveBufferBytes() < binding.receiveBufferBytes()) {
            // Past net.core.rmem_max, for those with CAP_NET_ADMIN.
            attempt(SO_RCVBUFFORCE, binding.receiveBufferBytes());
            attempt(SO_SNDBUFFORCE, binding.sendBufferBytes());
        }
        // Several receivers of one group on one machine. For unicast it would let a second socket steal the port.
        channel.config().setReuseAddress(binding.multicastGroup() != null);
        if (binding.reusePort()) {
            set(epoll ? UnixChannelOption.SO_REUSEPORT : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        }
        prepareMulticast();
    }

    private void prepareMulticast() {
        NetworkInterface networkInterface = binding.multicastInterface();
        int loop = binding.multicastLoop() ? 1 : 0;
        if (!epoll) {
            set(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_TTL), binding.multicastTtl());
            set(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_LOOP), binding.multicastLoop());
            if (networkInterface != null) {
                set(NioChannelOption.of(StandardSocketOptions.IP_MULTICAST_IF), networkInterface);
            }
            return;
        }
        if (binding.ipv6()) {
            set(IPV6_MULTICAST_HOPS, binding.multicastTtl());
            set(IPV6_MULTICAST_LOOP, loop);
            attempt(IPV6_MULTICAST_ALL, 0); // Linux 4.20
        } else {
            set(IP_MULTICAST_TTL, binding.multicastTtl());
            set(IP_MULTICAST_LOOP, loop);
            // Else the socket would hear groups that other programs joined.
            set(IP_MULTICAST_ALL, 0);
        }
        if (networkInterface != null) {
            channel.config().setNetworkInterface(networkInterface);
        }
    }

    /** Registers, binds and joins; on the loop. */
    void bind(EventLoopGroup loop) throws IOException {
        done(loop.register(channel));
        InetSocketAddress local = binding.local();
        InetAddress group = binding.multicastGroup();
        if (group == null) {
            bind(local);
            return;
        }
        NetworkInterface named = binding.multicastInterface();
        NetworkInterface networkInterface = named != null ? named : MulticastRoute.interfaceFor(group);
        if (group.equals(local.getAddress())) {
            // Only Linux binds to a group's address everywhere.
            local = new InetSocketAddress(LINUX ? scoped(group, networkInterface) : wildcard(), local.getPort());
        }
        bind(local);
        join(group, networkInterface);
    }

    private void bind(InetSocketAddress local) throws IOException {
        try {
            done(channel.bind(local));
        } catch (IOException | RuntimeException e) {
            BindException taken = new BindException(reason(e) + ": " + text(binding.local()));
            taken.initCause(e);
            throw taken;
        }
    }

    /** A group that is local to a link or node means one on one interface (RFC 4007 §6): bind asks for it. */
    private static InetAddress scoped(InetAddress group, NetworkInterface networkInterface) throws IOException {
        boolean local = group.isMCLinkLocal() || group.isMCNodeLocal();
        return group instanceof Inet6Address six && local && six.getScopeId() == 0
                ? Inet6Address.getByAddress(null, six.getAddress(), networkInterface.getIndex())
                : group;
    }

    private void join(InetAddress group, NetworkInterface networkInterface) throws IOException {
        try {
            done(channel.joinGroup(group, networkInterface, binding.multicastSource()));
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "cannot join " + group.getHostAddress() + " on " + networkInterface.getName() + ": " + reason(e),
                    e);
        }
    }

    private InetAddress wildcard() throws IOException {
        return InetAddress.getByAddress(new byte[binding.ipv6() ? 16 : 4]);
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

    private static String reason(Throwable e) {
        String message = String.valueOf(e.getMessage());
        // "bind(..) failed with error(-98): Address already in use"
        int colon = message.lastIndexOf("): ");
        return colon < 0 ? message : message.substring(colon + 3);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** What the kernel granted; Linux reports the double, the rest being for its own bookkeeping (socket(7)). */
    int receiveBufferBytes() {
        int reported = channel.config().getReceiveBufferSize();
        return LINUX ? reported / 2 : reported;
    }

    InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    /** Datagrams that found the receive buffer full; -1 when the platform does not tell. */
    long kernelDrops(int port) {
        if (!channel.isOpen()) {
            return -1;
        }
        if (epoll) {
            try {
                ByteBuffer counters = channel.config().getOption(SO_MEMINFO);
                return Integer.toUnsignedLong(
                        counters.order(ByteOrder.nativeOrder()).getInt(DROPS_AT));
            } catch (ChannelException e) {
                return -1; // before Linux 4.12
            }
        }
        return LINUX ? KernelDrops.ofPort(port) : -1;
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

    /**
     * The drop counters of {@code /proc/net/udp}, for sockets that cannot be asked themselves. Sockets that share a port are
     * counted together.
     */
    static final class KernelDrops {
        private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

        private KernelDrops() {}

        /** Drops of all UDP sockets on {@code port}; -1 when there are no tables. */
        static long ofPort(int port) {
            long drops = -1;
            for (Path table : TABLES) {
                try {
                    drops = Math.max(drops, 0) + sum(Files.readAllLines(table), port);
                } catch (IOException e) {
                    // No such table: no IPv6, or not Linux.
                }
            }
            return drops;
        }

        // "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer
        // drops"
        static long sum(List<String> lines, int port) {
            String suffix = String.format(":%04X", port);
            long drops = 0;
            for (String line : lines) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length == 13 && columns[1].endsWith(suffix) && columns[12].matches("\\d{1,18}")) {
                    drops += Long.parseLong(columns[12]);
                }
            }
            return drops;
        }
    }
}
