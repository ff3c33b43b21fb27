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
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The real loop, the real DTLS, a real socket. */
final class RealTransportTest {
    private static final int PACKETS = 100;

    private static final class End implements DtlsIceTransport.Listener {
        final CompletableFuture<DtlsIceTransport> connected = new CompletableFuture<>();
        final CountDownLatch packets = new CountDownLatch(PACKETS);
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void onConnected(DtlsIceTransport transport, long nowNs) {
            connected.complete(transport);
        }

        @Override
        public void onUnknownRtp(DtlsIceTransport transport, RtpPacket packet, long nowNs) {
            packets.countDown();
        }

        @Override
        public void onRtcp(DtlsIceTransport transport, byte[] data, int offset, int length, long nowNs) {}

        @Override
        public void onClosed(DtlsIceTransport transport, String reason, long nowNs) {
            connected.completeExceptionally(new AssertionError(reason));
            closed.countDown();
        }
    }

    private static void send(EventLoop loop, DtlsIceTransport transport) {
        loop.execute(() -> {
            for (int i = 0; i < PACKETS; i++) {
                byte[] packet = new byte[1_000];
                RtpPacket.writeHeader(packet, 0, false, 96, i, i, 7);
                transport.sendRtp(packet, 0, packet.length);
            }
        });
    }

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
            End clientEnd = new End();
            End serverEnd = new End();
            two.execute(() -> servers.accept(
                    new TransportSetup(server, DtlsRole.SERVER, List.of(dtls.fingerprint())), serverEnd));
            one.execute(() -> {
                var setup = new TransportSetup(client, DtlsRole.CLIENT, List.of(dtls.fingerprint()));
                DtlsIceTransport transport = clients.connect(setup, server, random, clientEnd);
                transport.addCandidate(IceCandidate.host("udp", address, 1), one.nowNs());
            });
            DtlsIceTransport up = clientEnd.connected.get(40, TimeUnit.SECONDS);
            DtlsIceTransport down = serverEnd.connected.get(40, TimeUnit.SECONDS);
            send(one, up);
            send(two, down);
            assertTrue(serverEnd.packets.await(20, TimeUnit.SECONDS), "left " + serverEnd.packets.getCount());
            assertTrue(clientEnd.packets.await(20, TimeUnit.SECONDS), "left " + clientEnd.packets.getCount());
            one.execute(up::close);
            assertTrue(serverEnd.closed.await(20, TimeUnit.SECONDS), "no goodbye");
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
