package io.mediatool.cli.street.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bad network between clients and a server's UDP port, both ways: loses and delays datagrams by a seed, and keeps their order as
 * queues of real networks do. To the server every client is an address of its own. Sender reports are spared: one in five seconds is all
 * that says how sound lies to picture, and without it nobody knows what is right.
 */
public final class Relay implements AutoCloseable {
    private static final long NEVER_NS = Long.MAX_VALUE;
    /** RFC 3550 §6.4.1; SRTCP leaves it readable (RFC 3711 §3.4). */
    private static final int SENDER_REPORT = 200;

    /** What happens to the datagrams of one direction. */
    public record Weather(double loss, long delayNs, long jitterNs) {
        public static final Weather FINE = new Weather(0, 0, 0);
    }

    private final Selector selector = Selector.open();
    private final DatagramChannel front = DatagramChannel.open();
    private final InetSocketAddress server;
    private final InetAddress address;
    private final Map<SocketAddress, Way> ways = new HashMap<>();
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final Random random;
    private volatile Weather weather = Weather.FINE;
    private volatile long passed;
    private volatile long lost;
    private volatile boolean rebinds;
    private volatile Upward upward = (datagram, isLost, nowNs) -> {};
    private long sequence;

    /** Is told what becomes of each datagram on its way to the server, on the relay's thread. */
    interface Upward {
        /**
         * @param datagram borrowed until return
         * @param isLost else it has just been sent to the server
         */
        void onDatagram(ByteBuffer datagram, boolean isLost, long nowNs);
    }

    /** One client's way to the server, with the times before which nothing may arrive: what was sent earlier comes first. */
    private static final class Way {
        final SocketAddress client;
        DatagramChannel back;
        long lastUpNs;
        long lastDownNs;

        Way(SocketAddress client, DatagramChannel back) {
            this.client = client;
            this.back = back;
        }
    }

    private record Held(long dueNs, long sequence, ByteBuffer datagram, DatagramChannel from, SocketAddress to)
            implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** On the loopback interface. */
    Relay(int serverPort, long seed) throws IOException {
        this(serverPort, seed, InetAddress.getLoopbackAddress());
    }

    /** @param address of the server, where clients find the relay, too: none that comes from the network is told of a loopback address */
    Relay(int serverPort, long seed, InetAddress address) throws IOException {
        this(new InetSocketAddress(address, serverPort), seed, address);
    }

    /** From the loopback interface to a server of this machine, which sees clients of its own address. */
    public Relay(InetSocketAddress server, long seed) throws IOException {
        this(server, seed, InetAddress.getLoopbackAddress());
    }

    private Relay(InetSocketAddress server, long seed, InetAddress address) throws IOException {
        this.server = server;
        this.address = address;
        random = new Random(seed);
        open(front, address);
        front.register(selector, SelectionKey.OP_READ);
        var thread = new Thread(this::run, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void open(DatagramChannel channel, InetAddress address) throws IOException {
        channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 1 << 20);
        channel.bind(new InetSocketAddress(address, 0));
        channel.configureBlocking(false);
    }

    public int port() {
        try {
            return ((InetSocketAddress) front.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(Upward listener) {
        upward = listener;
    }

    /** From now on, each way. */
    public void weather(Weather next) {
        weather = next;
    }

    /** As a NAT that has forgotten its mappings: to the server every client has a new address, and what goes to the old ones is lost. */
    void rebind() {
        rebinds = true;
        selector.wakeup();
    }

    public long passed() {
        return passed;
    }

    public long lost() {
        return lost;
    }

    /** What runs in a page before its own scripts: in every answer only this relay is left to send to. */
    String script() {
        return """
                (() => {
                  const original = RTCPeerConnection.prototype.setRemoteDescription;
                  const way = /^(a=candidate:\\S+ \\d+ udp \\d+) \\d+(?:\\.\\d+){3} \\d+ /i;
                  const relayed = (sdp) => {
                    const lines = sdp.split(/\\r\\n/).filter((line) => !line.startsWith('a=candidate:') || way.test(line));
                    return lines.map((line) => line.replace(way, '$1 ADDRESS PORT ')).join('\\r\\n');
                  };
                  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
                    return original.call(this, { type: description.type, sdp: relayed(description.sdp) });
                  };
                })();
                """.replace("ADDRESS", address.getHostAddress()).replace("PORT", String.valueOf(port()));
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        try {
            while (selector.isOpen()) {
                if (rebinds) {
                    rebinds = false;
                    rebindAll();
                }
                long now = System.nanoTime();
                long waitNs = deliver(now);
                if (waitNs > 1_000_000) {
                    selector.select(waitNs == NEVER_NS ? 1000 : waitNs / 1_000_000);
                } else {
                    LockSupport.parkNanos(waitNs);
                    selector.selectNow();
                }
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    read((DatagramChannel) key.channel(), (Way) key.attachment(), buffer);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException e) {
            // Closed: the test is over.
        }
    }

    /** Sends what is due. @return how long until the next */
    private long deliver(long nowNs) {
        for (Held next = held.peek(); next != null; next = held.peek()) {
            if (next.dueNs() > nowNs) {
                return next.dueNs() - nowNs;
            }
            held.poll();
            boolean sent;
            try {
                sent = next.from().send(next.datagram().duplicate(), next.to()) > 0;
            } catch (IOException e) {
                continue; // nobody is there any more
            }
            if (next.from() != front) {
                upward.onDatagram(next.datagram(), !sent, System.nanoTime());
            }
        }
        return NEVER_NS;
    }

    private void read(DatagramChannel channel, @Nullable Way way, ByteBuffer buffer) throws IOException {
        for (SocketAddress from = receive(channel, buffer); from != null; from = receive(channel, buffer)) {
            buffer.flip();
            long now = System.nanoTime();
            Weather present = weather;
            if (way == null) {
                Way up = way(from);
                up.lastUpNs = hold(buffer, up.back, server, Math.max(up.lastUpNs, now + delay(present)), present);
            } else {
                way.lastDownNs =
                        hold(buffer, front, way.client, Math.max(way.lastDownNs, now + delay(present)), present);
            }
        }
    }

    private static @Nullable SocketAddress receive(DatagramChannel channel, ByteBuffer buffer) {
        try {
            return channel.receive(buffer.clear());
        } catch (IOException e) {
            return null; // an ICMP error of an earlier datagram
        }
    }

    private long delay(Weather now) {
        return now.delayNs() + (long) (random.nextDouble() * now.jitterNs());
    }

    private long hold(ByteBuffer datagram, DatagramChannel from, SocketAddress to, long dueNs, Weather now) {
        if (random.nextDouble() < now.loss() && !isSenderReport(datagram)) {
            lost++;
            if (from != front) {
                upward.onDatagram(datagram, true, System.nanoTime());
            }
            return dueNs;
        }
        passed++;
        var bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        held.add(new Held(dueNs, sequence++, ByteBuffer.wrap(bytes), from, to));
        return dueNs;
    }

    private static boolean isSenderReport(ByteBuffer datagram) {
        return datagram.remaining() > 1
                && (datagram.get(0) & 0xc0) == 0x80
                && (datagram.get(1) & 0xff) == SENDER_REPORT;
    }

    private Way way(SocketAddress client) throws IOException {
        Way known = ways.get(client);
        if (known != null) {
            return known;
        }
        DatagramChannel back = DatagramChannel.open();
        open(back, server.getAddress());
        var way = new Way(client, back);
        back.register(selector, SelectionKey.OP_READ, way);
        ways.put(client, way);
        return way;
    }

    private void rebindAll() throws IOException {
        for (Way way : ways.values()) {
            way.back.close();
            way.back = DatagramChannel.open();
            open(way.back, server.getAddress());
            way.back.register(selector, SelectionKey.OP_READ, way);
        }
    }

    @Override
    public void close() {
        try {
            var channels = new ArrayList<DatagramChannel>();
            selector.keys().forEach(key -> channels.add((DatagramChannel) key.channel()));
            selector.close();
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
