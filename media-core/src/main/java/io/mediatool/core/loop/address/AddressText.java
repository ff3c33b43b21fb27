package io.mediatool.core.loop.address;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** Addresses as people read them: RFC 5952, with the zone (RFC 4007 §11) of those that mean nothing without it. */
public final class AddressText {
    private AddressText() {}

    /** {@code 192.0.2.1}, {@code 2001:db8::1}, {@code fe80::1%eth0}. */
    public static String of(InetAddress address) {
        return NetUtil.toAddressString(address) + zone(address);
    }

    /** Likewise with its port: {@code 192.0.2.1:5004}, {@code [2001:db8::1]:5004}; a name that was not looked up stays one. */
    public static String of(InetSocketAddress address) {
        InetAddress known = address.getAddress();
        return (known == null ? address.getHostString() : bracketed(known)) + ":" + address.getPort();
    }

    /** As it stands before a port: IPv6 in brackets. */
    public static String bracketed(InetAddress address) {
        return address instanceof Inet6Address ? "[" + of(address) + "]" : of(address);
    }

    /** The kernel numbers zones of every address, with 0 for none; only local ones have any. */
    private static String zone(InetAddress address) {
        boolean local = address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMCLinkLocal()
                || address.isMCNodeLocal();
        if (!local || !(address instanceof Inet6Address six)) {
            return "";
        }
        NetworkInterface named = six.getScopedInterface();
        return named != null ? "%" + named.getName() : six.getScopeId() > 0 ? "%" + six.getScopeId() : "";
    }
}
