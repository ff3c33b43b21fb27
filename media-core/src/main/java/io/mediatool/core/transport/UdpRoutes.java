package io.mediatool.core.transport;

import io.mediatool.core.ice.IceRemoteCandidate;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which peer an address belongs to that one UDP socket receives from. */
final class UdpRoutes {
    private final Map<InetSocketAddress, Route> byAddress = new HashMap<>();
    private @Nullable Route last;

    /** A path that the peer's ICE agent has taken for its own. */
    record Route(IceRemoteCandidate candidate, DtlsIceTransport transport) {}

    @Nullable Route find(InetSocketAddress remote) {
        Route known = last;
        if (known != null && known.candidate.address().equals(remote)) {
            return known;
        }
        known = byAddress.get(remote);
        last = known;
        return known;
    }

    /** An address that another peer had before is the new one's: the old one's socket is gone. */
    void add(Route route) {
        byAddress.put(route.candidate.address(), route);
        last = null;
    }

    void remove(IceRemoteCandidate candidate) {
        Route route = byAddress.get(candidate.address());
        if (route != null && route.candidate == candidate) {
            byAddress.remove(candidate.address());
        }
        last = null;
    }

    int size() {
        return byAddress.size();
    }
}
