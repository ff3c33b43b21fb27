package io.mediatool.cli.config;

import io.mediatool.cli.http.access.Tokens;
import io.mediatool.cli.http.exchange.Proxies;
import io.mediatool.cli.http.whip.IceServer;
import io.mediatool.cli.terminal.CommandException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code serve}, checked.
 *
 * @param bind where to listen; empty: HTTP on localhost, media on every address
 * @param advertise addresses and names for media; empty: those of this machine
 * @param loops threads that carry media, at least one
 * @param tlsCertificate null without TLS of the user's own; then {@code tlsKey} too
 * @param jwtKey a file, or the shared secret itself
 * @param jwks a file or an http(s) URL
 * @param allowOrigins pages of other origins that may call; empty: what is usual
 */
public record ServeConfig(
        int httpPort,
        int udpPort,
        List<InetAddress> bind,
        List<String> advertise,
        int loops,
        @Nullable Path tlsCertificate,
        @Nullable Path tlsKey,
        boolean tlsSelfSigned,
        Tokens tokens,
        @Nullable String jwtKey,
        @Nullable String jwks,
        List<IceServer> iceServers,
        List<String> allowOrigins,
        Proxies proxies,
        @Nullable String redirect,
        int requestsPerSecond,
        int maxSessions,
        RoomPlan rooms,
        HookPlan hooks,
        boolean jsonLog) {
    private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[A-Za-z0-9.\\[\\]:-]+");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    /** Checks {@code settings}; what is wrong is one line that names where it stands. */
    public static ServeConfig of(Settings settings) throws CommandException {
        Setting certificate = settings.get(Key.TLS_CERT);
        Setting key = settings.get(Key.TLS_KEY);
        boolean selfSigned = settings.get(Key.TLS_SELF_SIGNED).truth();
        if (certificate.isSet() != key.isSet()) {
            throw (certificate.isSet() ? certificate : key).refused("--tls-cert and --tls-key belong together");
        }
        if (selfSigned && certificate.isSet()) {
            throw certificate.refused("either a certificate is given or it is made: leave out --tls-self-signed");
        }
        return new ServeConfig(
                settings.get(Key.HTTP).number(0, 65_535),
                settings.get(Key.UDP).number(0, 65_535),
                bind(settings.get(Key.BIND)),
                all(settings.get(Key.ADVERTISE), HOST, "is neither an address nor a name"),
                loops(settings.get(Key.LOOPS)),
                path(certificate),
                path(key),
                selfSigned,
                tokens(settings.get(Key.TOKEN)),
                text(settings.get(Key.JWT_KEY)),
                text(settings.get(Key.JWKS)),
                iceServers(settings.get(Key.ICE_SERVER)),
                all(settings.get(Key.ALLOW_ORIGIN), ORIGIN, "is no origin: write https://example.com or *"),
                proxies(settings.get(Key.TRUSTED_PROXY)),
                redirect(settings.get(Key.REDIRECT)),
                settings.get(Key.RATE_LIMIT).number(0, 1_000_000),
                settings.get(Key.MAX_SESSIONS).number(1, 100_000),
                RoomPlan.of(settings),
                HookPlan.of(settings),
                json(settings.get(Key.LOG_FORMAT)));
    }

    private static @Nullable String text(Setting setting) {
        return setting.isSet() ? setting.text() : null;
    }

    static @Nullable Path path(Setting setting) throws CommandException {
        try {
            return setting.isSet() ? Path.of(setting.text()) : null;
        } catch (InvalidPathException e) {
            throw setting.refused("'" + setting.text() + "' is no path");
        }
    }

    /** What a wildcard takes in needs no mention besides: the kernel would refuse it. */
    private static List<InetAddress> bind(Setting setting) throws CommandException {
        var addresses = new LinkedHashSet<InetAddress>();
        for (String value : setting.values()) {
            try {
                addresses.add(InetAddress.getByName(value));
            } catch (UnknownHostException e) {
                throw setting.refused("'" + value + "' has no address");
            }
        }
        var listed = List.copyOf(addresses);
        for (InetAddress address : listed) {
            if (address.isAnyLocalAddress()) {
                addresses.removeIf(other ->
                        !other.equals(address) && (address instanceof Inet6Address || other instanceof Inet4Address));
            }
        }
        return List.copyOf(addresses);
    }

    /**
     * Half of the processors: the others have the handshakes, HTTP, the garbage and the kernel's share of the network. But two where there
     * are two: what waits for one thread goes twice as fast by two, and what is to be done is no more.
     */
    private static int loops(Setting setting) throws CommandException {
        int loops = setting.number(0, 256);
        int processors = Runtime.getRuntime().availableProcessors();
        return loops > 0 ? loops : Math.max(Math.min(2, processors), processors / 2);
    }

    private static List<String> all(Setting setting, Pattern pattern, String otherwise) throws CommandException {
        for (String value : setting.values()) {
            if (!pattern.matcher(value).matches()) {
                throw setting.refused("'" + value + "' " + otherwise);
            }
        }
        return setting.values();
    }

    private static Tokens tokens(Setting setting) throws CommandException {
        try {
            return new Tokens(setting.values());
        } catch (IllegalArgumentException e) {
            throw setting.refused(String.valueOf(e.getMessage()));
        }
    }

    private static List<IceServer> iceServers(Setting setting) throws CommandException {
        var servers = new ArrayList<IceServer>();
        for (String value : setting.values()) {
            try {
                servers.add(IceServer.parse(value));
            } catch (IllegalArgumentException e) {
                throw setting.refused(String.valueOf(e.getMessage()));
            }
        }
        return servers;
    }

    private static Proxies proxies(Setting setting) throws CommandException {
        try {
            return new Proxies(setting.values());
        } catch (IllegalArgumentException e) {
            throw setting.refused(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String redirect(Setting setting) throws CommandException {
        if (!setting.isSet()) {
            return null;
        }
        String url = setting.text();
        if (!url.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw setting.refused("'" + url + "' is no http(s) URL");
        }
        return url.replaceAll("/+$", "");
    }

    private static boolean json(Setting setting) throws CommandException {
        return switch (setting.text()) {
            case "text" -> false;
            case "json" -> true;
            default -> throw setting.refused("'" + setting.text() + "' is neither text nor json");
        };
    }
}
