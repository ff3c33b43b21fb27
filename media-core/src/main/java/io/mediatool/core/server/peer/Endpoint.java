package io.mediatool.core.server.peer;

import io.mediatool.core.dtls.DtlsCertificate;
import io.mediatool.core.dtls.DtlsEndpoint;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.TransitTimes;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsFactory;
import io.mediatool.core.transport.DtlsIceTransport;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TransportSetup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One UDP port, or one loop's part of it when several loops share the port, that serves all peers of the loop's server: found by
 * ICE (RFC 8445), keyed by DTLS (RFC 5764), each with all its media on one path (RFC 9143). Any thread, where nothing else is said.
 *
 * <p>Closed by whoever opened it, before its loop; the server stays.
 */
public final class Endpoint implements AutoCloseable {
    private final MediaServer server;
    private final EndpointOptions options;
    private final RtpBundleTransport bundle;
    private final DtlsFingerprint fingerprint;
    private final List<IceCandidate> candidates;
    private final Runnable keys;
    private final String cname;
    private final byte[] scratch = new byte[4_096];
    private final ExtensionWriter extensionWriter = new ExtensionWriter();
    private final Set<Transport> transports = new LinkedHashSet<>();
    private List<Endpoint> port = List.of();
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
     * @param transit how long packets were in the server
     * @param relayDropped packets that did not get from one loop to another
     */
    public record Counters(
            UdpSocket.Stats socket,
            RtpBundleTransport.Counters port,
            TransitTimes.Snapshot transit,
            long relayDropped) {
        /** Both together. */
        public Counters plus(Counters other) {
            return new Counters(
                    socket.plus(other.socket),
                    port.plus(other.port),
                    transit.plus(other.transit),
                    relayDropped + other.relayDropped);
        }
    }

    private Endpoint(
            MediaServer server,
            EndpointOptions options,
            RtpBundleTransport bundle,
            DtlsFingerprint fingerprint,
            List<IceCandidate> candidates,
            Runnable keys) {
        this.server = server;
        this.options = options;
        this.bundle = bundle;
        this.fingerprint = fingerprint;
        this.candidates = candidates;
        this.keys = keys;
        bundle.onFlush(() -> server.transit().onFlushed(server.loop().clockNs()));
        this.cname = Long.toHexString(server.random().nextLong());
    }

    /**
     * Opens the port; not for a loop's thread, since names are resolved.
     *
     * @param certificate ours, whose fingerprint signalling tells
     * @param random for handshakes
     * @throws IOException when the port cannot be bound or a name to be advertised has no address; the message names it
     */
    public static Endpoint open(
            MediaServer server, EndpointOptions options, DtlsCertificate certificate, SecureRandom random)
            throws IOException {
        return open(List.of(server), options, certificate, random).get(0);
    }

    /**
     * Opens a port that several loops share: each has sockets of its own, between which the kernel divides the senders.
     *
     * @param servers one for each loop
     * @return one for each server; all have to be closed
     */
    public static List<Endpoint> open(
            List<MediaServer> servers, EndpointOptions options, DtlsCertificate certificate, SecureRandom random)
            throws IOException {
        DtlsEndpoint dtls = new DtlsEndpoint(certificate, SrtpProfile.PREFERRED, random);
        return open(servers, options, dtls::connection, dtls.fingerprint(), dtls::close);
    }

    /** As {@link #open(MediaServer, EndpointOptions, DtlsCertificate, SecureRandom)} with keys agreed on in another way. */
    public static Endpoint open(
            MediaServer server, EndpointOptions options, DtlsFactory dtls, DtlsFingerprint fingerprint)
            throws IOException {
        return open(List.of(server), options, dtls, fingerprint).get(0);
    }

    /** As {@link #open(List, EndpointOptions, DtlsCertificate, SecureRandom)} with keys agreed on in another way. */
    public static List<Endpoint> open(
            List<MediaServer> servers, EndpointOptions options, DtlsFactory dtls, DtlsFingerprint fingerprint)
            throws IOException {
        return open(servers, options, dtls, fingerprint, () -> {});
    }

    private static List<Endpoint> open(
            List<MediaServer> servers,
            EndpointOptions options,
            DtlsFactory dtls,
            DtlsFingerprint fingerprint,
            Runnable keys)
            throws IOException {
        List<RtpBundleTransport> bundles =
                PortOpening.open(servers.stream().map(MediaServer::loop).toList(), options, dtls);
        try {
            List<IceCandidate> candidates =
                    LocalCandidates.of(options, bundles.get(0).localAddress().getPort());
            List<Endpoint> endpoints = new ArrayList<>();
            for (int i = 0; i < bundles.size(); i++) {
                endpoints.add(new Endpoint(
                        servers.get(i), options, bundles.get(i), fingerprint, candidates, i == 0 ? keys : () -> {}));
            }
            endpoints.forEach(each -> each.port = List.copyOf(endpoints));
            return endpoints;
        } catch (IOException e) {
            bundles.forEach(RtpBundleTransport::close);
            throw e;
        }
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

    ExtensionWriter extensionWriter() {
        return extensionWriter;
    }

    public InetSocketAddress localAddress() {
        return bundle.localAddress();
    }

    /** What clients are told, best first. */
    public List<IceCandidate> candidates() {
        return candidates;
    }

    /**
     * What clients would be told now that addresses of the machine may have come and gone; not for a loop's thread.
     *
     * @throws IOException when they cannot be found out
     */
    public List<IceCandidate> candidatesNow() throws IOException {
        return LocalCandidates.of(options, localAddress().getPort());
    }

    /** Our address as the STUN server there sees it; fails when it does not tell within eight seconds. For the loop's thread. */
    public CompletionStage<InetSocketAddress> reflexive(InetSocketAddress stunServer) {
        return bundle.reflexive(stunServer, server.random());
    }

    /** Of our certificate. */
    public DtlsFingerprint fingerprint() {
        return fingerprint;
    }

    public EndpointOptions options() {
        return options;
    }

    /** What the whole port has received and sent until now, on all its loops; fails when one of them is closed. */
    public CompletionStage<Counters> counters() {
        CompletionStage<Counters> all = ownCounters();
        for (Endpoint each : port) {
            all = each == this ? all : all.thenCombine(each.ownCounters(), Counters::plus);
        }
        return all;
    }

    private CompletionStage<Counters> ownCounters() {
        CompletableFuture<Counters> answer = new CompletableFuture<>();
        boolean asked = server.loop()
                .tryExecute(() -> answer.complete(new Counters(
                        bundle.socketStats(),
                        bundle.counters(),
                        server.transit().snapshot(),
                        server.relayDropped())));
        if (!asked) {
            answer.completeExceptionally(new IllegalStateException("the loop is closed"));
        }
        return answer;
    }

    /** Ends every peer and gives back the port. Returns at once: the work is done on the loop. Harmless when repeated, and after its loop. */
    @Override
    public void close() {
        boolean open = server.loop().tryExecute(() -> {
            List.copyOf(transports).forEach(Transport::close);
            bundle.close();
            keys.run();
        });
        if (!open) {
            keys.run(); // its threads are not the loop's
        }
    }
}
