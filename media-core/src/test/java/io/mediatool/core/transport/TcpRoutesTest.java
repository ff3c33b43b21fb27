package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.transport.UdpRoutes.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections by ICE-TCP: who proves nothing is shown out. */
final class TcpRoutesTest implements TcpRoutes.Output {
    private static final long S = 1_000_000_000L;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final TcpRoutes routes = new TcpRoutes(loop, this);
    private @Nullable Route seen;

    private static final class Connection implements RemotePath {
        boolean closed;
        int sent;

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
        }

        @Override
        public void send(byte[] data, int offset, int length) {
            sent++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public void onDatagram(byte[] data, int offset, int length, RemotePath path, @Nullable Route route, long nowNs) {
        seen = route;
    }

    @Override
    public void onFarClosed(RtpBundleTransport owner, RemotePath path) {
        throw new AssertionError("nobody else is there");
    }

    @Override
    public void onTurnEnd(long nowNs) {}

    @Test
    void whoProvesNothingIsClosedAfterTenSeconds() {
        Connection idle = new Connection();
        routes.onOpened(idle, loop.nowNs());
        loop.advanceBy(TcpRoutes.PROOF_NS - 1);
        assertFalse(idle.closed);
        routes.onDatagram(new byte[20], 0, 20, idle, loop.nowNs());
        assertEquals(null, seen);
        loop.advanceBy(1);
        assertTrue(idle.closed);
    }

    @Test
    void aPeersConnectionStaysUntilThePeerGoes() throws Exception {
        Random random = new Random(1);
        RtpBundleTransport bundle = RtpBundleTransport.open(
                loop,
                UdpBinding.ephemeral(InetAddress.getLoopbackAddress()),
                InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random));
        IceCredentials server = IceCredentials.random(random);
        TestPeer peer = new TestPeer(loop, 1);
        DtlsIceTransport transport =
                bundle.accept(new TransportSetup(server, DtlsRole.SERVER, List.of(TestPeer.ANYBODY)), peer);
        Connection connection = new Connection();
        bundle.tcp().onOpened(connection, loop.nowNs());
        byte[] check = TestPeer.check(server, random);
        assertTrue(StunMessage.isStun(check, 0, check.length));
        bundle.tcp().onDatagram(check, 0, check.length, connection, loop.nowNs());
        assertTrue(connection.sent > 0, "answered");
        loop.advanceBy(20 * S);
        assertFalse(connection.closed);
        transport.close();
        assertFalse(connection.closed, "goodbye has time to leave");
        loop.advanceBy(2 * S);
        assertTrue(connection.closed);
        bundle.tcp().onClosed(connection, loop.nowNs());
        assertEquals(new RtpBundleTransport.Counters(0, 0, 0, 0, 0, 0, 0, 0), bundle.counters());
    }
}
