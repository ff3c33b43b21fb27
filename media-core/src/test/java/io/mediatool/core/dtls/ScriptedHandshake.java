package io.mediatool.core.dtls;

import io.mediatool.core.srtp.SrtpProfile;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.crypto.TlsNonceGenerator;

/**
 * One handshake, of which each side can be told its half again and again: all chance is seeded, so that a side answers as it did, and
 * what the other one said then still fits, signatures, keys and all. No thread, no wait, no clock.
 */
final class ScriptedHandshake {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final DtlsCertificate client = DtlsCertificate.selfSigned(new SecureRandom(), Instant.now());
    private final DtlsCertificate server = DtlsCertificate.selfSigned(new SecureRandom(), Instant.now());
    private final List<byte[]> toServer = new ArrayList<>();
    private final List<byte[]> toClient = new ArrayList<>();

    /** Always the same bytes. */
    private static final class Seeded extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final Random random;

        Seeded(long seed) {
            random = new Random(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }

    /** BouncyCastle stirs a counter of the process into what the hello messages say. */
    private static final class SeededCrypto extends DtlsCrypto {
        SeededCrypto(long seed) {
            super(new Seeded(seed));
        }

        @Override
        public TlsNonceGenerator createNonceGenerator(byte[] additionalSeedMaterial) {
            return size -> {
                byte[] nonce = new byte[size];
                getSecureRandom().nextBytes(nonce);
                return nonce;
            };
        }
    }

    /** A handshake between two threads, both halves of which are kept. */
    ScriptedHandshake() throws Exception {
        var atServer = new LinkedBlockingQueue<byte[]>();
        var atClient = new LinkedBlockingQueue<byte[]>();
        var done = new CompletableFuture<DTLSTransport>();
        SrtpPeer passive = peer(DtlsRole.SERVER);
        Thread thread = new Thread(() -> {
            try {
                done.complete(passive.shakeHands(new Wire(atServer, toServer, atClient)));
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        DTLSTransport active = peer(DtlsRole.CLIENT).shakeHands(new Wire(atClient, toClient, atServer));
        DTLSTransport answering = done.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        // What follows a handshake: some data, a goodbye.
        active.send(new byte[100], 0, 100);
        active.close();
        toServer.addAll(atServer);
        answering.send(new byte[100], 0, 100);
        answering.close();
        toClient.addAll(atClient);
    }

    SrtpPeer peer(DtlsRole role) {
        boolean active = role == DtlsRole.CLIENT;
        DtlsFingerprint expected = (active ? server : client).fingerprint();
        var identity = new DtlsIdentity(
                new SeededCrypto(active ? 1 : 2),
                active ? client : server,
                List.of(expected),
                SrtpProfile.PREFERRED,
                TIMEOUT_MILLIS);
        return active ? new SrtpClient(identity) : new SrtpServer(identity);
    }

    /** What was said to {@code role}. */
    List<byte[]> saidTo(DtlsRole role) {
        return role == DtlsRole.CLIENT ? toClient : toServer;
    }

    private record Wire(LinkedBlockingQueue<byte[]> in, List<byte[]> heard, LinkedBlockingQueue<byte[]> out)
            implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return 2_048;
        }

        @Override
        public int getSendLimit() {
            return DatagramQueue.SEND_BYTES;
        }

        @Override
        public int receive(byte[] target, int offset, int length, int waitMillis) throws IOException {
            try {
                byte[] datagram = in.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (datagram == null) {
                    return -1;
                }
                heard.add(datagram);
                System.arraycopy(datagram, 0, target, offset, datagram.length);
                return datagram.length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void send(byte[] source, int offset, int length) {
            out.add(Arrays.copyOfRange(source, offset, offset + length));
        }

        @Override
        public void close() {}
    }

    /** Says what it was given, then that the line is dead. */
    static final class Script implements DatagramTransport {
        private final List<byte[]> datagrams;
        private int next;
        private long sentBytes;

        Script(List<byte[]> datagrams) {
            this.datagrams = datagrams;
        }

        int said() {
            return next;
        }

        long sentBytes() {
            return sentBytes;
        }

        @Override
        public int getReceiveLimit() {
            return 2_048;
        }

        @Override
        public int getSendLimit() {
            return DatagramQueue.SEND_BYTES;
        }

        @Override
        public int receive(byte[] target, int offset, int length, int waitMillis) throws IOException {
            if (next == datagrams.size()) {
                throw new IOException("the end");
            }
            byte[] datagram = datagrams.get(next++);
            // As the queue does that stands here in earnest.
            if (datagram.length > length || !DtlsCrypto.HandshakeLengths.areBearable(datagram)) {
                return -1;
            }
            System.arraycopy(datagram, 0, target, offset, datagram.length);
            return datagram.length;
        }

        @Override
        public void send(byte[] source, int offset, int length) {
            sentBytes += length;
        }

        @Override
        public void close() {}
    }
}
