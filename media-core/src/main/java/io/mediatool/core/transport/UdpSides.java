package io.mediatool.core.transport;

import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.transport.UdpRoutes.Route;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sockets of one port on one loop, one for each address that is listened on, each with the peers that it reaches. */
final class UdpSides {
    private final Output output;
    private final List<Side> sides = new ArrayList<>();

    /** Takes what arrives. */
    interface Output {
        void onDatagram(byte[] data, int offset, int length, Side side, InetSocketAddress remote, long nowNs);

        void onTurnEnd();
    }

    /** One socket. */
    final class Side implements DatagramListener {
        private final int index;
        private final UdpRoutes routes = new UdpRoutes();
        private @Nullable UdpSocket socket;

        private Side(int index) {
            this.index = index;
        }

        /** Its place, the same on every loop. */
        int index() {
            return index;
        }

        @Nullable Route find(InetSocketAddress remote) {
            return routes.find(remote);
        }

        RemotePath path(@Nullable Route route, InetSocketAddress remote) {
            return route == null
                    ? new RemotePath.Udp(socket(), remote)
                    : route.candidate().path();
        }

        private UdpSocket socket() {
            UdpSocket bound = socket;
            if (bound == null) {
                throw new IllegalStateException("not bound yet");
            }
            return bound;
        }

        @Override
        public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
            if (socket != null) { // else it came before whoever binds has heard of it
                output.onDatagram(data, offset, length, this, remote, nowNs);
            }
        }

        @Override
        public void onTurnEnd(long nowNs) {
            output.onTurnEnd();
        }
    }

    /** @throws IOException when an address cannot be bound; none is then */
    UdpSides(EventLoop loop, List<UdpBinding> bindings, Output output) throws IOException {
        this.output = output;
        try {
            for (UdpBinding binding : bindings) {
                Side side = new Side(sides.size());
                side.socket = loop.bind(binding, side);
                sides.add(side);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    Side get(int index) {
        return sides.get(index);
    }

    /** Of the first. */
    InetSocketAddress localAddress() {
        return sides.get(0).socket().localAddress();
    }

    /** By the first socket that can send there. */
    RemotePath pathTo(InetSocketAddress address) {
        Side best = sides.get(0);
        for (int i = sides.size() - 1; i >= 0; i--) {
            InetAddress own = sides.get(i).socket().localAddress().getAddress();
            boolean same = own instanceof Inet4Address == address.getAddress() instanceof Inet4Address;
            best = same || !(own instanceof Inet4Address) && own.isAnyLocalAddress() ? sides.get(i) : best;
        }
        return best.path(best.find(address), address);
    }

    void add(Route route, RemotePath.Udp path) {
        of(path.socket()).routes.add(route);
    }

    /** @return whether the address is nobody's now */
    boolean remove(IceRemoteCandidate candidate, RemotePath.Udp path) {
        UdpRoutes routes = of(path.socket()).routes;
        routes.remove(candidate);
        return routes.find(path.remote()) == null;
    }

    /** Nobody here has that address any more. */
    void forget(InetSocketAddress address) {
        for (Side side : sides) {
            Route route = side.find(address);
            if (route != null) {
                side.routes.remove(route.candidate());
            }
        }
    }

    private Side of(UdpSocket socket) {
        for (Side side : sides) {
            if (side.socket == socket) {
                return side;
            }
        }
        throw new IllegalArgumentException("a path of another port");
    }

    /** Addresses that are known. */
    int size() {
        return sides.stream().mapToInt(side -> side.routes.size()).sum();
    }

    void flush() {
        for (int i = 0; i < sides.size(); i++) {
            sides.get(i).socket().flush();
        }
    }

    /** Of all, added up. */
    UdpSocket.Stats stats() {
        return sides.stream()
                .map(side -> side.socket().stats())
                .reduce(UdpSocket.Stats::plus)
                .orElseThrow();
    }

    void close() {
        sides.forEach(side -> side.socket().close());
    }
}
