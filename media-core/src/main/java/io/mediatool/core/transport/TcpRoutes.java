package io.mediatool.core.transport;

import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.TcpListener;
import io.mediatool.core.transport.UdpRoutes.Route;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Peers that come by TCP, for networks that let no UDP out (RFC 6544, passive side): each connection is one path. It is ended when no
 * peer proves by ICE that it is its own, and a little after its peer is gone.
 */
final class TcpRoutes implements TcpListener {
    /** From connecting to the first verified check. */
    static final long PROOF_NS = 10_000_000_000L;
    /** For goodbyes. */
    private static final long LINGER_NS = 1_000_000_000L;

    private final EventLoop loop;
    private final Output output;
    /** Null while nobody has proven anything. */
    private final Map<RemotePath, @Nullable Route> routes = new HashMap<>();
    /** Our connections whose peers live on another loop. */
    private final Map<RemotePath, Far> far = new HashMap<>();

    /** @param path as the other loop sees it */
    private record Far(RtpBundleTransport owner, FarPath path) {}

    /** Takes what arrives. */
    interface Output {
        void onDatagram(byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs);

        /** A connection has ended whose peer lives with {@code owner}, who knows it as {@code path}. */
        void onFarClosed(RtpBundleTransport owner, RemotePath path);

        void onTurnEnd(long nowNs);
    }

    TcpRoutes(EventLoop loop, Output output) {
        this.loop = loop;
        this.output = output;
    }

    void add(Route route) {
        routes.put(route.candidate().path(), route);
    }

    void remove(IceRemoteCandidate candidate) {
        RemotePath path = candidate.path();
        Route route = routes.get(path);
        if (route != null && route.candidate() == candidate) {
            routes.put(path, null);
            closeUnlessTaken(path, loop.nowNs() + LINGER_NS);
        }
    }

    @Nullable Route find(RemotePath path) {
        return routes.get(path);
    }

    /** The loop to whose peer one of our connections belongs, null when that is ours or not known yet. */
    @Nullable RtpBundleTransport ownerOf(RemotePath path) {
        Far other = far.isEmpty() ? null : far.get(path);
        return other == null ? null : other.owner;
    }

    /** How that loop calls the connection. */
    @Nullable RemotePath farOf(RemotePath path) {
        Far other = far.get(path);
        return other == null ? null : other.path;
    }

    /** A peer of another loop has come by one of our connections: from now on that loop judges it. */
    void belongs(RemotePath path, RtpBundleTransport owner) {
        far.put(path, new Far(owner, new FarPath(owner.loop(), loop, path)));
    }

    /** A datagram came by a connection of another loop. */
    void onFar(RemotePath path, long nowNs) {
        if (!routes.containsKey(path)) {
            onOpened(path, nowNs);
        }
    }

    /** Connections that are remembered, ours and those of other loops. */
    int connections() {
        return routes.size() + far.size();
    }

    /** Those of them that are a peer's. */
    int size() {
        return (int) routes.values().stream().filter(route -> route != null).count();
    }

    private void closeUnlessTaken(RemotePath path, long atNs) {
        loop.schedule(atNs, nowNs -> {
            if (routes.containsKey(path) && routes.get(path) == null && !far.containsKey(path)) {
                path.close();
            }
        });
    }

    @Override
    public void onOpened(RemotePath path, long nowNs) {
        routes.put(path, null);
        closeUnlessTaken(path, nowNs + PROOF_NS);
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, RemotePath path, long nowNs) {
        output.onDatagram(data, offset, length, path, routes.get(path), nowNs);
    }

    @Override
    public void onClosed(RemotePath path, long nowNs) {
        Route route = routes.remove(path);
        if (route != null) {
            route.transport().onPathClosed(path, nowNs);
        }
        Far other = far.remove(path);
        if (other != null) {
            output.onFarClosed(other.owner, other.path);
        }
    }

    @Override
    public void onTurnEnd(long nowNs) {
        output.onTurnEnd(nowNs);
    }
}
