package io.mediatool.core.dtls;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two connections over a {@link FakeNetwork}. BouncyCastle lives in real time, so the virtual loop is driven along with the real
 * clock: a millisecond a millisecond.
 */
final class DtlsLink implements AutoCloseable {
    private static final long MS = 1_000_000L;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    final VirtualEventLoop loop;
    final Side client;
    final Side server;
    private final Semaphore wake = new Semaphore(0);

    /** One end. */
    static final class Side implements DtlsConnection.Listener {
        final DtlsEndpoint endpoint;
        final List<String> events = new ArrayList<>();
        UdpSocket socket;

        @Nullable DtlsConnection connection;

        @Nullable InetSocketAddress remote;

        @Nullable SrtpKeys keys;

        int longest;
        Consumer<byte[]> tap = datagram -> {};

        Side(VirtualEventLoop loop, List<SrtpProfile> profiles) throws IOException {
            SecureRandom random = new SecureRandom();
            endpoint = new DtlsEndpoint(DtlsCertificate.selfSigned(random, Instant.now()), profiles, random);
            socket = loop.bind(
                    UdpBinding.ephemeral(InetAddress.getLoopbackAddress()),
                    (data, offset, length, from, nowNs) -> connection.onDatagram(data, offset, length, nowNs));
        }

        @Override
        public void send(byte[] datagram) {
            longest = Math.max(longest, datagram.length);
            tap.accept(datagram);
            socket.send(datagram, 0, datagram.length, remote);
        }

        @Override
        public void onConnected(SrtpKeys agreed, long nowNs) {
            keys = agreed;
            events.add("connected " + agreed.profile());
        }

        @Override
        public void onFailed(String reason, long nowNs) {
            events.add("failed " + reason);
        }

        @Override
        public void onClosed(long nowNs) {
            events.add("closed");
        }
    }

    DtlsLink(long seed, FakeNetwork.Link link, List<SrtpProfile> client, List<SrtpProfile> server) throws IOException {
        loop = new VirtualEventLoop(new FakeNetwork(seed, link), bug -> {
            throw new AssertionError("seed " + seed, bug);
        });
        this.client = new Side(loop, client);
        this.server = new Side(loop, server);
        this.client.remote = this.server.socket.localAddress();
        this.server.remote = this.client.socket.localAddress();
    }

    /** Both sides begin, each expecting the fingerprints given. */
    void start(DtlsFingerprint expectedOfServer, DtlsFingerprint expectedOfClient) {
        client.connection = client.endpoint.connection(DtlsRole.CLIENT, List.of(expectedOfServer), loop, client);
        server.connection = server.endpoint.connection(DtlsRole.SERVER, List.of(expectedOfClient), loop, server);
        server.connection.start(loop.nowNs());
        client.connection.start(loop.nowNs());
    }

    void start() {
        start(server.endpoint.fingerprint(), client.endpoint.fingerprint());
    }

    void until(BooleanSupplier done) throws InterruptedException {
        long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NS) {
                throw new AssertionError("client " + client.events + ", server " + server.events);
            }
            boolean unused = wake.tryAcquire(1, TimeUnit.MILLISECONDS); // nobody releases: passes real time
            loop.advanceTo(Math.max(loop.nowNs() + MS / 4, System.nanoTime() - start));
        }
    }

    @Override
    public void close() {
        client.endpoint.close();
        server.endpoint.close();
        loop.close();
    }
}
