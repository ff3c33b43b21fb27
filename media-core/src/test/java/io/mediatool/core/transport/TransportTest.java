package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.loop.VirtualLanes;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers over a fake network in virtual time: ICE, keys, SRTP, all in one. */
final class TransportTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final Link LOSSY = Link.PERFECT
            .withDelay(25 * MS, 50 * MS)
            .withLoss(0.05)
            .withDuplicates(0.02)
            .withReordering(0.05, 60 * MS);

    private static final UdpBinding LOOPBACK = UdpBinding.ephemeral(InetAddress.getLoopbackAddress());

    private static VirtualEventLoop loop(long seed, Link link) {
        return new VirtualEventLoop(new FakeNetwork(seed, link), bug -> {
            throw new AssertionError("seed " + seed, bug);
        });
    }

    private static RtpBundleTransport bundle(VirtualEventLoop loop, SrtpProfile profile, Random random)
            throws IOException {
        return RtpBundleTransport.open(loop, LOOPBACK, InstantDtls.factory(profile, random));
    }

    /** One peer and one place in a server. */
    private static final class Call {
        final VirtualEventLoop loop;
        final Random random;
        final RtpBundleTransport clients;
        final RtpBundleTransport servers;
        final TestPeer client;
        final TestPeer server;

        Call(long seed, Link link, SrtpProfile profile) throws IOException {
            random = new Random(seed);
            loop = loop(seed, link);
            clients = bundle(loop, profile, random);
            servers = bundle(loop, profile, random);
            client = new TestPeer(loop, 1);
            server = new TestPeer(loop, 2);
        }

        Call connected() {
            TestPeer.connect(client, clients, server, servers, random);
            loop.advanceBy(10 * S);
            assertEquals(DtlsIceTransport.State.CONNECTED, client.transport().state());
            assertEquals(DtlsIceTransport.State.CONNECTED, server.transport().state());
            return this;
        }
    }

    @ParameterizedTest
    @EnumSource
    void rtpBothWaysOverALossyNetwork(SrtpProfile profile) throws IOException {
        Call call = new Call(1, LOSSY, profile).connected();
        call.client.sendEvery(10 * MS, 1_000, 1_100);
        call.server.sendEvery(7 * MS, 1_000, 900);
        call.loop.advanceBy(20 * S);
        for (TestPeer peer : List.of(call.client, call.server)) {
            assertTrue(peer.received.size() > 900 && peer.received.size() < 1_000, "" + peer.received.size());
            assertEquals(peer.received.size(), new HashSet<>(peer.received).size(), "no duplicates");
            assertTrue(peer.transport().report().srtp().replayed() > 5);
            assertEquals(0, peer.transport().report().srtp().forged());
        }
        call.client.transport().close();
        call.loop.advanceBy(S);
        assertEquals("closed: the peer closed the connection", call.server.events.get(2));
        assertEquals(new RtpBundleTransport.Counters(0, 0, 0, 0, 0, 0, 0, 0), call.servers.counters());
    }

    /** As {@link InstantDtls}, but the keys are there a while after the handshake. */
    private static DtlsFactory late(VirtualEventLoop loop, Random random, long byNs) {
        DtlsFactory instant = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);
        return (role, peer, on, listener) -> instant.open(role, peer, on, new DtlsConnection.Listener() {
            @Override
            public void send(byte[] datagram) {
                listener.send(datagram);
            }

            @Override
            public void onConnected(SrtpKeys keys, long nowNs) {
                loop.schedule(nowNs + byNs, at -> listener.onConnected(keys, at));
            }

            @Override
            public void onFailed(String reason, long nowNs) {
                listener.onFailed(reason, nowNs);
            }

            @Override
            public void onClosed(long nowNs) {
                listener.onClosed(nowNs);
            }
        });
    }

    @Test
    void packetsThatComeBeforeTheKeysAreKept() throws IOException {
        Random random = new Random(3);
        VirtualEventLoop loop = loop(3, Link.PERFECT.withDelay(10 * MS, 10 * MS));
        RtpBundleTransport clients = bundle(loop, SrtpProfile.AEAD_AES_128_GCM, random);
        RtpBundleTransport servers = RtpBundleTransport.open(loop, LOOPBACK, late(loop, random, 500 * MS));
        TestPeer client = new TestPeer(loop, 1);
        TestPeer server = new TestPeer(loop, 2);
        TestPeer.connect(client, clients, server, servers, random);
        loop.advanceBy(300 * MS);
        assertEquals(DtlsIceTransport.State.CONNECTED, client.transport().state());
        assertEquals(DtlsIceTransport.State.SECURING, server.transport().state());
        int sent = EarlyPackets.MAX_PACKETS + 6;
        for (int i = 0; i < sent; i++) {
            client.send(1_000);
        }
        loop.advanceBy(S);
        List<Integer> first =
                IntStream.range(0, EarlyPackets.MAX_PACKETS).boxed().toList();
        assertEquals(first, server.received);
        assertEquals(6, server.transport().report().ignored());
        client.send(1_000);
        loop.advanceBy(S);
        assertEquals(sent, server.received.get(EarlyPackets.MAX_PACKETS));
    }

    private static List<Integer> journey(long seed) throws IOException {
        Call call = new Call(seed, LOSSY, SrtpProfile.AEAD_AES_128_GCM).connected();
        call.client.sendEvery(10 * MS, 500, 1_100);
        call.server.sendEvery(7 * MS, 500, 900);
        call.loop.advanceBy(10 * S);
        return List.of(call.client.digest, call.server.digest);
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        assertEquals(journey(7), journey(7));
        assertNotEquals(journey(7), journey(8));
    }

    @Test
    void aHundredPeersOnOnePort() throws IOException {
        long seed = 100;
        Random random = new Random(seed);
        VirtualEventLoop loop = loop(seed, LOSSY);
        RtpBundleTransport servers = bundle(loop, SrtpProfile.AEAD_AES_128_GCM, random);
        List<TestPeer> peers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            TestPeer client = new TestPeer(loop, 1_000 + i);
            TestPeer server = new TestPeer(loop, 2_000 + i);
            TestPeer.connect(client, bundle(loop, SrtpProfile.AEAD_AES_128_GCM, random), server, servers, random);
            peers.add(client);
            peers.add(server);
        }
        loop.advanceBy(10 * S);
        peers.forEach(peer -> peer.sendEvery(20 * MS, 100, 500));
        loop.advanceBy(10 * S);
        for (TestPeer peer : peers) {
            assertTrue(peer.received.size() > 75, "seed " + seed + ": " + peer.received.size());
            assertEquals(0, peer.transport().report().srtp().forged());
        }
        assertEquals(new RtpBundleTransport.Counters(0, 0, 0, 0, 0, 0, 100, 100), servers.counters());
        servers.close();
        loop.advanceBy(S);
        long gone = peers.stream()
                .filter(p -> p.transport().state() == DtlsIceTransport.State.CLOSED)
                .count();
        assertTrue(gone > 180, "goodbyes may be lost, but few: " + gone);
        loop.advanceBy(40 * S);
        assertTrue(peers.stream().allMatch(p -> p.transport().state() == DtlsIceTransport.State.CLOSED));
    }

    @Test
    void rtcpIsToldApart() throws IOException {
        Call call = new Call(3, Link.PERFECT, SrtpProfile.AES_CM_128_HMAC_SHA1_80).connected();
        byte[] bye = RtcpWriter.goodbye(5, "abc", "");
        call.client.transport().sendRtcp(bye, 0, bye.length);
        call.client.send(100);
        call.loop.advanceBy(S);
        assertEquals(1, call.server.rtcp);
        assertEquals(List.of(0), call.server.received);
    }

    @Test
    void aBurstLongerThanTheQueueArrives() throws IOException {
        Call call = new Call(4, Link.PERFECT, SrtpProfile.AEAD_AES_128_GCM).connected();
        for (int i = 0; i < 500; i++) {
            call.server.send(i % 1_400);
        }
        call.loop.advanceBy(S);
        assertEquals(500, call.client.received.size());
        for (int i = 0; i < 500; i++) {
            assertEquals(i, call.client.received.get(i));
        }
    }

    @Test
    void sourcesGetTheirOwn() throws IOException {
        Call call = new Call(5, Link.PERFECT, SrtpProfile.AEAD_AES_128_GCM).connected();
        List<Integer> mine = new ArrayList<>();
        call.server.transport().sources().addPayloadType(96, (packet, nowNs) -> mine.add(packet.sequenceNumber()));
        call.client.send(10);
        call.client.send(10);
        call.loop.advanceBy(S);
        assertEquals(List.of(0, 1), mine);
        assertEquals(List.of(), call.server.received);
    }

    @Test
    void iceRestartKeepsTheKeysAndTheMedia() throws IOException {
        Call call = new Call(6, LOSSY.withLoss(0), SrtpProfile.AEAD_AES_128_GCM).connected();
        call.client.sendEvery(20 * MS, 1_000, 200);
        call.loop.advanceBy(5 * S);
        IceCredentials newServer = IceCredentials.random(call.random);
        IceCredentials newClient = IceCredentials.random(call.random);
        call.server.transport().restartIce(newServer, call.loop.nowNs());
        call.loop.advanceBy(2 * S);
        call.client.transport().restartIce(newClient, newServer, call.loop.nowNs());
        call.loop.advanceBy(60 * S);
        assertEquals(1_000, new HashSet<>(call.server.received).size());
        assertEquals(2, call.server.events.size(), call.server.events.toString());
        assertEquals(1, call.servers.counters().peers());
        assertEquals(newServer, call.server.transport().localIce());
    }

    /** A NAT between: what the client sends comes from a port of the NAT, and that port can change. */
    private static final class Nat {
        private final VirtualEventLoop loop;
        private final InetSocketAddress server;
        private final UdpSocket inside;
        private UdpSocket outside;
        private InetSocketAddress client;
        /** What the client sends, once it does not pass any more by itself. */
        private @Nullable Deque<byte[]> kept;

        private Nat(VirtualEventLoop loop, InetSocketAddress server, InetSocketAddress client) throws IOException {
            this.loop = loop;
            this.server = server;
            this.client = client;
            inside = loop.bind(LOOPBACK, (data, offset, length, from, nowNs) -> {
                if (kept == null) {
                    outside.send(data, offset, length, this.server);
                } else {
                    kept.add(Arrays.copyOfRange(data, offset, offset + length));
                }
            });
            rebind();
        }

        /** Connects the call's client by way of one. */
        static Nat between(Call call) throws IOException {
            Nat nat = new Nat(call.loop, call.servers.localAddress(), call.clients.localAddress());
            TestPeer.connect(
                    call.client, call.clients, call.server, call.servers, nat.inside.localAddress(), call.random);
            call.loop.advanceBy(5 * S);
            return nat;
        }

        void pass(byte[] datagram) {
            outside.send(datagram, 0, datagram.length, server);
        }

        void rebind() throws IOException {
            if (outside != null) {
                outside.close();
            }
            outside = loop.bind(
                    LOOPBACK, (data, offset, length, from, nowNs) -> inside.send(data, offset, length, this.client));
        }
    }

    @Test
    void aPeerThatMovesKeepsItsConnection() throws IOException {
        Call call = new Call(9, Link.PERFECT.withDelay(20 * MS, 0), SrtpProfile.AEAD_AES_128_GCM);
        Nat nat = Nat.between(call);
        call.client.sendEvery(100 * MS, 600, 100);
        call.server.sendEvery(100 * MS, 600, 100);
        call.loop.advanceBy(5 * S);
        int before = nat.outside.localAddress().getPort();
        nat.rebind();
        int after = nat.outside.localAddress().getPort();
        call.loop.advanceBy(20 * S);
        assertEquals(List.of("path " + before, "connected", "path " + after), call.server.events);
        int received = call.server.received.size();
        int answered = call.client.received.size();
        call.loop.advanceBy(10 * S);
        assertEquals(100, call.server.received.size() - received);
        assertEquals(100, call.client.received.size() - answered);
        assertEquals(2, call.client.events.size(), "no new handshake: " + call.client.events);
    }

    /** GStreamer 1.22 on libnice: after the first checks it sends indications only. */
    @Test
    void aPeerWithoutChecksLivesAsLongAsItSendsRtcp() throws IOException {
        Call call = new Call(10, Link.PERFECT.withDelay(20 * MS, 0), SrtpProfile.AEAD_AES_128_GCM);
        Nat nat = Nat.between(call);
        nat.kept = new ArrayDeque<>();
        byte[] rtcp = RtcpWriter.goodbye(5, "abc", "");
        for (int i = 0; i < 12; i++) {
            call.client.transport().sendRtcp(rtcp, 0, rtcp.length);
        }
        call.loop.advanceBy(50 * MS);
        List<byte[]> reports = List.copyOf(nat.kept);
        for (byte[] report : reports) {
            nat.pass(report);
            call.loop.advanceBy(5 * S);
        }
        assertEquals(12, call.server.rtcp);
        assertEquals(DtlsIceTransport.State.CONNECTED, call.server.transport().state());
        for (byte[] replayed : reports) {
            nat.pass(replayed);
            call.loop.advanceBy(2 * S);
        }
        call.loop.advanceBy(2 * S);
        assertEquals("closed: neither ICE checks nor RTCP for 30 s", call.server.events.get(2));
    }

    @Test
    void strangersGetNothingAndBreakNothing() throws IOException {
        long seed = 11;
        Call call = new Call(seed, Link.PERFECT, SrtpProfile.AEAD_AES_128_GCM).connected();
        List<byte[]> answers = new ArrayList<>();
        UdpSocket stranger = call.loop.bind(LOOPBACK, (data, offset, length, from, nowNs) -> answers.add(data.clone()));
        Random hostile = new Random(seed);
        InetSocketAddress server = call.servers.localAddress();
        for (int round = 0; round < 20_000; round++) {
            byte[] data = new byte[1 + hostile.nextInt(60)];
            hostile.nextBytes(data);
            if (round % 2 == 0 && data.length >= 20) { // as STUN as can be
                data = Arrays.copyOf(data, data.length & ~3);
                System.arraycopy(
                        new byte[] {0, 1, 0, (byte) (data.length - 20), 0x21, 0x12, (byte) 0xa4, 0x42}, 0, data, 0, 8);
            }
            stranger.send(data, 0, data.length, server);
            // The peer itself may be hostile too: from its own address. (The instant DTLS believes any goodbye.)
            if (data[0] < 20 || data[0] > 63) {
                call.loop.inject(call.loop.nowNs(), call.clients.localAddress(), server, data);
            }
            call.loop.advanceBy(MS);
        }
        assertEquals(List.of(), answers, "seed " + seed);
        assertTrue(call.servers.counters().strays() > 10_000);
        call.client.send(10);
        call.loop.advanceBy(S);
        assertEquals(List.of(0), call.server.received);
    }

    /** Two loops on one port; the kernel (here: the network) gives each client to one of their sockets, rightly or not. */
    @Test
    void whatAnotherLoopReceivedIsHandedOver() throws IOException {
        long seed = 13;
        Random random = new Random(seed);
        VirtualEventLoop loop = loop(seed, LOSSY);
        VirtualLanes lanes = new VirtualLanes(loop);
        SharedPort port = new SharedPort();
        DtlsFactory dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);
        EventLoop lane = lanes.open();
        List<RtpBundleTransport> bundles = LoopbackPort.open(List.of(lanes.open(), lane), dtls, port);
        RtpBundleTransport first = bundles.get(0);
        RtpBundleTransport second = bundles.get(1);
        List<TestPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestPeer client = new TestPeer(loop, 2 * i + 1);
            TestPeer server = new TestPeer(lane, 2 * i + 2);
            RtpBundleTransport from = bundle(loop, SrtpProfile.AEAD_AES_128_GCM, random);
            lane.execute(() -> TestPeer.connect(client, from, server, second, random));
            peers.add(client);
            peers.add(server);
        }
        loop.advanceBy(10 * S);
        for (int i = 0; i < peers.size(); i += 2) {
            peers.get(i).sendEvery(10 * MS, 200, 500);
            TestPeer server = peers.get(i + 1);
            lane.execute(() -> server.sendEvery(10 * MS, 200, 500));
        }
        loop.advanceBy(10 * S);
        for (TestPeer peer : peers) {
            assertTrue(peer.received.size() > 175, "seed " + seed + ": " + peer.received.size());
        }
        List<RtpBundleTransport.Counters> seen = counters(loop, first, second);
        assertEquals(0, seen.get(0).peers());
        assertTrue(seen.get(0).handedOver() > 500, "seed " + seed + ": " + seen);
        assertEquals(0, seen.get(0).handoverDropped() + seen.get(1).handedOver());
        assertTrue(port.size() >= 16, "ufrags and addresses: " + port.size());
        second.close();
        loop.advanceBy(S);
        assertEquals(0, port.size());
    }

    private static List<RtpBundleTransport.Counters> counters(VirtualEventLoop loop, RtpBundleTransport... bundles) {
        List<RtpBundleTransport.Counters> all = new ArrayList<>();
        for (RtpBundleTransport bundle : bundles) {
            bundle.loop().execute(() -> all.add(bundle.counters()));
        }
        loop.advanceBy(0);
        return all;
    }

    @Test
    void aPeerThatNeverComesIsForgotten() throws IOException {
        Call call = new Call(12, Link.PERFECT.withLoss(1), SrtpProfile.AEAD_AES_128_GCM);
        TestPeer.connect(call.client, call.clients, call.server, call.servers, call.random);
        call.loop.advanceBy(31 * S);
        assertEquals(List.of("closed: no ICE check was verified within 30 s"), call.server.events);
        assertEquals(List.of("closed: no ICE candidate answered within 30 s"), call.client.events);
        assertEquals(new RtpBundleTransport.Counters(0, 0, 0, 0, 0, 0, 0, 0), call.servers.counters());
    }
}
