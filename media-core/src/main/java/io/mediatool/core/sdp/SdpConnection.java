package io.mediatool.core.sdp;

import org.jspecify.annotations.Nullable;

/**
 * A {@code c=} line (RFC 8866 §5.7).
 *
 * @param addressType {@code IP4} or {@code IP6}
 * @param address an address or a host name, without TTL and count
 * @param ttl time to live of an IPv4 multicast address, 0 to 255, or -1 where none is given
 * @param count how many contiguous multicast addresses, at least 1
 */
public record SdpConnection(String addressType, String address, int ttl, int count) {

    /** A connection to one address, without TTL; a colon makes it IP6. */
    public static SdpConnection of(String address) {
        return new SdpConnection(address.indexOf(':') >= 0 ? "IP6" : "IP4", address, -1, 1);
    }

    /** Reads what stands after {@code c=}, or null when it is broken ({@code IN}, {@code IN IP4}, nothing at all). */
    static @Nullable SdpConnection read(String value) {
        String[] words = SdpText.words(value.trim());
        if (words.length < 3 || !words[0].equalsIgnoreCase("IN")) {
            return null;
        }
        boolean ip4 = words[1].equalsIgnoreCase("IP4");
        if (!ip4 && !words[1].equalsIgnoreCase("IP6")) {
            return null;
        }
        String[] parts = words[2].split("/", -1);
        if (parts[0].isEmpty()) {
            return null;
        }
        // IP4: address/ttl/count. IP6 has no TTL: address/count.
        int ttl = ip4 && parts.length > 1 ? SdpNumbers.read(parts[1], 255) : -1;
        int countAt = ip4 ? 2 : 1;
        int count = parts.length > countAt ? SdpNumbers.read(parts[countAt], 65_535) : 1;
        return new SdpConnection(ip4 ? "IP4" : "IP6", parts[0], ttl, Math.max(1, count));
    }

    /** What stands after {@code c=}. */
    String write() {
        String text = "IN " + addressType + " " + address;
        if (ttl >= 0 && addressType.equals("IP4")) {
            text += "/" + ttl;
        }
        return count > 1 ? text + "/" + count : text;
    }
}
