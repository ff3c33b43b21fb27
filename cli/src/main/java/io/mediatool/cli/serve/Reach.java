package io.mediatool.cli.serve;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Who can reach an address, in words. */
public final class Reach {
    private Reach() {}

    /** Words for {@code address}. */
    public static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address.isLoopbackAddress()) {
            return "this machine only, and not by its Firefox"; // 153 checks no pair with a loopback address
        }
        if (address.isLinkLocalAddress() || address.isSiteLocalAddress() || isUniqueLocal(bytes)) {
            return "this machine and its network";
        }
        // RFC 6598: between a provider and its customers.
        if (address instanceof Inet4Address && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64) {
            return "the provider's or VPN's network";
        }
        return "everyone, unless a firewall or NAT stands before it";
    }

    /** RFC 4193. */
    private static boolean isUniqueLocal(byte[] bytes) {
        return bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    }
}
