package io.mediatool.core.transport;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the loops behind one port know of each other: on which of them a peer lives. The kernel spreads senders over the loops' sockets
 * as it likes, so a datagram may come to a loop that does not know its peer; it is handed over then, in batches. Any thread.
 */
public final class SharedPort {
    private final Map<String, RtpBundleTransport> byUfrag = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, RtpBundleTransport> byAddress = new ConcurrentHashMap<>();

    void addUfrag(String ufrag, RtpBundleTransport bundle) {
        byUfrag.put(ufrag, bundle);
    }

    void removeUfrag(String ufrag, RtpBundleTransport bundle) {
        byUfrag.remove(ufrag, bundle);
    }

    /** To be told after ICE has verified that the address is the peer's. @return whose peer's it was before, or null */
    @Nullable RtpBundleTransport addAddress(InetSocketAddress address, RtpBundleTransport bundle) {
        return byAddress.put(address, bundle);
    }

    void removeAddress(InetSocketAddress address, RtpBundleTransport bundle) {
        byAddress.remove(address, bundle);
    }

    /** Who expects a request for {@code ufrag}, or null. */
    @Nullable RtpBundleTransport ofUfrag(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /** Whose peer that address is, or null. */
    @Nullable RtpBundleTransport ofAddress(InetSocketAddress address) {
        return byAddress.get(address);
    }

    /** What is known at present: nothing, when every peer has gone. */
    public int size() {
        return byUfrag.size() + byAddress.size();
    }
}
