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

    /** Takes what arrives. */
    interface Output {
        void onDatagram(byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs);

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

    int size() {
        return (int) routes.values().stream().filter(route -> route != null).count();
    }

    private void closeUnlessTaken(RemotePath path, long atNs) {
        loop.schedule(atNs, nowNs -> {
            if (routes.containsKey(path) && routes.get(path) == null) {
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
    }

    @Override
    public void onTurnEnd(long nowNs) {
        output.onTurnEnd(nowNs);
    }
}
