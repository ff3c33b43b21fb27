package io.mediatool.ingest.source;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code scheme://[@][ADDRESS]:PORT[?key=value&…]} taken apart.
 *
 * @param argument the whole
 * @param address null for any: an empty host
 * @param port 1 to 65535
 * @param options the query, keys in lower case, values decoded
 */
record SourceQuery(String argument, @Nullable InetAddress address, int port, Map<String, String> options) {
    /** Options of FFmpeg's URLs that mean nothing here and harm nobody: people copy them along. */
    private static final Set<String> FOREIGN = Set.of(
            "pkt_size",
            "buffer_size",
            "fifo_size",
            "overrun_nonfatal",
            "reuse",
            "reuse_socket",
            "ttl",
            "timeout",
            "bitrate",
            "connect",
            "localport",
            "localrtpport",
            "localrtcpport");

    SourceQuery {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    static SourceQuery parse(String argument, Set<String> known) throws SourceException {
        String rest = argument.substring(argument.indexOf("://") + 3);
        int query = rest.indexOf('?');
        String authority = query < 0 ? rest : rest.substring(0, query);
        while (authority.endsWith("/")) {
            authority = authority.substring(0, authority.length() - 1);
        }
        if (authority.startsWith("@")) {
            authority = authority.substring(1); // VLC writes the address to listen on after an @
        }
        int colon = authority.lastIndexOf(':');
        if (colon < 0 || authority.endsWith("]")) {
            throw new SourceException(argument + ": has no port; write " + scheme(argument) + authority + ":5004");
        }
        String host = authority.substring(0, colon);
        if (host.contains(":") && !host.startsWith("[")) {
            throw new SourceException(argument + ": an IPv6 address needs brackets; write " + scheme(argument) + "["
                    + host + "]:" + authority.substring(colon + 1));
        }
        return new SourceQuery(
                argument,
                host.isEmpty() || host.equals("*") ? null : resolve(argument, host),
                number(argument, "port", authority.substring(colon + 1), 1, 65_535),
                query < 0 ? Map.of() : options(argument, rest.substring(query + 1), known));
    }

    private static String scheme(String argument) {
        return argument.substring(0, argument.indexOf("://") + 3);
    }

    private static Map<String, String> options(String argument, String query, Set<String> known)
            throws SourceException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (key.equals("sources")) {
                key = "source"; // FFmpeg's word
            }
            if (key.isEmpty() || FOREIGN.contains(key)) {
                continue;
            }
            if (!known.contains(key)) {
                throw new SourceException(argument + ": unknown option '" + key + "'; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            options.put(key, equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
        return options;
    }

    /** Percent-decoding; + stays +, because base64 in fmtp has it. */
    private static String decoded(String text) {
        var bytes = new ByteArrayOutputStream();
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
            if (low < 0) {
                bytes.write(raw[i]);
            } else {
                bytes.write(high << 4 | low);
                i += 2;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static InetAddress resolve(String argument, String host) throws SourceException {
        try {
            return InetAddress.getAllByName(host)[0];
        } catch (UnknownHostException e) {
            throw new SourceException(argument + ": no address for '" + host + "'; leave it out to listen on all");
        }
    }

    static int number(String argument, String what, String text, int min, int max) throws SourceException {
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // no number at all is refused like one out of range
        }
        throw new SourceException(
                argument + ": " + what + " '" + text + "' is not a number from " + min + " to " + max);
    }

    /** The number of option {@code key}, or {@code fallback} where it is not given. */
    int number(String key, int fallback, int min, int max) throws SourceException {
        String text = options.get(key);
        return text == null ? fallback : number(argument, key, text, min, max);
    }

    /** The one sender to take of a group, or null. */
    @Nullable InetAddress multicastSource() throws SourceException {
        String host = options.get("source");
        if (host == null) {
            return null;
        }
        InetAddress group = address;
        if (group == null || !group.isMulticastAddress()) {
            throw new SourceException(argument + ": source= needs a multicast address to listen on");
        }
        return resolve(argument, host);
    }
}
