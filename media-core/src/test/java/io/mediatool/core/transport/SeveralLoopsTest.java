package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.loop.VirtualLanes;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Two loops behind one port, in virtual time: connections and addresses that come to one of them and belong to the other's peers. */
final class SeveralLoopsTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;

    private final Random random = new Random(1);
    private final FakeNetwork network = new FakeNetwork(1, Link.PERFECT.withDelay(10 * MS, 0));
    private final VirtualEventLoop loop = new VirtualEventLoop(network, bug -> {
        throw new AssertionError(bug);
    });
    private final DtlsFactory dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);
    private final SharedPort port = new SharedPort();
    private final List<RtpBundleTransport> bundles;

    SeveralLoopsTest() throws IOException {
        VirtualLanes lanes = new VirtualLanes(loop);
        bundles = LoopbackPort.open(List.of(lanes.open(), lanes.open()), dtls, port);
    }

    /** A connection that the first loop has accepted. */
    private final class Connection implements RemotePath {
        boolean closed;
        int sent;

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
        }

        @Override
        public void send(byte[] data, int offset, int length) {
            assertTrue(on(0).inLoop(), "by its own loop");
            sent++;
        }

        @Override
        public void close() {
            assertTrue(on(0).inLoop(), "by its own loop");
            if (!closed) {
                closed = true;
                on(0).execute(() -> bundles.get(0).tcp().onClosed(this, loop.nowNs()));
            }
        }
    }

    private EventLoop on(int index) {
        return bundles.get(index).loop();
    }

    private <T> T ask(int index, Supplier<T> question) {
        List<T> answer = new ArrayList<>();
        on(index).execute(() -> answer.add(question.get()));
        loop.advanceBy(0);
        return answer.get(0);
    }

    private DtlsIceTransport accept(int index, IceCredentials ice, DtlsIceTransport.Listener listener) {
        return ask(
                index,
                () -> bundles.get(index)
                        .accept(new TransportSetup(ice, DtlsRole.SERVER, List.of(TestPeer.ANYBODY)), listener));
    }

    private byte[] check(IceCredentials server) {
        return TestPeer.check(server, random);
    }

    /** One read of the connection. */
    private void arrive(Connection connection, byte[]... frames) {
        for (byte[] frame : frames) {
            bundles.get(0).tcp().onDatagram(frame, 0, frame.length, connection, loop.nowNs());
        }
    }

    private void assertNothingLeft() {
        for (int i = 0; i < bundles.size(); i++) {
            RtpBundleTransport bundle = bundles.get(i);
            var counters = ask(i, bundle::counters);
            assertEquals(
                    0, counters.peers() + counters.addresses() + bundle.tcp().connections(), "loop " + i);
        }
        assertEquals(0, port.size());
    }

    @Test
    void aConnectionIsJudgedByThePeersLoop() {
        IceCredentials ice = IceCredentials.random(random);
        DtlsIceTransport transport = accept(1, ice, new TestPeer(loop, 1));
        Connection connection = new Connection();
        on(0).execute(() -> {
            bundles.get(0).tcp().onOpened(connection, loop.nowNs());
            arrive(connection, check(ice));
            bundles.get(0).tcp().onTurnEnd(loop.nowNs());
        });
        loop.advanceBy(20 * S);
        assertTrue(connection.sent > 1, "an answer, and the handshake: " + connection.sent);
        assertEquals(DtlsIceTransport.State.SECURING, ask(1, transport::state));
        assertTrue(!connection.closed, "it has proven itself");
        on(1).execute(transport::close);
        loop.advanceBy(2 * S);
        assertTrue(connection.closed, "from the other loop, after its peer");
        assertNothingLeft();
    }

    @Test
    void whoKnowsNoPasswordIsShownOutByWhicheverLoop() {
        IceCredentials ice = IceCredentials.random(random);
        accept(1, ice, new TestPeer(loop, 1));
        Connection connection = new Connection();
        on(0).execute(() -> {
            bundles.get(0).tcp().onOpened(connection, loop.nowNs());
            arrive(connection, check(new IceCredentials(ice.ufrag(), "x".repeat(24))));
            bundles.get(0).tcp().onTurnEnd(loop.nowNs());
        });
        loop.advanceBy(TcpRoutes.PROOF_NS + S);
        assertTrue(connection.closed);
        loop.advanceBy(20 * S);
        assertNothingLeft();
    }

    /** A last frame and the end of the connection in one read, as every goodbye is. */
    @Test
    void whatCameBeforeTheEndIsTakenBeforeTheEnd() {
        IceCredentials ice = IceCredentials.random(random);
        TestPeer peer = new TestPeer(loop, 1);
        accept(1, ice, peer);
        Connection connection = new Connection();
        on(0).execute(() -> {
            bundles.get(0).tcp().onOpened(connection, loop.nowNs());
            arrive(connection, check(ice));
            bundles.get(0).tcp().onTurnEnd(loop.nowNs());
        });
        loop.advanceBy(S);
        byte[] goodbye = {21, 0};
        on(0).execute(() -> {
            arrive(connection, check(ice), goodbye);
            connection.closed = true;
            bundles.get(0).tcp().onClosed(connection, loop.nowNs());
            bundles.get(0).tcp().onTurnEnd(loop.nowNs());
        });
        loop.advanceBy(0);
        assertEquals("closed: the peer closed the connection", peer.events.get(peer.events.size() - 1));
        loop.advanceBy(5 * S);
        assertNothingLeft();
    }

    /** A client that died comes again from the same port, and its session is on the other loop now. */
    @Test
    void anAddressThatIsTakenOverIsTakenOverOnAllLoops() throws IOException {
        for (int round = 0; round < 8; round++) { // whichever loop the network chooses
            RtpBundleTransport dead = client(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            TestPeer first = connect(dead, round % 2);
            loop.advanceBy(S);
            assertEquals(
                    DtlsIceTransport.State.CONNECTED,
                    ask(round % 2, () -> first.transport().state()));
            network.silence(dead.localAddress());
            dead.close();
            RtpBundleTransport again = client(dead.localAddress());
            TestPeer second = connect(again, 1 - round % 2);
            loop.advanceBy(S);
            assertEquals(
                    DtlsIceTransport.State.CONNECTED,
                    ask(1 - round % 2, () -> second.transport().state()));
            again.close();
            loop.advanceBy(40 * S);
            assertNothingLeft();
        }
    }

    private RtpBundleTransport client(InetSocketAddress address) throws IOException {
        return RtpBundleTransport.open(loop, UdpBinding.of(address), dtls);
    }

    private TestPeer connect(RtpBundleTransport from, int index) {
        TestPeer server = new TestPeer(loop, 2);
        on(index).execute(() -> TestPeer.connect(new TestPeer(loop, 1), from, server, bundles.get(index), random));
        loop.advanceBy(0);
        return server;
    }

    /** Who has an address is who was verified there last: a check with a forged source takes nobody's media for long. */
    @Test
    void aForgedSourceIsCorrectedByTheNextCheckOfItsOwner() throws IOException {
        for (int thief = 0; thief < 2; thief++) {
            RtpBundleTransport from = client(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            TestPeer client = new TestPeer(loop, 1);
            TestPeer server = new TestPeer(loop, 2);
            on(0).execute(() -> TestPeer.connect(client, from, server, bundles.get(0), random));
            loop.advanceBy(S);
            IceCredentials ice = IceCredentials.random(random);
            accept(thief, ice, new TestPeer(loop, 3));
            loop.inject(loop.nowNs(), from.localAddress(), bundles.get(0).localAddress(), check(ice));
            loop.advanceBy(MS);
            client.send(100);
            loop.advanceBy(10 * S);
            assertEquals(List.of(), server.received, "stolen");
            client.send(100);
            loop.advanceBy(S);
            assertEquals(List.of(1), server.received, "on loop " + thief);
        }
    }
}
