package io.mediatool.core.transport;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.ice.IceAgent;
import io.mediatool.core.ice.IceControllingAgent;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.ice.IceLiteAgent;
import io.mediatool.core.ice.IceRemoteCandidate;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
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
    private final EventLoop loop;
    private final DtlsFactory dtls;
    private final Stray stray;
    private final UdpSocket socket;
    private final Map<String, DtlsIceTransport> byUfrag = new HashMap<>();
    private final Map<InetSocketAddress, Route> byAddress = new HashMap<>();
    private List<DtlsIceTransport> dirty = new ArrayList<>();
    private List<DtlsIceTransport> flushing = new ArrayList<>();
    private @Nullable Route last;
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

    record Route(IceRemoteCandidate candidate, DtlsIceTransport transport) {}

    private RtpBundleTransport(EventLoop loop, UdpBinding binding, DtlsFactory dtls, Stray stray) throws IOException {
        this.loop = loop;
        this.dtls = dtls;
        this.stray = stray;
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
        if (StunMessage.isStun(data, offset, length)) {
            onStun(data, offset, length, remote, nowNs);
            return;
        }
        Route route = route(remote);
        if (route == null) {
            lost(data, offset, length, remote, nowNs);
        } else if (route.candidate.isVerified()) {
            route.transport.onDatagram(data, offset, length, nowNs);
        }
    }

    private @Nullable Route route(InetSocketAddress remote) {
        Route known = last;
        if (known != null && known.candidate.address().equals(remote)) {
            return known;
        }
        known = byAddress.get(remote);
        last = known;
        return known;
    }

    private void onStun(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        StunMessage message;
        try {
            message = StunMessage.parse(data, offset, length);
        } catch (MalformedException e) {
            malformed++;
            return;
        }
        @Nullable DtlsIceTransport transport;
        if (message.messageClass() == StunClass.REQUEST) {
            String username = message.username();
            transport = username == null ? null : byUfrag.get(ufrag(username));
        } else {
            Route route = route(remote);
            transport = route == null ? null : route.transport;
        }
        if (transport == null) {
            lost(data, offset, length, remote, nowNs);
        } else {
            transport.onStun(message, remote, nowNs);
        }
    }

    /** Ours: what stands before the colon (RFC 8445 §7.2.2). */
    private static String ufrag(String username) {
        int colon = username.indexOf(':');
        return colon < 0 ? username : username.substring(0, colon);
    }

    private void lost(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        if (!stray.onStray(data, offset, length, remote, nowNs)) {
            strays++;
        }
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
        }
        now.clear();
    }

    EventLoop loop() {
        return loop;
    }

    UdpSocket socket() {
        return socket;
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

    /** An address that another peer had before is the new one's: the old one's socket is gone. */
    void addRoute(IceRemoteCandidate candidate, DtlsIceTransport transport) {
        byAddress.put(candidate.address(), new Route(candidate, transport));
        last = null;
    }

    void removeRoute(IceRemoteCandidate candidate) {
        Route route = byAddress.get(candidate.address());
        if (route != null && route.candidate == candidate) {
            byAddress.remove(candidate.address());
        }
        last = null;
    }

    /** Of the port's socket. */
    public UdpSocket.Stats socketStats() {
        return socket.stats();
    }

    public Counters counters() {
        return new Counters(
                malformed, strays, (int) byUfrag.values().stream().distinct().count(), byAddress.size());
    }

    /** Ends every peer, then the socket. Returns at once when called from another thread. */
    @Override
    public void close() {
        Runnable end = () -> {
            List.copyOf(byUfrag.values()).forEach(DtlsIceTransport::close);
            socket.close();
        };
        if (loop.inLoop()) {
            end.run();
        } else {
            loop.execute(end);
        }
    }
}
