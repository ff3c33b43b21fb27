package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Three real loops on one port and clients on three threads: sessions are opened, found by UDP and TCP on whichever loop the kernel
 * chooses, moved from one path to another, sent rubbish, and closed from yet another thread. Nothing may be left, and nothing thrown.
 */
final class LoopStressTest {
    private static final long SEED = Long.getLong("stress.seed", 20_261_122);
    private static final int LOOPS = 3;
    private static final int THREADS = 3;
    private static final int ROUNDS = 1_000;
    private static final long LIMIT_S = 60;

    private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<RtpBundleTransport> bundles = new ArrayList<>();
    private final SharedPort port = new SharedPort();
    private InetSocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private void open() throws IOException {
        DtlsFactory dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, new SecureRandom());
        for (int i = 0; i < LOOPS; i++) {
            loops.add(EventLoops.open("loop " + i, bugs::add));
        }
        bundles.addAll(LoopbackPort.open(loops, dtls, port));
        tcp = bundles.get(0).listen(tcp);
    }

    /** A session as its client's thread knows it. */
    private record Opened(
            RtpBundleTransport bundle, IceCredentials ice, CompletableFuture<DtlsIceTransport> transport) {
        void close() {
            bundle.loop().execute(() -> transport.join().close());
        }
    }

    /** What one thread does; its sockets are shared by its sessions, so that addresses change hands. */
    private final class Client {
        private final Random random;
        private final List<Opened> sessions = new ArrayList<>();
        private final List<DatagramSocket> udp = new ArrayList<>();
        private final List<Socket> connections = new ArrayList<>();

        Client(int number) throws IOException {
            random = new Random(SEED + number);
            for (int i = 0; i < 8; i++) {
                udp.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            }
        }

        void run() throws IOException {
            for (int round = 0; round < ROUNDS; round++) {
                step(random.nextInt(20));
            }
            for (Socket connection : connections) {
                connection.close();
            }
            udp.forEach(DatagramSocket::close);
            sessions.forEach(Opened::close);
        }

        private void step(int kind) throws IOException {
            if (sessions.size() < 4 || kind < 4 && sessions.size() < 40) {
                sessions.add(accept());
            } else if (kind < 8) {
                sessions.remove(random.nextInt(sessions.size())).close();
            } else if (kind < 13) {
                byte[] data = message();
                udp.get(random.nextInt(udp.size()))
                        .send(new DatagramPacket(
                                data, data.length, bundles.get(0).localAddress()));
            } else if (kind < 14 && connections.size() < 30) {
                connections.add(new Socket(tcp.getAddress(), tcp.getPort()));
            } else if (kind < 19 && !connections.isEmpty()) {
                frames(connections.get(random.nextInt(connections.size())));
            } else if (!connections.isEmpty()) {
                Socket leaving = connections.remove(random.nextInt(connections.size()));
                frames(leaving);
                leaving.close();
            }
        }

        private Opened accept() {
            RtpBundleTransport bundle = bundles.get(random.nextInt(LOOPS));
            IceCredentials ice = IceCredentials.random(random);
            CompletableFuture<DtlsIceTransport> transport = new CompletableFuture<>();
            var setup = new TransportSetup(ice, DtlsRole.SERVER, List.of(TestPeer.ANYBODY));
            bundle.loop().execute(() -> transport.complete(bundle.accept(setup, new TestPeer(bundle.loop(), 1))));
            transport.join(); // or the loops would see but the end of all this
            return new Opened(bundle, ice, transport);
        }

        /** Most of the time a check for one of the sessions, else a hello, a goodbye or rubbish. */
        private byte[] message() {
            IceCredentials ice = sessions.get(random.nextInt(sessions.size())).ice();
            if (random.nextInt(10) < 6) {
                return StunWriter.binding(StunClass.REQUEST, TransactionId.random(random))
                        .username(ice.ufrag() + ":stress")
                        .priority(random.nextInt(1_000))
                        .iceControlling(7)
                        .useCandidate()
                        .sign(StunKey.shortTerm(random.nextInt(5) == 0 ? "x".repeat(24) : ice.password()));
            }
            byte[] data = new byte[random.nextBoolean() ? 34 : 1 + random.nextInt(100)];
            random.nextBytes(data);
            data[0] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(10) == 0 ? 21 : 22);
            return data;
        }

        private void frames(Socket to) throws IOException {
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            try {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    byte[] data = message();
                    out.writeShort(data.length);
                    out.write(data);
                }
            } catch (IOException e) {
                connections.remove(to); // its peer was closed, and the connection after it
                to.close();
            }
        }
    }

    private <T> List<T> ask(Function<RtpBundleTransport, T> question) {
        return bundles.stream()
                .map(bundle -> CompletableFuture.supplyAsync(() -> question.apply(bundle), bundle.loop()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private boolean nothingIsLeft() {
        return port.size() == 0
                && ask(bundle -> bundle.counters().peers()
                                + bundle.counters().addresses()
                                + bundle.tcp().connections())
                        .stream()
                        .allMatch(count -> count == 0);
    }

    @Test
    void nothingIsLeftAndNothingThrown() throws Exception {
        open();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Client client = new Client(i);
            Thread thread = new Thread(() -> {
                try {
                    client.run();
                } catch (IOException | RuntimeException e) {
                    bugs.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!nothingIsLeft() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        List<RtpBundleTransport.Counters> seen = ask(RtpBundleTransport::counters);
        String story = "seed " + SEED + ": " + seen + ", known " + port.size() + ", connections "
                + ask(bundle -> bundle.tcp().connections());
        bundles.forEach(RtpBundleTransport::close);
        loops.forEach(EventLoop::close);
        assertEquals(List.of(), bugs.stream().map(String::valueOf).distinct().toList(), story);
        assertTrue(nothingWasLeft(seen), story);
        assertEquals(0, port.size(), story);
        assertTrue(
                seen.stream().mapToLong(RtpBundleTransport.Counters::handedOver).sum() > 500, story);
    }

    private static boolean nothingWasLeft(List<RtpBundleTransport.Counters> seen) {
        return seen.stream().allMatch(each -> each.peers() + each.addresses() == 0);
    }
}
