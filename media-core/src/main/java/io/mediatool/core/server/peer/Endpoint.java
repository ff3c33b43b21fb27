package io.mediatool.core.server.peer;

import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsFactory;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TransportSetup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One UDP port that serves all peers of a server. Any thread, where nothing else is said. */
public final class Endpoint implements AutoCloseable {
    private static final int MAX_ATTEMPTS = 20;

    private final MediaServer server;
    private final EndpointOptions options;
    private final RtpBundleTransport bundle;
    private final DtlsFingerprint fingerprint;
    private final List<IceCandidate> candidates;
    private final Runnable keys;
    private final String cname;
    private final byte[] scratch = new byte[4_096];
    private final Set<Transport> transports = new LinkedHashSet<>();
    private volatile BugListener bugListener = bug -> {};

    /** Hears of bugs that ended a peer, on the loop's thread. */
    public interface BugListener {
        void onBug(Throwable bug);
    }

    interface Opener {
        DtlsIceTransport open(DtlsIceTransport.Listener listener);
    }

    /**
     * @param socket of the UDP port
     * @param port of the peers on it
     */
    public record Counters(UdpSocket.Stats socket, RtpBundleTransport.Counters port) {}

    private Endpoint(
            MediaServer server, EndpointOptions options, DtlsFactory dtls, DtlsFingerprint fingerprint, Runnable keys)
            throws IOException {
        this.server = server;
        this.options = options;
        this.fingerprint = fingerprint;
        this.keys = keys;
        this.bundle = bind(server, options, dtls);
        this.cname = Long.toHexString(server.random().nextLong());
        try {
            this.candidates = LocalCandidates.of(options, bundle.localAddress());
        } catch (IOException e) {
            bundle.close();
            throw e;
        }
    }

    /** UDP, and TCP of the same number; when any will do, one that is free for both. */
    private static RtpBundleTransport bind(MediaServer server, EndpointOptions options, DtlsFactory dtls)
            throws IOException {
        for (int attempt = 1; true; attempt++) {
            RtpBundleTransport bundle = RtpBundleTransport.open(server.loop(), options.binding(), dtls);
            try {
                if (options.tcp()) {
                    int port = bundle.localAddress().getPort();
                    InetSocketAddress unused = bundle.listen(new InetSocketAddress(options.bind(), port));
                }
                return bundle;
            } catch (IOException e) {
                bundle.close();
                if (options.port() != 0 || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Opens the port; not for a loop's thread, since names are resolved.
     *
     * @param random for handshakes
     * @throws IOException when the port cannot be bound or a name to be advertised has no address; the message names it
     */
    public static Endpoint open(
            MediaServer server, EndpointOptions options, DtlsCertificate certificate, SecureRandom random)
            throws IOException {
        DtlsEndpoint dtls = new DtlsEndpoint(certificate, SrtpProfile.PREFERRED, random);
        return new Endpoint(server, options, dtls::connection, dtls.fingerprint(), dtls::close);
    }

    /** As {@link #open(MediaServer, EndpointOptions, DtlsCertificate, SecureRandom)} with keys agreed on in another way. */
    public static Endpoint open(
            MediaServer server, EndpointOptions options, DtlsFactory dtls, DtlsFingerprint fingerprint)
            throws IOException {
        return new Endpoint(server, options, dtls, fingerprint, () -> {});
    }

    /** Told of bugs from now on, instead of whoever was before. */
    public void onBugs(BugListener listener) {
        bugListener = listener;
    }

    void onBug(Throwable bug) {
        bugListener.onBug(bug);
    }

    /** Whether {@link EndpointOptions#maxTransports} are there. For the loop's thread. */
    public boolean isFull() {
        return transports.size() >= options.maxTransports();
    }

    /**
     * A peer that will come to us. For the loop's thread.
     *
     * @throws IllegalStateException when it {@link #isFull()}
     */
    public Transport accept(TransportSetup setup, Transport.Listener listener) {
        return add(peer -> bundle.accept(setup, peer), listener);
    }

    /**
     * A peer that we go to. For the loop's thread.
     *
     * @param remote its credentials
     * @param candidates where it may be
     * @throws IllegalStateException when it {@link #isFull()}
     */
    public Transport connect(
            TransportSetup setup, IceCredentials remote, List<IceCandidate> candidates, Transport.Listener listener) {
        return add(
                peer -> {
                    DtlsIceTransport transport = bundle.connect(setup, remote, server.random(), peer);
                    candidates.forEach(
                            each -> transport.addCandidate(each, server.loop().nowNs()));
                    return transport;
                },
                listener);
    }

    private Transport add(Opener opener, Transport.Listener listener) {
        if (isFull()) {
            throw new IllegalStateException("the endpoint is full");
        }
        Transport transport = new Transport(this, opener, listener);
        transports.add(transport);
        return transport;
    }

    void remove(Transport transport) {
        transports.remove(transport);
    }

    public MediaServer server() {
        return server;
    }

    String cname() {
        return cname;
    }

    byte[] scratch() {
        return scratch;
    }

    public InetSocketAddress localAddress() {
        return bundle.localAddress();
    }

    /** What clients are told, best first. */
    public List<IceCandidate> candidates() {
        return candidates;
    }

    /** Of our certificate. */
    public DtlsFingerprint fingerprint() {
        return fingerprint;
    }

    public EndpointOptions options() {
        return options;
    }

    /** What was received and sent until now. */
    public CompletionStage<Counters> counters() {
        CompletableFuture<Counters> answer = new CompletableFuture<>();
        server.loop().execute(() -> answer.complete(new Counters(bundle.socketStats(), bundle.counters())));
        return answer;
    }

    /** Ends every peer and gives back the port. Returns at once. */
    @Override
    public void close() {
        server.loop().execute(() -> {
            List.copyOf(transports).forEach(Transport::close);
            bundle.close();
            keys.run();
        });
    }
}
