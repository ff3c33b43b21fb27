package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The real loop, the real DTLS, a real socket. */
final class RealTransportTest {
    private static final int PACKETS = 100;

    /** Both ends, each on a loop of its own, with a port of the server's loop and with one that it shares; {@code reach} says by which address the client finds the server. */
    private static void bothWays(Reach reach) throws Exception {
        SharedPort port = new SharedPort();
        try (EventLoop loop = EventLoops.open("other", Throwable::printStackTrace)) {
            bothWays(reach, null, loop);
            bothWays(reach, port, loop);
        }
        assertEquals(0, port.size());
    }

    /** @param port when it is shared with {@code other}, which accepts the connections by TCP */
    private static void bothWays(Reach reach, @Nullable SharedPort port, EventLoop other) throws Exception {
        SecureRandom random = new SecureRandom();
        DtlsCertificate certificate = DtlsCertificate.selfSigned(random, Instant.now());
        CompletableFuture<Throwable> bug = new CompletableFuture<>();
        UdpBinding binding = UdpBinding.ephemeral(InetAddress.getLoopbackAddress());
        try (DtlsEndpoint dtls = new DtlsEndpoint(certificate, SrtpProfile.PREFERRED, random);
                EventLoop one = EventLoops.open("client", bug::complete);
                EventLoop two = EventLoops.open("server", bug::complete)) {
            RtpBundleTransport clients = RtpBundleTransport.open(one, binding, dtls::connection);
            List<UdpBinding> bindings = List.of(port == null ? binding : binding.withReusePort());
            RtpBundleTransport servers = RtpBundleTransport.open(two, bindings, dtls::connection, AesGcm.jdk(), port);
            List<UdpBinding> same =
                    List.of(UdpBinding.of(servers.localAddress()).withReusePort());
            RtpBundleTransport door =
                    port == null ? servers : RtpBundleTransport.open(other, same, dtls::connection, AesGcm.jdk(), port);
            InetSocketAddress address = reach.of(door);
            IceCredentials client = IceCredentials.random(random);
            IceCredentials server = IceCredentials.random(random);
            RealPeer clientEnd = new RealPeer();
            RealPeer serverEnd = new RealPeer();
            two.execute(() -> servers.accept(
                    new TransportSetup(server, DtlsRole.SERVER, List.of(dtls.fingerprint())), serverEnd));
            one.execute(() -> {
                var setup = new TransportSetup(client, DtlsRole.CLIENT, List.of(dtls.fingerprint()));
                DtlsIceTransport transport = clients.connect(setup, server, random, clientEnd);
                transport.addCandidate(IceCandidate.host("udp", address, 1), one.nowNs());
            });
            DtlsIceTransport up = clientEnd.connected.get(40, TimeUnit.SECONDS);
            serverEnd.connected.get(40, TimeUnit.SECONDS);
            clientEnd.send(one, PACKETS);
            serverEnd.send(two, PACKETS);
            serverEnd.await(PACKETS, "up");
            clientEnd.await(PACKETS, "down");
            one.execute(up::close);
            assertEquals("the peer closed the connection", serverEnd.closed.get(20, TimeUnit.SECONDS));
            clients.close();
            servers.close();
            door.close();
            assertEquals(null, bug.getNow(null));
        }
    }

    private interface Reach {
        InetSocketAddress of(RtpBundleTransport servers) throws Exception;
    }

    @Test
    void rtpBothWaysBetweenTwoLoops() throws Exception {
        bothWays(RtpBundleTransport::localAddress);
    }

    @Test
    void rtpBothWaysOverTcp() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<Tunnel> tunnels = new ArrayList<>();
        bothWays(servers -> {
            tunnels.add(new Tunnel());
            return tunnels.get(tunnels.size() - 1).to(servers.listen(any));
        });
        for (Tunnel tunnel : tunnels) {
            tunnel.close();
            assertTrue(tunnel.frames() > PACKETS, "by TCP, not by UDP: " + tunnel.frames());
        }
        assertEquals(2, tunnels.size());
    }
}
