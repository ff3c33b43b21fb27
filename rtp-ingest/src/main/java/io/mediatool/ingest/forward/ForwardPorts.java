package io.mediatool.ingest.forward;

import io.mediatool.core.loop.EventLoop;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that forwarders send from. Those on one loop share a pair, as long as they send in the same way: a hundred receivers cost
 * two sockets, and what a packet needs of the kernel is in the cache after the first of them. Any thread.
 */
public final class ForwardPorts {
    private final Map<Kind, Shared> pairs = new HashMap<>();

    /** What sockets cannot have in common. */
    private record Kind(
            EventLoop loop,
            boolean ipv6,
            boolean multicast,
            int ttl,
            @Nullable NetworkInterface networkInterface) {

        static Kind of(EventLoop loop, ForwardTarget target) {
            boolean multicast = target.address().isMulticastAddress();
            return new Kind(
                    loop,
                    target.address() instanceof Inet6Address,
                    multicast,
                    multicast ? target.ttl() : 0,
                    multicast ? target.networkInterface() : null);
        }
    }

    private static final class Shared {
        private final ForwardPort port;
        private int users = 1;

        private Shared(ForwardPort port) {
            this.port = port;
        }
    }

    /**
     * The pair to send to a target from, for {@link #giveBack}. Opening one waits for the loop, so nothing is locked meanwhile.
     *
     * @throws IOException when no socket can be opened, in one line
     */
    ForwardPort take(EventLoop loop, ForwardTarget target) throws IOException {
        Kind kind = Kind.of(loop, target);
        ForwardPort there = another(kind);
        if (there != null) {
            return there;
        }
        ForwardPort opened = ForwardPort.open(loop, target);
        ForwardPort first = keep(kind, opened);
        if (first != opened) {
            opened.close();
        }
        return first;
    }

    private synchronized @Nullable ForwardPort another(Kind kind) {
        Shared there = pairs.get(kind);
        if (there == null) {
            return null;
        }
        there.users++;
        return there.port;
    }

    /** Keeps a new pair, unless somebody else was faster. */
    private ForwardPort keep(Kind kind, ForwardPort opened) {
        synchronized (this) {
            ForwardPort there = another(kind);
            if (there != null) {
                return there;
            }
            pairs.put(kind, new Shared(opened));
            return opened;
        }
    }

    /** Once for each {@link #take}: the last one closes it. */
    void giveBack(EventLoop loop, ForwardTarget target) {
        Kind kind = Kind.of(loop, target);
        ForwardPort unused = null;
        synchronized (this) {
            Shared there = pairs.get(kind);
            if (there != null && --there.users == 0) {
                pairs.remove(kind);
                unused = there.port;
            }
        }
        if (unused != null) {
            unused.close();
        }
    }
}
