package io.mediatool.core.loop;

import io.mediatool.core.loop.address.AddressText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/**
 * What a UDP socket is bound to. Made by {@link #of}, {@link #ephemeral} or {@link #multicast} and the {@code with…}
 * methods.
 *
 * @param local address and port; port 0 asks for a free one. A wildcard IPv6 address also receives IPv4
 * @param reusePort several sockets share the port (SO_REUSEPORT); the kernel spreads senders over them
 * @param multicastGroup the group to join; null for unicast
 * @param multicastSource only datagrams of this sender (RFC 4607); null takes any
 * @param multicastInterface where to join and to send multicast; null leaves it to the routing table
 * @param multicastTtl hops that multicast sent from here may take, 0 to 255
 * @param multicastLoop whether multicast sent from here reaches receivers on this machine
 * @param receiveBufferBytes what to ask the kernel for; it may grant less: {@link UdpSocket#receiveBufferBytes()}
 * @param sendBufferBytes likewise for sending
 */
public record UdpBinding(
        InetSocketAddress local,
        boolean reusePort,
        @Nullable InetAddress multicastGroup,
        @Nullable InetAddress multicastSource,
        @Nullable NetworkInterface multicastInterface,
        int multicastTtl,
        boolean multicastLoop,
        int receiveBufferBytes,
        int sendBufferBytes) {

    /** Half a second of 64 Mbit/s; the usual {@code net.core.rmem_max} allows less. */
    public static final int DEFAULT_RECEIVE_BUFFER_BYTES = 4 << 20;

    /** Room for the bursts of a key frame to many viewers. */
    public static final int DEFAULT_SEND_BUFFER_BYTES = 2 << 20;

    public UdpBinding {
        if (multicastGroup != null && !multicastGroup.isMulticastAddress()) {
            throw new IllegalArgumentException(AddressText.of(multicastGroup) + " is not a multicast address");
        }
        if (multicastSource != null && multicastGroup == null) {
            throw new IllegalArgumentException("a multicast source needs a group");
        }
        if (multicastTtl < 0 || multicastTtl > 255) {
            throw new IllegalArgumentException("multicast TTL " + multicastTtl + " is not in 0 to 255");
        }
        if (receiveBufferBytes <= 0 || sendBufferBytes <= 0) {
            throw new IllegalArgumentException("buffer sizes must be positive");
        }
    }

    /** Unicast on {@code local}; the address must be resolved. */
    public static UdpBinding of(InetSocketAddress local) {
        return new UdpBinding(
                local, false, null, null, null, 1, true, DEFAULT_RECEIVE_BUFFER_BYTES, DEFAULT_SEND_BUFFER_BYTES);
    }

    /** A free port of {@code local}. */
    public static UdpBinding ephemeral(InetAddress local) {
        return of(new InetSocketAddress(local, 0));
    }

    /**
     * Receives {@code group}:{@code port}. The socket is bound to the group's own address where the platform can, so
     * that unicast and other groups on the same port are not mixed in; other programs may receive the same group.
     *
     * @param networkInterface where to join; null for the system's choice
     */
    public static UdpBinding multicast(InetAddress group, int port, @Nullable NetworkInterface networkInterface) {
        UdpBinding b = of(new InetSocketAddress(group, port));
        return new UdpBinding(
                b.local, false, group, null, networkInterface, 1, true, b.receiveBufferBytes, b.sendBufferBytes);
    }

    /** Shares the port with other sockets of this program. */
    public UdpBinding withReusePort() {
        return new UdpBinding(
                local,
                true,
                multicastGroup,
                multicastSource,
                multicastInterface,
                multicastTtl,
                multicastLoop,
                receiveBufferBytes,
                sendBufferBytes);
    }

    /** Source-specific multicast: only what {@code source} sends. */
    public UdpBinding withMulticastSource(@Nullable InetAddress source) {
        return new UdpBinding(
                local,
                reusePort,
                multicastGroup,
                source,
                multicastInterface,
                multicastTtl,
                multicastLoop,
                receiveBufferBytes,
                sendBufferBytes);
    }

    /** How multicast is sent: where, how far, and whether this machine hears it. */
    public UdpBinding withMulticastSending(@Nullable NetworkInterface networkInterface, int ttl, boolean loop) {
        return new UdpBinding(
                local,
                reusePort,
                multicastGroup,
                multicastSource,
                networkInterface,
                ttl,
                loop,
                receiveBufferBytes,
                sendBufferBytes);
    }

    /** Kernel buffers to ask for. */
    public UdpBinding withBuffers(int receiveBytes, int sendBytes) {
        return new UdpBinding(
                local,
                reusePort,
                multicastGroup,
                multicastSource,
                multicastInterface,
                multicastTtl,
                multicastLoop,
                receiveBytes,
                sendBytes);
    }

    boolean ipv6() {
        return local.getAddress() instanceof Inet6Address;
    }
}
