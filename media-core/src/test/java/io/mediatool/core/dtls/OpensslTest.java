package io.mediatool.core.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes with {@code openssl s_client} and {@code s_server}: they print what they export, and it is what we have. */
final class OpensslTest {
    private static final List<String> EXPORT = List.of(
            "-use_srtp", "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", "-keymatexport", "EXTRACTOR-dtls_srtp");

    @TempDir
    Path directory;

    private DtlsCertificate theirs;

    /** Our side of one connection on a real socket. */
    private static final class Side implements DtlsConnection.Listener, AutoCloseable {
        final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
        final EventLoop loop = EventLoops.open("openssl-test", keys::completeExceptionally);
        final DtlsEndpoint endpoint;
        final UdpSocket socket;
        private final DtlsConnection connection;
        private InetSocketAddress remote;

        Side(DtlsRole role, DtlsFingerprint peer, List<SrtpProfile> profiles, InetSocketAddress remote)
                throws IOException {
            SecureRandom random = new SecureRandom();
            endpoint = new DtlsEndpoint(DtlsCertificate.selfSigned(random, Instant.now()), profiles, random);
            connection = endpoint.connection(role, List.of(peer), loop, this);
            this.remote = remote;
            socket = loop.bind(
                    UdpBinding.ephemeral(InetAddress.getLoopbackAddress()), (data, offset, length, from, nowNs) -> {
                        this.remote = from;
                        connection.onDatagram(data, offset, length, nowNs);
                    });
            loop.execute(() -> connection.start(loop.nowNs()));
        }

        @Override
        public void send(byte[] datagram) {
            socket.send(datagram, 0, datagram.length, remote);
        }

        @Override
        public void onConnected(SrtpKeys agreed, long nowNs) {
            keys.complete(agreed);
        }

        @Override
        public void onFailed(String reason, long nowNs) {
            keys.completeExceptionally(new IOException(reason));
        }

        @Override
        public void onClosed(long nowNs) {}

        @Override
        public void close() {
            loop.close();
            endpoint.close();
        }
    }

    @BeforeEach
    void makeCertificate() throws Exception {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("cert.pem");
        boolean there;
        try {
            Process process = start(List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-keyout",
                    key.toString(),
                    "-out",
                    certificate.toString(),
                    "-subj",
                    "/CN=openssl",
                    "-days",
                    "2"));
            process.getInputStream().readAllBytes();
            there = process.waitFor() == 0;
        } catch (IOException missing) {
            there = false;
        }
        assertTrue(there, "this test needs openssl: apt install openssl");
        theirs = DtlsCertificate.of(Files.readString(certificate), Files.readString(key));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private Process openssl(List<String> what, int length) throws IOException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(what);
        command.addAll(
                List.of("-dtls1_2", "-cert", directory.resolve("cert.pem").toString()));
        command.addAll(List.of("-key", directory.resolve("key.pem").toString()));
        command.addAll(EXPORT);
        command.addAll(List.of("-keymatexportlen", String.valueOf(length)));
        return start(command);
    }

    /** What it prints until the line with the keys, and the keys. */
    private static String exported(Process process) throws Exception {
        StringBuilder all = new StringBuilder();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<String> found = CompletableFuture.supplyAsync(() -> lines.lines()
                .peek(line -> all.append(line).append('\n'))
                .filter(line -> line.contains("Keying material: "))
                .findFirst()
                .map(line -> line.substring(line.indexOf(": ") + 2).strip())
                .orElse(""));
        String hex = found.get(30, TimeUnit.SECONDS);
        assertTrue(!hex.isEmpty(), all.toString());
        return hex;
    }

    private static String material(SrtpKeys keys, boolean client) {
        HexFormat hex = HexFormat.of().withUpperCase();
        return client
                ? hex.formatHex(keys.outgoingKey())
                        + hex.formatHex(keys.incomingKey())
                        + hex.formatHex(keys.outgoingSalt())
                        + hex.formatHex(keys.incomingSalt())
                : hex.formatHex(keys.incomingKey())
                        + hex.formatHex(keys.outgoingKey())
                        + hex.formatHex(keys.incomingSalt())
                        + hex.formatHex(keys.outgoingSalt());
    }

    @Test
    void opensslAsClient() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        try (Side side = new Side(DtlsRole.SERVER, theirs.fingerprint(), SrtpProfile.PREFERRED, nobody)) {
            int port = side.socket.localAddress().getPort();
            Process process = openssl(List.of("s_client", "-connect", "127.0.0.1:" + port), 56);
            try {
                SrtpKeys keys = side.keys.get(30, TimeUnit.SECONDS);
                assertEquals(SrtpProfile.AEAD_AES_128_GCM, keys.profile());
                assertEquals(exported(process), material(keys, false));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void opensslAsServer() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = openssl(List.of("s_server", "-accept", "127.0.0.1:" + port, "-Verify", "1"), 60);
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        List<SrtpProfile> old = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
        // Until it has its socket our ClientHello is lost, and repeated.
        try (Side side = new Side(DtlsRole.CLIENT, theirs.fingerprint(), old, remote)) {
            SrtpKeys keys = side.keys.get(30, TimeUnit.SECONDS);
            assertEquals(SrtpProfile.AES_CM_128_HMAC_SHA1_80, keys.profile());
            assertEquals(exported(process), material(keys, true));
        } finally {
            process.destroyForcibly();
        }
    }
}
