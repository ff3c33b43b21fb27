package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.loop.VirtualLanes;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whoever has proven nothing gets less than it sent, whatever it sends; and what one session breaks is its own. */
final class StrangersTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final long SEED = 20_261_122;
    private static final UdpBinding LOOPBACK = UdpBinding.ephemeral(InetAddress.getLoopbackAddress());

    private final List<Throwable> bugs = new ArrayList<>();
    private final Random random = new Random(SEED);
    private final FakeNetwork network = new FakeNetwork(SEED, Link.PERFECT);
    private final VirtualEventLoop loop = new VirtualEventLoop(network, bugs::add);
    private final DtlsFactory dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);

    private DtlsIceTransport accept(RtpBundleTransport bundle, IceCredentials ice) {
        var setup = new TransportSetup(ice, DtlsRole.SERVER, List.of(TestPeer.ANYBODY));
        return bundle.accept(setup, new TestPeer(loop, 2));
    }

    /** As right as it can be without the password: what is asked, who for, with or without a signature, and mutated. */
    private byte[] check(IceCredentials ice) {
        StunWriter writer = StunWriter.binding(
                StunClass.values()[random.nextInt(10) < 7 ? 0 : random.nextInt(4)], TransactionId.random(random));
        if (random.nextInt(8) > 0) {
            writer.username(ice.ufrag() + ":" + "x".repeat(random.nextInt(20)));
        }
        if (random.nextBoolean()) {
            writer.priority(random.nextInt()).iceControlling(random.nextLong()).useCandidate();
        }
        return switch (random.nextInt(4)) {
            case 0 -> writer.finish();
            case 1 -> writer.sign(StunKey.shortTerm("y".repeat(24)));
            case 2 -> mutated(writer.finish());
            default -> mutated(writer.sign(StunKey.shortTerm(ice.password())));
        };
    }

    /** One bit at least is another one, within what the signature covers. */
    private byte[] mutated(byte[] whole) {
        byte[] other = whole.clone();
        other[8 + random.nextInt(other.length - 16)] ^= (byte) (1 << random.nextInt(8));
        return other;
    }

    /** DTLS of every content type, RTP, RTCP and the rest. */
    private byte[] datagram() {
        byte[] data = new byte[1 + random.nextInt(200)];
        random.nextBytes(data);
        data[0] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 20 + random.nextInt(6));
        return data;
    }

    @Test
    void whoHasProvenNothingGetsNoMoreThanItSent() throws IOException {
        RtpBundleTransport servers = RtpBundleTransport.open(loop, LOOPBACK, dtls);
        IceCredentials fresh = IceCredentials.random(random);
        IceCredentials taken = IceCredentials.random(random);
        DtlsIceTransport waiting = accept(servers, fresh);
        // Another one is connected: what is sent to it goes on, and none of it elsewhere.
        RtpBundleTransport clients = RtpBundleTransport.open(loop, LOOPBACK, dtls);
        TestPeer client = new TestPeer(loop, 1);
        TestPeer server = new TestPeer(loop, 2);
        TestPeer.connect(client, clients, server, servers, random);
        accept(servers, taken);
        loop.advanceBy(S);
        AtomicLong out = new AtomicLong();
        UdpSocket stranger = loop.bind(LOOPBACK, (data, offset, length, from, nowNs) -> out.addAndGet(length));
        int answered = 0;
        long pauseNs = 20 * MS / Hostility.rounds(1); // who is waited for has half a minute in all
        for (int round = 0; round < Hostility.rounds(60_000); round++) {
            byte[] data = random.nextInt(3) > 0 ? check(random.nextBoolean() ? fresh : taken) : datagram();
            out.set(0);
            stranger.send(data, 0, data.length, servers.localAddress());
            loop.advanceBy(random.nextInt(100) == 0 ? pauseNs : 0);
            assertTrue(
                    out.get() <= data.length, "seed " + SEED + " round " + round + ": " + out + " for " + data.length);
            answered += out.get() > 0 ? 1 : 0;
            if (round % 100 == 0) {
                server.send(100);
            }
        }
        long seconds = loop.nowNs() / S;
        assertTrue(answered > 100 && answered < 2 * 20 * (seconds + 2), "refused with reasons: " + answered);
        assertEquals(List.of(), bugs);
        assertEquals(DtlsIceTransport.State.CHECKING, waiting.state(), "nobody came");
        assertEquals(1, servers.counters().addresses());
        assertTrue(client.received.size() > 500, "" + client.received.size());
    }

    /** One that has the password gets no DTLS flight before its first check, and an answer no longer than that. */
    @Test
    void theAnswerToAVerifiedCheckIsNoLongerThanTheCheck() throws IOException {
        RtpBundleTransport servers = RtpBundleTransport.open(loop, LOOPBACK, dtls);
        for (InetAddress address : List.of(InetAddress.getLoopbackAddress(), InetAddress.getByName("::1"))) {
            RtpBundleTransport port = RtpBundleTransport.open(loop, UdpBinding.ephemeral(address), silent());
            IceCredentials ice = IceCredentials.random(random);
            accept(port, ice);
            List<Integer> answers = new ArrayList<>();
            UdpSocket peer = loop.bind(
                    UdpBinding.ephemeral(address), (data, offset, length, from, nowNs) -> answers.add(length));
            byte[] hello = datagram();
            hello[0] = 22;
            peer.send(hello, 0, hello.length, port.localAddress());
            loop.advanceBy(S);
            assertEquals(List.of(), answers);
            byte[] check = StunWriter.binding(StunClass.REQUEST, TransactionId.random(random))
                    .username(ice.ufrag() + ":abcd")
                    .priority(1)
                    .iceControlling(1)
                    .sign(StunKey.shortTerm(ice.password()));
            peer.send(check, 0, check.length, port.localAddress());
            loop.advanceBy(MS);
            assertEquals(1, answers.size());
            assertTrue(answers.get(0) <= check.length, answers + " for " + check.length);
        }
        servers.close();
    }

    /** Keys that never come: what is sent is ICE's alone. */
    private static DtlsFactory silent() {
        return (role, peer, on, listener) -> new Broken(Integer.MAX_VALUE);
    }

    /** Throws from its n-th call on, as a bug would. */
    private static final class Broken implements DtlsConnection {
        private int left;

        Broken(int calls) {
            left = calls;
        }

        private void call() {
            if (left-- <= 0) {
                throw new IllegalStateException("planted");
            }
        }

        @Override
        public void start(long nowNs) {
            call();
        }

        @Override
        public void onDatagram(byte[] data, int offset, int length, long nowNs) {
            call();
        }

        @Override
        public long nextDeadlineNs() {
            return left == 2 ? 2 * S : Long.MAX_VALUE;
        }

        @Override
        public void onDeadline(long nowNs) {
            left = 0;
            call();
        }

        @Override
        public void close(long nowNs) {}
    }

    /** The first connection of the port breaks at its first check, its first datagram or its alarm; the second one is sound. */
    @Test
    void whatBreaksInOneSessionEndsThatSession() throws IOException {
        for (int calls = 0; calls < 3; calls++) {
            bugs.clear();
            List<Integer> opened = new ArrayList<>();
            int healthy = calls;
            DtlsFactory one = (role, peer, on, listener) -> {
                opened.add(1);
                return opened.size() == 1 ? new Broken(healthy) : dtls.open(role, peer, on, listener);
            };
            VirtualLanes lanes = new VirtualLanes(loop);
            SharedPort port = new SharedPort();
            List<RtpBundleTransport> bundles = LoopbackPort.open(List.of(lanes.open(), lanes.open()), one, port);
            EventLoop home = bundles.get(1).loop();
            TestPeer broken = new TestPeer(loop, 3);
            TestPeer sound = new TestPeer(loop, 4);
            TestPeer client = new TestPeer(loop, 1);
            RtpBundleTransport first = RtpBundleTransport.open(loop, LOOPBACK, dtls);
            RtpBundleTransport second = RtpBundleTransport.open(loop, LOOPBACK, dtls);
            home.execute(() -> {
                TestPeer.connect(new TestPeer(loop, 5), first, broken, bundles.get(1), random);
                TestPeer.connect(client, second, sound, bundles.get(1), random);
            });
            loop.advanceBy(3 * S);
            client.sendEvery(MS, 200, 100);
            loop.advanceBy(2 * S);
            List<DtlsIceTransport.State> states = new ArrayList<>();
            List<Integer> peers = new ArrayList<>();
            home.execute(() -> {
                states.add(broken.transport().state());
                states.add(sound.transport().state());
                peers.add(bundles.get(1).counters().peers());
            });
            loop.advanceBy(0);
            assertEquals(
                    List.of(DtlsIceTransport.State.CLOSED, DtlsIceTransport.State.CONNECTED), states, calls + " calls");
            assertEquals(List.of(1), peers);
            assertEquals(200, sound.received.size());
            assertEquals(
                    List.of("planted"), bugs.stream().map(Throwable::getMessage).toList(), calls + " calls");
            bundles.forEach(RtpBundleTransport::close);
            loop.advanceBy(S);
        }
    }
}
