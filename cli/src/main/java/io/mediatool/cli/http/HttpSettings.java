package io.mediatool.cli.http;

import io.mediatool.cli.http.access.Gate;
import io.mediatool.cli.http.exchange.Proxies;
import io.mediatool.cli.http.whip.IceServer;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the HTTP server meets the world.
 *
 * @param bind addresses to listen on, all on one port; of those after the first some may be missing on this machine
 * @param port 0 for a free one
 * @param tls null for plain HTTP
 * @param gate who may do what
 * @param origins pages of other origins that may call; empty: those of this machine
 * @param iceServers that clients are told of
 * @param redirect where clients go when there is no room for them here; null: nowhere
 * @param proxies that stand in front
 * @param requestsPerSecond of one address that open, change or end something; 0 for any number
 */
public record HttpSettings(
        List<InetAddress> bind,
        int port,
        @Nullable TlsPair tls,
        Gate gate,
        List<String> origins,
        List<IceServer> iceServers,
        @Nullable String redirect,
        Proxies proxies,
        int requestsPerSecond) {
    public HttpSettings {
        bind = List.copyOf(bind);
        origins = List.copyOf(origins);
        iceServers = List.copyOf(iceServers);
    }

    /** Without proxies in front. */
    public HttpSettings(
            List<InetAddress> bind,
            int port,
            @Nullable TlsPair tls,
            Gate gate,
            List<String> origins,
            List<IceServer> iceServers,
            @Nullable String redirect,
            int requestsPerSecond) {
        this(bind, port, tls, gate, origins, iceServers, redirect, new Proxies(List.of()), requestsPerSecond);
    }

    /** Whether only this machine can connect; through a proxy others can. */
    public boolean isLoopback() {
        return proxies.isEmpty() && bind.stream().allMatch(InetAddress::isLoopbackAddress);
    }
}
