package io.mediatool.core.signalling.session;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.loop.VirtualLanes;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.server.peer.EndpointOptions;
import io.mediatool.core.server.sound.SoundStudio;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.transport.DtlsFactory;
import io.mediatool.core.transport.InstantDtls;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.TestPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A whole server in virtual time, and a network to its clients. */
final class SfuStage {
    static final long MS = 1_000_000L;
    static final long S = 1_000 * MS;

    /** After so long loops know how busy they are. */
    static final long MEASURED_NS = 5_000_000_000L;

    /** The part of its time that a loop is at work, where there are several: some ten viewers more, and the next ones live elsewhere. */
    private static final double BUSY = 0.24;

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    static final InetAddress IPV4 = address("127.0.0.1");
    static final InetAddress IPV6 = address("::1");

    final long seed;
    final Random random;
    final FakeNetwork network;
    final VirtualEventLoop loop;
    final InstantSource clock;
    final MediaServer server;
    final Endpoint endpoint;
    final List<MediaServer> servers = new ArrayList<>();
    final List<Endpoint> endpoints;
    final SessionDoor door;
    final List<String> events = new ArrayList<>();
    final List<Throwable> bugs = new ArrayList<>();
    final DtlsFactory dtls;

    SfuStage(long seed, Link link) throws IOException {
        this(seed, link, SessionLimits.DEFAULT);
    }

    SfuStage(long seed, Link link, SessionLimits limits) throws IOException {
        this(seed, link, limits, 1);
    }

    /** @param loops of the server, which take turns and are so {@link #BUSY} that a few more viewers cross; with one it is the clients', too */
    SfuStage(long seed, Link link, SessionLimits limits, int loops) throws IOException {
        this.seed = seed;
        random = new Random(seed);
        network = new FakeNetwork(seed, link);
        loop = new VirtualEventLoop(network, bug -> {
            throw new AssertionError("seed " + seed, bug);
        });
        dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);
        clock = () -> START.plusNanos(loop.nowNs());
        VirtualLanes lanes = new VirtualLanes(loop);
        loop.busyShare(loops == 1 ? 0 : BUSY);
        for (int i = 0; i < loops; i++) {
            EventLoop own = loops == 1 ? loop : lanes.open();
            servers.add(new MediaServer(own, random, clock, new SoundStudio(Runnable::run)));
        }
        server = servers.get(0);
        endpoints = Endpoint.open(
                servers,
                EndpointOptions.of(new InetSocketAddress(IPV4, 0))
                        .withBind(List.of(IPV4, IPV6))
                        .withTcp(false),
                dtls,
                TestPeer.ANYBODY);
        endpoint = endpoints.get(0);
        endpoints.forEach(each -> each.onBugs(bugs::add));
        door = SessionDoor.open(endpoints, limits);
        door.addListener(event -> events.add(event.type() + " " + event.stream() + " " + event.detail()));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A port of a client. */
    RtpBundleTransport port(InetAddress address) throws IOException {
        return RtpBundleTransport.open(loop, UdpBinding.ephemeral(address), dtls);
    }

    SessionRequest request(@Nullable String stream, String offer) {
        return new SessionRequest("room", stream, offer, 0, "test");
    }

    /** A client that publishes, connected a little later. */
    SfuClient publish(String stream, SfuClient.Sends what) throws IOException {
        SfuClient client = new SfuClient(this);
        client.begin(soon(door.publish(request(stream, client.publishOffer(what)))));
        return client;
    }

    /** A client that publishes and, a second later, begins to send sound and pictures. */
    SfuClient sending(String stream) throws IOException {
        SfuClient client = publish(stream, SfuClient.Sends.USUAL);
        run(S);
        client.send();
        return client;
    }

    SfuClient watch(@Nullable String stream) throws IOException {
        return watch(stream, true);
    }

    SfuClient watch(@Nullable String stream, boolean rtx) throws IOException {
        SfuClient client = new SfuClient(this);
        client.begin(soon(door.watch(request(stream, client.watchOffer(rtx)))));
        return client;
    }

    /** What is there as soon as the loops have done what they were told. */
    <T> T soon(CompletionStage<T> answer) {
        run(0);
        return get(answer);
    }

    /** What is there already: the loop is this thread. */
    static <T> T get(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    /** Why it was refused. */
    static RefusedSessionException refusal(CompletionStage<?> answer) {
        try {
            Object unexpected = answer.toCompletableFuture().join();
            throw new AssertionError("not refused: " + unexpected);
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedSessionException refused) {
                return refused;
            }
            throw new AssertionError("another failure", e);
        }
    }

    /** No frame more of it, and time for what is on its way. */
    void finish(SfuClient publisher) {
        publisher.stop();
        run(3_000_000_000L);
    }

    void run(long durationNs) {
        loop.advanceBy(durationNs);
    }
}
