package io.mediatool.core.transport;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.ice.IceAgent;
import io.mediatool.core.ice.IceControllingAgent;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.ice.IceLiteAgent;
import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.TcpListener;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.transport.UdpRoutes.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One UDP port on one loop, shared by many peers. A STUN request goes to the peer whose ufrag it names; everything else to the
 * peer that has proven by ICE that the address is its own. What nobody knows is dropped without an answer.
 *
 * <p>{@link #open} and {@link #close} are for any thread, all else for the loop's.
 */
public final class RtpBundleTransport implements DatagramListener, AutoCloseable {
    /** What goes to so many peers is still in the cache when it is sent, and its buffers are when the next ones take them. */
    private static final int PEERS_PER_FLUSH = 16;

    private final EventLoop loop;
    private final DtlsFactory dtls;
    private final Stray stray;
    private final UdpSocket socket;
    private final UdpRoutes udp = new UdpRoutes();
    private final TcpRoutes tcp;
    private TcpListener.@Nullable Port tcpPort;
    private final Map<String, DtlsIceTransport> byUfrag = new HashMap<>();
    private List<DtlsIceTransport> dirty = new ArrayList<>();
    private List<DtlsIceTransport> flushing = new ArrayList<>();
    private boolean reading;
    private boolean flushScheduled;
    private long malformed;
    private long strays;

    /** Takes datagrams that no peer of this loop knows: they may belong to a peer of another loop on the same port. */
    public interface Stray {
        /** @return whether somebody took it; the bytes are borrowed */
        boolean onStray(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs);
    }

    /**
     * @param malformed datagrams that looked like STUN and were not
     * @param strays datagrams that nobody knew
     * @param peers now
     * @param addresses of theirs
     */
    public record Counters(long malformed, long strays, int peers, int addresses) {}

    private RtpBundleTransport(EventLoop loop, UdpBinding binding, DtlsFactory dtls, Stray stray) throws IOException {
        this.loop = loop;
        this.dtls = dtls;
        this.stray = stray;
        this.tcp = new TcpRoutes(loop, new TcpEvents());
        this.socket = loop.bind(binding, this);
    }

    /** Opens the port. @throws IOException when it cannot be bound; the message names it */
    public static RtpBundleTransport open(EventLoop loop, UdpBinding binding, DtlsFactory dtls) throws IOException {
        return open(loop, binding, dtls, (data, offset, length, remote, nowNs) -> false);
    }

    /** As {@link #open(EventLoop, UdpBinding, DtlsFactory)} with somebody to ask about datagrams that nobody here knows. */
    public static RtpBundleTransport open(EventLoop loop, UdpBinding binding, DtlsFactory dtls, Stray stray)
            throws IOException {
        return new RtpBundleTransport(loop, binding, dtls, stray);
    }

    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    /**
     * Lets peers come by TCP as well (RFC 6544, passive candidates), once.
     *
     * @return the address with the port that was given
     * @throws IOException when it cannot be opened; the message names it
     */
    public InetSocketAddress listen(InetSocketAddress local) throws IOException {
        TcpListener.Port port = loop.listen(local, tcp);
        tcpPort = port;
        return port.localAddress();
    }

    /** A peer that will come to us: ICE-lite. */
    public DtlsIceTransport accept(TransportSetup setup, DtlsIceTransport.Listener listener) {
        return add(setup, listener, ice -> new IceLiteAgent(setup.local(), ice, loop.nowNs()));
    }

    /** A peer that we go to: full ICE, controlling. Its candidates come by {@link DtlsIceTransport#addCandidate}. */
    public DtlsIceTransport connect(
            TransportSetup setup, IceCredentials remote, RandomGenerator random, DtlsIceTransport.Listener listener) {
        return add(
                setup,
                listener,
                ice -> new IceControllingAgent(setup.local(), remote, false, random, ice, loop.nowNs()));
    }

    interface AgentFactory {
        IceAgent open(IceAgent.Listener listener);
    }

    private DtlsIceTransport add(TransportSetup setup, DtlsIceTransport.Listener listener, AgentFactory agents) {
        if (byUfrag.containsKey(setup.local().ufrag())) {
            throw new IllegalArgumentException("the ufrag is in use");
        }
        return new DtlsIceTransport(this, setup, agents, listener);
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        reading = true;
        take(data, offset, length, remote, nowNs);
    }

    /** A datagram that another socket received on the same port, see {@link Stray}; lent until return. */
    public void take(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        Route route = udp.find(remote);
        boolean taken;
        if (StunMessage.isStun(data, offset, length)) {
            taken = onStun(data, offset, length, UdpRoutes.path(route, socket, remote), route, nowNs);
        } else {
            taken = onData(data, offset, length, route, nowNs);
        }
        if (!taken && !stray.onStray(data, offset, length, remote, nowNs)) {
            strays++;
        }
    }

    private final class TcpEvents implements TcpRoutes.Output {
        @Override
        public void onDatagram(
                byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs) {
            reading = true;
            boolean taken = StunMessage.isStun(data, offset, length)
                    ? onStun(data, offset, length, path, route, nowNs)
                    : onData(data, offset, length, route, nowNs);
            strays += taken ? 0 : 1;
        }

        @Override
        public void onTurnEnd(long nowNs) {
            RtpBundleTransport.this.onTurnEnd(nowNs);
        }
    }

    /** @return whether a peer took it */
    private static boolean onData(byte[] data, int offset, int length, @Nullable Route route, long nowNs) {
        if (route != null && route.candidate().isVerified()) {
            route.transport().onDatagram(data, offset, length, nowNs);
        }
        return route != null;
    }

    /** @return whether a peer took it, or nobody should */
    private boolean onStun(byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs) {
        StunMessage message;
        try {
            message = StunMessage.parse(data, offset, length);
        } catch (MalformedException e) {
            malformed++;
            return true;
        }
        @Nullable DtlsIceTransport transport;
        if (message.messageClass() == StunClass.REQUEST) {
            String username = message.username();
            transport = username == null ? null : byUfrag.get(ufrag(username));
        } else {
            transport = route == null ? null : route.transport();
        }
        if (transport != null) {
            transport.onStun(message, path, nowNs);
        }
        return transport != null;
    }

    /** Ours: what stands before the colon (RFC 8445 §7.2.2). */
    private static String ufrag(String username) {
        int colon = username.indexOf(':');
        return colon < 0 ? username : username.substring(0, colon);
    }

    @Override
    public void onTurnEnd(long nowNs) {
        reading = false;
        flush();
    }

    /** The transport has packets to be sent: at the end of this turn, or as soon as the turn under way is over. */
    void dirty(DtlsIceTransport transport) {
        dirty.add(transport);
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            loop.execute(() -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        List<DtlsIceTransport> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flush();
            if (i % PEERS_PER_FLUSH == PEERS_PER_FLUSH - 1) {
                socket.flush();
            }
        }
        now.clear();
    }

    EventLoop loop() {
        return loop;
    }

    TcpRoutes tcp() {
        return tcp;
    }

    RemotePath pathTo(InetSocketAddress address) {
        return UdpRoutes.path(udp.find(address), socket, address);
    }

    DtlsFactory dtls() {
        return dtls;
    }

    void addUfrag(String ufrag, DtlsIceTransport transport) {
        byUfrag.put(ufrag, transport);
    }

    void removeUfrag(String ufrag, DtlsIceTransport transport) {
        byUfrag.remove(ufrag, transport);
    }

    void addRoute(IceRemoteCandidate candidate, DtlsIceTransport transport) {
        Route route = new Route(candidate, transport);
        if (candidate.path() instanceof RemotePath.Udp) {
            udp.add(route);
        } else {
            tcp.add(route);
        }
    }

    void removeRoute(IceRemoteCandidate candidate) {
        if (candidate.path() instanceof RemotePath.Udp) {
            udp.remove(candidate);
        } else {
            tcp.remove(candidate);
        }
    }

    /** Of the port's socket. */
    public UdpSocket.Stats socketStats() {
        return socket.stats();
    }

    public Counters counters() {
        return new Counters(
                malformed, strays, (int) byUfrag.values().stream().distinct().count(), udp.size() + tcp.size());
    }

    /** Ends every peer, then the socket. Returns at once when called from another thread. */
    @Override
    public void close() {
        Runnable end = () -> {
            List.copyOf(byUfrag.values()).forEach(DtlsIceTransport::close);
            socket.close();
            TcpListener.Port port = tcpPort;
            if (port != null) {
                port.close();
            }
        };
        if (loop.inLoop()) {
            end.run();
        } else {
            loop.execute(end);
        }
    }
}
