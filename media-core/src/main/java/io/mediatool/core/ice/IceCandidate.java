package io.mediatool.core.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as signalling carries it (RFC 8839 §5.1). Foundations of ours are digits: FFmpeg 8.0 looks for the first
 * "udp" in the whole line and took "udp65535", a foundation, for the protocol ("Protocol udp65535 is not supported by RTC").
 *
 * @param transport {@code udp} or {@code tcp}, lower case
 * @param priority 1 to 2³¹−1
 * @param host an IP address, or a name; never looked up here
 * @param type {@code host}, {@code srflx}, {@code prflx} or {@code relay}
 * @param tcpType {@code passive}, {@code active} or {@code so}; empty for UDP
 */
public record IceCandidate(
        String foundation,
        int component,
        String transport,
        long priority,
        String host,
        int port,
        String type,
        String tcpType) {

    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]+");

    /** The value of a=candidate, with or without {@code candidate:} before it; null when it is none. */
    public static @Nullable IceCandidate parse(String text) {
        String value = text.startsWith("candidate:") ? text.substring("candidate:".length()) : text;
        String[] words = SPACES.split(value.strip());
        if (words.length < 8 || !words[6].equals("typ")) {
            return null;
        }
        String tcpType = "";
        for (int i = 8; i + 1 < words.length; i += 2) {
            tcpType = words[i].equals("tcptype") ? words[i + 1] : tcpType;
        }
        try {
            int component = Integer.parseInt(words[1]);
            long priority = Long.parseLong(words[3]);
            int port = Integer.parseInt(words[5]);
            String transport = words[2].toLowerCase(Locale.ROOT);
            return port < 0 || port > 65_535
                    ? null
                    : new IceCandidate(words[0], component, transport, priority, words[4], port, words[7], tcpType);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * A host candidate of ours (RFC 8445 §5.1.2.1).
     *
     * @param preference 0 to 65535, higher is better; no two alike
     */
    public static IceCandidate host(String transport, InetSocketAddress address, int preference) {
        long priority = 126L << 24 | (long) preference << 8 | 255;
        String foundation = (transport.equals("udp") ? "1" : "2") + preference;
        String host = address.getAddress().getHostAddress();
        int scope = host.indexOf('%');
        String literal = scope < 0 ? host : host.substring(0, scope);
        String tcpType = transport.equals("tcp") ? "passive" : "";
        return new IceCandidate(foundation, 1, transport, priority, literal, address.getPort(), "host", tcpType);
    }

    /** Our {@code base} as a STUN server sees it (RFC 8445 §5.1.1.2), with preferences as of {@link #host}. */
    public static IceCandidate reflexive(InetSocketAddress mapped, InetSocketAddress base, int preference) {
        long priority = 100L << 24 | (long) preference << 8 | 255;
        String foundation = "3" + base.getPort() + preference;
        String host = mapped.getAddress().getHostAddress();
        return new IceCandidate(foundation, 1, "udp", priority, host, mapped.getPort(), "srflx", "");
    }

    /** Its address when {@link #host} is one; null for names: {@code .local} ones hide an address on purpose (RFC 8828). */
    public @Nullable InetSocketAddress address() {
        boolean v4 = IPV4.matcher(host).matches();
        boolean v6 = host.indexOf(':') >= 0 && IPV6.matcher(host).matches();
        if (!v4 && !v6) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            return null; // 999.1.1.1; literals are not looked up
        }
    }

    /** What follows {@code a=}. */
    public String toSdp() {
        return "candidate:" + foundation + " " + component + " " + transport + " " + priority + " " + host + " " + port
                + " typ " + type + (tcpType.isEmpty() ? "" : " tcptype " + tcpType);
    }
}
