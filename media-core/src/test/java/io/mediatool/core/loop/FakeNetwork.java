package io.mediatool.core.loop;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The wires between the sockets of a {@link VirtualEventLoop}: delay, jitter, loss, duplication, reordering and rate, from
 * a seed. The same seed and the same sends give the same deliveries.
 */
public final class FakeNetwork {

    /**
     * What one direction between two sockets does to datagrams.
     *
     * @param delayNs each takes this long
     * @param jitterNs and up to this more, without overtaking
     * @param loss probability that one is lost
     * @param duplicate probability that one arrives twice
     * @param reorder probability that one is held back by {@code reorderNs}, so that later ones overtake it
     * @param reorderNs see {@code reorder}
     * @param rateBps bits per second; 0 for unlimited
     * @param queueBytes what waits for the rate before datagrams are dropped
     */
    public record Link(
            long delayNs,
            long jitterNs,
            double loss,
            double duplicate,
            double reorder,
            long reorderNs,
            long rateBps,
            int queueBytes) {
        /** Immediate and perfect. */
        public static final Link PERFECT = new Link(0, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE);

        public Link withDelay(long newDelayNs, long newJitterNs) {
            return new Link(newDelayNs, newJitterNs, loss, duplicate, reorder, reorderNs, rateBps, queueBytes);
        }

        public Link withLoss(double probability) {
            return new Link(delayNs, jitterNs, probability, duplicate, reorder, reorderNs, rateBps, queueBytes);
        }

        public Link withDuplicates(double probability) {
            return new Link(delayNs, jitterNs, loss, probability, reorder, reorderNs, rateBps, queueBytes);
        }

        public Link withReordering(double probability, long byNs) {
            return new Link(delayNs, jitterNs, loss, duplicate, probability, byNs, rateBps, queueBytes);
        }

        public Link withRate(long bitsPerSecond, int queueLimitBytes) {
            return new Link(delayNs, jitterNs, loss, duplicate, reorder, reorderNs, bitsPerSecond, queueLimitBytes);
        }
    }

    private static final int FIRST_EPHEMERAL_PORT = 49_152;
    private static final int LAST_EPHEMERAL_PORT = 65_535;

    private final SplittableRandom random;
    private final Link usual;
    private final Map<InetSocketAddress, Link> links = new HashMap<>();
    private final Map<Path, Wire> wires = new HashMap<>();
    private final List<VirtualUdpSocket> sockets = new ArrayList<>();
    private final Set<InetSocketAddress> silent = new HashSet<>();
    private Tap tap = (from, to, datagram) -> {};
    private int nextPort = FIRST_EPHEMERAL_PORT;
    private long lost;

    public FakeNetwork(long seed, Link usual) {
        this.random = new SplittableRandom(seed);
        this.usual = usual;
    }

    /** What is sent to {@code to} from now on goes over {@code link}. */
    public void link(InetSocketAddress to, Link link) {
        links.put(to, link);
    }

    /** Nothing that {@code from} sends leaves any more, until its socket is closed: it has vanished without a goodbye. */
    public void silence(InetSocketAddress from) {
        silent.add(from);
    }

    /** Sees each datagram as it is sent. */
    public interface Tap {
        void onDatagram(InetSocketAddress from, InetSocketAddress to, byte[] datagram);
    }

    /** Shows {@code listener} what is sent from now on, also what is lost. */
    public void tap(Tap listener) {
        tap = listener;
    }

    /** Datagrams that did not arrive: by chance, by a full queue, or nobody was there. */
    public long lost() {
        return lost;
    }

    InetSocketAddress attach(VirtualUdpSocket socket, UdpBinding binding) throws IOException {
        InetAddress address = binding.local().getAddress();
        int port = binding.local().getPort();
        if (port == 0) {
            do {
                port = nextPort++;
                nextPort = nextPort > LAST_EPHEMERAL_PORT ? FIRST_EPHEMERAL_PORT : nextPort;
            } while (taken(address, port));
        } else if (!binding.reusePort() && binding.multicastGroup() == null && taken(address, port)) {
            throw new BindException("Address already in use: " + address.getHostAddress() + ":" + port);
        }
        sockets.add(socket);
        return new InetSocketAddress(address, port);
    }

    void detach(VirtualUdpSocket socket) {
        sockets.remove(socket);
        InetSocketAddress gone = socket.localAddress();
        silent.remove(gone);
        links.remove(gone);
        if (!binds(gone)) {
            wires.keySet().removeIf(path -> path.from.equals(gone) || path.to.equals(gone));
        }
    }

    private boolean binds(InetSocketAddress address) {
        return sockets.stream().anyMatch(socket -> socket.localAddress().equals(address));
    }

    private boolean taken(InetAddress address, int port) {
        return sockets.stream()
                .map(VirtualUdpSocket::localAddress)
                .anyMatch(local -> local.getPort() == port
                        && (local.getAddress().equals(address)
                                || local.getAddress().isAnyLocalAddress()
                                || address.isAnyLocalAddress()));
    }

    /** Puts one datagram on its wire. */
    void carry(VirtualEventLoop loop, InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        if (silent.contains(from)) {
            lost++;
            return;
        }
        tap.onDatagram(from, to, payload);
        List<VirtualUdpSocket> receivers = receivers(from, to);
        if (receivers.isEmpty()) {
            lost++;
        }
        for (VirtualUdpSocket receiver : receivers) {
            Link link = links.getOrDefault(to, usual);
            Wire wire = wires.computeIfAbsent(new Path(from, to), path -> new Wire());
            Long arrivalNs = wire.arrivalNs(link, payload.length, loop.nowNs());
            if (arrivalNs == null) {
                lost++;
                continue;
            }
            loop.deliver(arrivalNs, receiver, payload, from);
            if (random.nextDouble() < link.duplicate) {
                loop.deliver(arrivalNs, receiver, payload, from);
            }
        }
    }

    /** Of sockets that share a port the sender's address chooses one, as the kernel has it. */
    private List<VirtualUdpSocket> receivers(InetSocketAddress from, InetSocketAddress to) {
        List<VirtualUdpSocket> found =
                sockets.stream().filter(socket -> socket.hears(to)).toList();
        return found.size() <= 1 || to.getAddress().isMulticastAddress()
                ? found
                : List.of(found.get(Math.floorMod(from.hashCode(), found.size())));
    }

    private record Path(InetSocketAddress from, InetSocketAddress to) {}

    private final class Wire {
        private long freeAtNs = Long.MIN_VALUE;
        private long lastArrivalNs = Long.MIN_VALUE;

        @Nullable Long arrivalNs(Link link, int bytes, long nowNs) {
            // Drawn always, so that one option does not shift the others' dice.
            double loss = random.nextDouble();
            double reorder = random.nextDouble();
            double jitter = random.nextDouble();
            long leavesNs = nowNs;
            if (link.rateBps > 0) {
                long startsNs = Math.max(nowNs, freeAtNs);
                long waitingBytes = (startsNs - nowNs) / 8 * link.rateBps / 1_000_000_000L;
                if (waitingBytes + bytes > link.queueBytes) {
                    return null;
                }
                leavesNs = startsNs + bytes * 8L * 1_000_000_000L / link.rateBps;
                freeAtNs = leavesNs;
            }
            if (loss < link.loss) {
                return null;
            }
            long arrivesNs = leavesNs + link.delayNs + (long) (jitter * link.jitterNs);
            if (reorder < link.reorder) {
                return arrivesNs + link.reorderNs;
            }
            lastArrivalNs = Math.max(lastArrivalNs, arrivesNs);
            return lastArrivalNs;
        }
    }
}
