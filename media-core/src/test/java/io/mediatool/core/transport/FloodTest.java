package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsConnection;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A port of two loops, real sockets, real DTLS, a session that lives on it, and whoever wants it dead. No more is sent at once than the
 * kernel keeps: what is beyond that is lost before we see it. {@code -Dmediatool.hostility=100} for a flood of minutes.
 */
final class FloodTest {
    private static final long SEED = 20_261_123;
    private static final int BURST = 48;
    private static final long MAX_GROWTH_BYTES = 6 << 20;
    private static final int PATIENCE_S = 20;

    private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    private final SecureRandom secure = new SecureRandom();
    private final SharedPort shared = new SharedPort();
    private final List<EventLoop> loops = new ArrayList<>();
    private final RealPeer client = new RealPeer();
    private final RealPeer server = new RealPeer();
    private final IceCredentials theirs = IceCredentials.random(secure);
    private DtlsEndpoint dtls;
    private List<RtpBundleTransport> servers;
    private RtpBundleTransport clients;

    @BeforeEach
    void open() throws Exception {
        dtls = new DtlsEndpoint(DtlsCertificate.selfSigned(secure, Instant.now()), SrtpProfile.PREFERRED, secure);
        for (String name : List.of("server 0", "server 1", "client")) {
            loops.add(EventLoops.open(name, bugs::add));
        }
        servers = LoopbackPort.open(loops.subList(0, 2), dtls::connection, shared);
        clients = RtpBundleTransport.open(
                loops.get(2), UdpBinding.ephemeral(InetAddress.getLoopbackAddress()), dtls::connection);
        CompletableFuture.runAsync(() -> servers.get(0).accept(setup(theirs, DtlsRole.SERVER), server), loops.get(0))
                .get(PATIENCE_S, TimeUnit.SECONDS);
        loops.get(2).execute(() -> {
            var mine = setup(IceCredentials.random(secure), DtlsRole.CLIENT);
            clients.connect(mine, theirs, secure, client)
                    .addCandidate(
                            IceCandidate.host("udp", address(), 1), loops.get(2).nowNs());
        });
        client.connected.get(PATIENCE_S, TimeUnit.SECONDS);
        server.connected.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        clients.close();
        servers.forEach(RtpBundleTransport::close);
        loops.forEach(EventLoop::close);
        dtls.close();
        assertEquals(List.of(), bugs);
    }

    private TransportSetup setup(IceCredentials ice, DtlsRole role) {
        return new TransportSetup(ice, role, List.of(dtls.fingerprint()));
    }

    private InetSocketAddress address() {
        return servers.get(0).localAddress();
    }

    /** What a DTLS client says first. */
    private byte[] hello() throws Exception {
        CompletableFuture<byte[]> said = new CompletableFuture<>();
        EventLoop loop = loops.get(2);
        DtlsConnection connection =
                dtls.connection(DtlsRole.CLIENT, List.of(dtls.fingerprint()), loop, new DtlsConnection.Listener() {
                    @Override
                    public void send(byte[] datagram) {
                        said.complete(datagram);
                    }

                    @Override
                    public void onConnected(SrtpKeys keys, long nowNs) {}

                    @Override
                    public void onFailed(String reason, long nowNs) {}

                    @Override
                    public void onClosed(long nowNs) {}
                });
        loop.execute(() -> connection.start(loop.nowNs()));
        byte[] hello = said.get(PATIENCE_S, TimeUnit.SECONDS);
        loop.execute(() -> connection.close(loop.nowNs()));
        return hello;
    }

    private <T> List<T> ask(Function<RtpBundleTransport, T> question) {
        return servers.stream()
                .map(one -> CompletableFuture.supplyAsync(() -> question.apply(one), one.loop())
                        .join())
                .toList();
    }

    private RtpBundleTransport.Counters counters() {
        return ask(RtpBundleTransport::counters).stream()
                .reduce(RtpBundleTransport.Counters::plus)
                .orElseThrow();
    }

    /** A packet each way; when it is there, all that was sent before it has been taken from the first loop's socket. */
    private void bothWays(String story) throws InterruptedException {
        client.send(loops.get(2), 1);
        server.await(1, story);
        server.send(loops.get(0), 1);
        client.await(1, story);
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aFloodIsNotAnsweredNotRememberedAndHarmsNobody() throws Exception {
        Random random = new Random(SEED);
        Flood.Kind[] kinds = Flood.Kind.values();
        int rounds = Hostility.rounds(600);
        long before = 0;
        long startNs = System.nanoTime();
        try (Flood one = new Flood(random, 1, 0, theirs.ufrag(), hello());
                Flood many = new Flood(random, 100, 100, theirs.ufrag(), hello())) {
            for (int round = 0; round < rounds; round++) {
                String story = "seed " + SEED + " round " + round + " of " + rounds;
                Flood flood = random.nextBoolean() ? one : many;
                flood.send(kinds[round % kinds.length], BURST, address());
                bothWays(story);
                assertEquals("", flood.collect(), story);
                if (round == rounds / 4) {
                    before = usedBytes();
                }
            }
            long growth = usedBytes() - before;
            double seconds = (System.nanoTime() - startNs) / 1e9;
            var port = counters();
            DtlsIceTransport.Report seen =
                    ask(ignored -> server.connected.join().report()).get(0);
            long answers = one.answers() + many.answers();
            String told = rounds * BURST + " datagrams in " + seconds + " s, " + answers + " answers, growth " + growth
                    + " bytes, " + port + ", " + seen.ice();
            assertTrue(growth < MAX_GROWTH_BYTES, told);
            long each = (long) rounds * BURST / kinds.length;
            assertTrue(port.strays() > 4 * each - 200 && port.malformed() > each - 200, told);
            assertTrue(seen.ice().wrongPassword() > each - 200 && seen.ice().unsigned() > each - 200, told);
            assertTrue(answers > 0 && answers <= 20 * (seconds + 2), told);
            assertEquals(1, port.addresses(), told);
            assertEquals(1, port.peers(), told);
            assertEquals(2, shared.size(), told);
            assertEquals(clients.localAddress(), seen.remote(), told);
            if (Hostility.rounds(1) > 1) {
                System.out.println(told);
            }
        }
    }

    /** Connections by the hundred that say nothing, half a frame, or rubbish without end. */
    @Test
    void aFloodOfConnectionsTakesWhatOneAddressMayHave() throws Exception {
        InetSocketAddress tcp = servers.get(0).listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Random random = new Random(SEED);
        List<Socket> sockets = new ArrayList<>();
        try {
            long before = usedBytes();
            for (int i = 0; i < 3 * 180; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                socket.bind(new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) (1 + i / 180)}), 0));
                socket.connect(tcp, PATIENCE_S * 1_000);
                say(socket, random);
                bothWays("connection " + i);
            }
            var port = counters();
            long growth = usedBytes() - before;
            assertTrue(port.tcpRefused() >= 3 * (180 - 128), "" + port);
            assertTrue(growth < 3 * 128 * 20_000, growth + " bytes for " + 3 * 128);
            int connections = ask(one -> one.tcp().connections()).get(0);
            assertTrue(connections > 0 && connections <= 3 * 128, connections + " are kept");
            assertEquals(1, port.addresses());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void say(Socket socket, Random random) {
        byte[] data = new byte[random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(3_000)];
        random.nextBytes(data);
        if (data.length > 1 && random.nextBoolean()) {
            data[0] = 0x1f; // a frame of eight thousand bytes, of which the rest never comes
        }
        try {
            socket.getOutputStream().write(data);
        } catch (IOException refused) {
            // closed before we could
        }
    }
}
