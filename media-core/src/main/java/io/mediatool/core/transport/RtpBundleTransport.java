package io.mediatool.core.transport;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.ice.IceAgent;
import io.mediatool.core.ice.IceControllingAgent;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.ice.IceLiteAgent;
import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.TcpListener;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.transport.UdpRoutes.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One UDP port on one loop, on one or several addresses, shared by many peers. A STUN request goes to the peer whose ufrag it names;
 * everything else to the peer that has proven by ICE that the address is its own. What belongs to a peer of another loop on the same
 * port is handed over; what nobody knows is dropped without an answer.
 *
 * <p>{@link #open} and {@link #close} are for any thread, all else for the loop's.
 */
public final class RtpBundleTransport implements AutoCloseable {
    private final EventLoop loop;
    private final DtlsFactory dtls;
    private final AesGcm gcm;
    private final @Nullable SharedPort shared;
    private final @Nullable Handovers handovers;
    private final UdpSides udp;
    private final TcpRoutes tcp;
    private final List<TcpListener.Port> tcpPorts = new ArrayList<>();
    private final Map<String, DtlsIceTransport> byUfrag = new HashMap<>();
    private final ReflexiveQuestions reflexive;
    private final SrtpOutput.Dirty outputs;
    private final SrtpOutput.Runs runs = new SrtpOutput.Runs();
    private long malformed;
    private long strays;

    /**
     * @param malformed datagrams that looked like STUN and were not
     * @param strays datagrams that nobody knew
     * @param handedOver datagrams for peers of other loops
     * @param handoverDropped likewise, lost since the other loop did not keep up
     * @param tcpDropped datagrams to receivers by TCP that were too slow
     * @param tcpRefused connections by TCP: too many, or not of ours
     * @param peers now
     * @param addresses of theirs
     */
    public record Counters(
            long malformed,
            long strays,
            long handedOver,
            long handoverDropped,
            long tcpDropped,
            long tcpRefused,
            int peers,
            int addresses) {
        /** Both together. */
        public Counters plus(Counters other) {
            return new Counters(
                    malformed + other.malformed,
                    strays + other.strays,
                    handedOver + other.handedOver,
                    handoverDropped + other.handoverDropped,
                    tcpDropped + other.tcpDropped,
                    tcpRefused + other.tcpRefused,
                    peers + other.peers,
                    addresses + other.addresses);
        }
    }

    @SuppressWarnings("this-escape")
    private RtpBundleTransport(
            EventLoop loop, List<UdpBinding> bindings, DtlsFactory dtls, AesGcm gcm, @Nullable SharedPort shared)
            throws IOException {
        this.loop = loop;
        this.outputs = new SrtpOutput.Dirty(loop, this::flushSockets);
        this.dtls = dtls;
        this.reflexive = new ReflexiveQuestions(loop);
        this.gcm = gcm;
        this.shared = shared;
        this.handovers = shared == null ? null : new Handovers(this, shared);
        this.tcp = new TcpRoutes(loop, new TcpEvents());
        this.udp = new UdpSides(loop, bindings, new UdpEvents());
    }

    /** Opens the port, on the JDK's ciphers. @throws IOException when it cannot be bound; the message names it */
    public static RtpBundleTransport open(EventLoop loop, UdpBinding binding, DtlsFactory dtls) throws IOException {
        return open(loop, List.of(binding), dtls, null);
    }

    /** As {@link #open(EventLoop, List, DtlsFactory, AesGcm, SharedPort)}, on the JDK's ciphers. */
    public static RtpBundleTransport open(
            EventLoop loop, List<UdpBinding> bindings, DtlsFactory dtls, @Nullable SharedPort shared)
            throws IOException {
        return open(loop, bindings, dtls, AesGcm.jdk(), shared);
    }

    /**
     * Opens one loop's part of a port.
     *
     * @param bindings one for each address, all of one port number; the same on every loop
     * @param gcm what encrypts packets
     * @param shared by the loops of the port, null when this is the only one
     * @throws IOException when one cannot be bound; the message names it
     */
    public static RtpBundleTransport open(
            EventLoop loop, List<UdpBinding> bindings, DtlsFactory dtls, AesGcm gcm, @Nullable SharedPort shared)
            throws IOException {
        if (bindings.isEmpty()) {
            throw new IllegalArgumentException("a port needs an address");
        }
        return new RtpBundleTransport(loop, bindings, dtls, gcm, shared);
    }

    /** Of the first of its addresses. */
    public InetSocketAddress localAddress() {
        return udp.localAddress();
    }

    /**
     * Lets peers come by TCP as well (RFC 6544, passive candidates).
     *
     * @return the address with the port that was given
     * @throws IOException when it cannot be opened; the message names it
     */
    public InetSocketAddress listen(InetSocketAddress local) throws IOException {
        TcpListener.Port port = loop.listen(local, tcp);
        tcpPorts.add(port);
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

    /** As whom a STUN server sees this port; fails when it does not tell. */
    public CompletionStage<InetSocketAddress> reflexive(InetSocketAddress server, RandomGenerator random) {
        return reflexive.ask(pathTo(server), random);
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

    private final class UdpEvents implements UdpSides.Output {
        @Override
        public void onDatagram(
                byte[] data, int offset, int length, UdpSides.Side side, InetSocketAddress remote, long nowNs) {
            outputs.beginTurn();
            if (!takeDatagram(data, offset, length, side, remote, nowNs)) {
                boolean given = handovers != null && handovers.give(data, offset, length, side.index(), remote);
                strays += given ? 0 : 1;
            }
        }

        @Override
        public void onTurnEnd() {
            endTurn();
        }
    }

    private boolean takeDatagram(
            byte[] data, int offset, int length, UdpSides.Side side, InetSocketAddress remote, long nowNs) {
        Route route = side.find(remote);
        return StunMessage.isStun(data, offset, length)
                ? onStun(data, offset, length, side.path(route, remote), route, nowNs)
                : onData(data, offset, length, route, nowNs);
    }

    private final class TcpEvents implements TcpRoutes.Output {
        @Override
        public void onDatagram(
                byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs) {
            outputs.beginTurn();
            Handovers others = handovers;
            RtpBundleTransport owner = tcp.ownerOf(path);
            if (others != null && owner == null && route == null) {
                owner = others.asked(data, offset, length);
                if (owner != null && owner != RtpBundleTransport.this) {
                    tcp.belongs(path, owner);
                }
            }
            if (others != null && owner != null && owner != RtpBundleTransport.this) {
                others.give(owner, data, offset, length, 0, path.remote(), tcp.farOf(path));
            } else if (!takeFrame(data, offset, length, path, route, nowNs)) {
                strays++;
            }
        }

        /** After all that came by it: a connection that is heard of again after its end would be kept for ever. */
        @Override
        public void onFarClosed(RtpBundleTransport owner, RemotePath path) {
            if (handovers != null) {
                handovers.end();
            }
            owner.onFarClosed(path);
        }

        @Override
        public void onTurnEnd(long nowNs) {
            endTurn();
        }
    }

    private boolean takeFrame(byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs) {
        return StunMessage.isStun(data, offset, length)
                ? onStun(data, offset, length, path, route, nowNs)
                : onData(data, offset, length, route, nowNs);
    }

    /** The way by which other loops give us what is ours. Any thread. */
    Handover handover() {
        return new Handover(loop, new Taken());
    }

    private final class Taken implements Handover.Taker {
        @Override
        public void take(
                byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
            outputs.beginTurn();
            long nowNs = loop.nowNs();
            boolean taken;
            if (path == null) {
                taken = takeDatagram(data, offset, length, udp.get(side), remote, nowNs);
            } else {
                tcp.onFar(path, nowNs);
                taken = takeFrame(data, offset, length, path, tcp.find(path), nowNs);
            }
            strays += taken ? 0 : 1;
        }

        @Override
        public void onTaken() {
            endTurn();
        }
    }

    /** A connection of another loop that belongs to a peer of ours has ended. Any thread. */
    private void onFarClosed(RemotePath path) {
        loop.tryExecute(() -> tcp.onClosed(path, loop.nowNs()));
    }

    /** An address that was a peer's of ours has been verified for one on another loop, unless it is ours again. Any thread. */
    private void onAddressTaken(InetSocketAddress address) {
        loop.tryExecute(() -> {
            if (shared != null && shared.ofAddress(address) != this) {
                udp.forget(address);
            }
        });
    }

    /** @return whether a peer took it */
    private static boolean onData(byte[] data, int offset, int length, @Nullable Route route, long nowNs) {
        if (route != null && route.candidate().isVerified()) {
            route.transport().onDatagram(data, offset, length, route.candidate(), nowNs);
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
        if (transport == null && message.messageClass() != StunClass.REQUEST) {
            return reflexive.onAnswer(message, path);
        }
        if (transport != null) {
            transport.onStun(message, path, nowNs);
            if (route == null || route.transport() != transport) {
                transport.reclaim(path, nowNs);
            }
        }
        return transport != null;
    }

    /** Ours: what stands before the colon (RFC 8445 §7.2.2). */
    static String ufrag(String username) {
        int colon = username.indexOf(':');
        return colon < 0 ? username : username.substring(0, colon);
    }

    private void endTurn() {
        outputs.endTurn();
        if (handovers != null) {
            handovers.flush();
        }
    }

    private void flushSockets() {
        udp.flush();
    }

    /** The output has packets to be sent, see {@link SrtpOutput.Dirty#add}. */
    void dirty(SrtpOutput output) {
        outputs.add(output);
    }

    /** Told on the loop's thread whenever what peers had queued has been given to the kernel. */
    public void onFlush(Runnable listener) {
        loop.execute(() -> outputs.onFlush(listener));
    }

    EventLoop loop() {
        return loop;
    }

    SrtpOutput.Runs runs() {
        return runs;
    }

    TcpRoutes tcp() {
        return tcp;
    }

    RemotePath pathTo(InetSocketAddress address) {
        return udp.pathTo(address);
    }

    AesGcm gcm() {
        return gcm;
    }

    DtlsFactory dtls() {
        return dtls;
    }

    void addUfrag(String ufrag, DtlsIceTransport transport) {
        byUfrag.put(ufrag, transport);
        if (shared != null) {
            shared.addUfrag(ufrag, this);
        }
    }

    void removeUfrag(String ufrag, DtlsIceTransport transport) {
        if (byUfrag.remove(ufrag, transport) && shared != null) {
            shared.removeUfrag(ufrag, this);
        }
    }

    void addRoute(IceRemoteCandidate candidate, DtlsIceTransport transport) {
        Route route = new Route(candidate, transport);
        if (candidate.path() instanceof RemotePath.Udp path) {
            udp.add(route, path);
            RtpBundleTransport before = shared == null ? null : shared.addAddress(path.remote(), this);
            if (before != null && before != this) {
                before.onAddressTaken(path.remote());
            }
        } else {
            tcp.add(route);
        }
    }

    void removeRoute(IceRemoteCandidate candidate) {
        if (candidate.path() instanceof RemotePath.Udp path) {
            if (udp.remove(candidate, path) && shared != null) {
                shared.removeAddress(path.remote(), this);
            }
        } else {
            tcp.remove(candidate);
        }
    }

    /** Of the port's sockets, added up. */
    public UdpSocket.Stats socketStats() {
        return udp.stats();
    }

    public Counters counters() {
        return new Counters(
                malformed,
                strays,
                handovers == null ? 0 : handovers.count(),
                handovers == null ? 0 : handovers.dropped(),
                tcpPorts.stream().mapToLong(port -> port.stats().dropped()).sum(),
                tcpPorts.stream()
                        .map(TcpListener.Port::stats)
                        .mapToLong(seen -> seen.refused() + seen.malformed())
                        .sum(),
                (int) byUfrag.values().stream().distinct().count(),
                udp.size() + tcp.size());
    }

    /** Ends every peer, then the sockets. Returns at once when called from another thread. */
    @Override
    public void close() {
        Runnable end = () -> {
            List.copyOf(byUfrag.values()).forEach(DtlsIceTransport::close);
            udp.close();
            tcpPorts.forEach(TcpListener.Port::close);
        };
        if (loop.inLoop()) {
            end.run();
        } else {
            loop.execute(end);
        }
    }
}
