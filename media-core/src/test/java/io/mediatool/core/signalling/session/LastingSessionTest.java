package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.peer.Endpoint;
import io.mediatool.core.signalling.client.LastingSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A client of ours whose server breaks off, in virtual time. */
final class LastingSessionTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);

    /** What the client does, and what it is told. */
    private static final class Own implements LastingSession.Listener, LastingSession.Ports {
        final DoorHttp http;
        final ClientProcess process;
        final Room room;
        final List<String> events = new ArrayList<>();
        final List<String> moved = new ArrayList<>();
        final List<Endpoint> ports = new ArrayList<>();
        int gone;

        Own(SfuStage stage) {
            http = new DoorHttp(stage);
            process = new ClientProcess(stage);
            room = process.room;
        }

        @Override
        public CompletionStage<Endpoint> open() {
            try {
                Endpoint endpoint = process.port();
                ports.add(endpoint);
                return CompletableFuture.completedFuture(endpoint);
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletionStage<List<IceCandidate>> candidates(Endpoint port) {
            List<IceCandidate> now = new ArrayList<>(port.candidates());
            moved.forEach(host -> now.add(IceCandidate.host(
                    "udp", new InetSocketAddress(host, port.localAddress().getPort()), 60_000 - now.size())));
            return CompletableFuture.completedFuture(now.subList(gone, now.size()));
        }

        LastingSession.Way way(String address, long patienceNs) {
            return new LastingSession.Way(ClientProcess.target(address, http), this, patienceNs);
        }

        LastingSession watch(long patienceNs) {
            LastingSession session =
                    LastingSession.watch(way("whep+http://server/whep/cam", patienceNs), room, "cam", this);
            session.start();
            return session;
        }

        @Override
        public void onConnected(boolean again, long nowNs) {
            events.add(again ? "again" : "connected");
        }

        @Override
        public void onLine(String line) {
            events.add(line);
        }

        @Override
        public void onOver(String reason, boolean answered, long nowNs) {
            events.add("over" + (answered ? "" : " without an answer") + ": " + reason);
        }
    }

    /** The browser stays, who publishes. */
    private static void breakOff(SfuStage stage) {
        stage.door.sessions().stream()
                .filter(each -> each.kind() == Session.Kind.WATCH)
                .forEach(Session::close);
    }

    /** A server with a browser that publishes {@code cam}. */
    private static SfuStage published(int seed) throws IOException {
        SfuStage stage = new SfuStage(seed, NEAR);
        stage.sending("cam");
        return stage;
    }

    @Test
    void whatIsWatchedGoesOnAsOneStream() throws IOException {
        SfuStage stage = published(81);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(5 * S);
        IncomingStream stream = own.room.stream("cam");
        assertNotNull(stream, own.events.toString());
        long before = stream.tracks().get(0).source().snapshot().packets();
        assertTrue(before > 100, "" + before);
        own.http.instead = DoorHttp.DOWN;
        breakOff(stage);
        stage.run(5 * S);
        assertFalse(watching.isConnected());
        assertFalse(stream.isEnded());
        own.http.instead = DoorHttp.NORMAL;
        stage.run(10 * S);
        assertTrue(watching.isConnected(), watching.seen());
        assertSame(stream, own.room.stream("cam"));
        stream.tracks().forEach(track -> {
            var came = track.source().snapshot();
            assertEquals(1, came.restarts(), track.id() + " " + came);
            assertEquals(0, came.lost(), track.id() + " " + came);
        });
        long after = stream.tracks().get(0).source().snapshot().packets();
        assertTrue(after > before + 250, before + " and " + after);
        assertEquals(3, own.events.size(), own.events.toString());
        assertTrue(own.events.get(1).contains("asking for another session for 30 s"), own.events.get(1));
        assertEquals("again", own.events.get(2));
        var done = watching.end();
        stage.run(S);
        assertEquals(true, SfuStage.get(done));
        assertTrue(stream.isEnded());
        assertEquals(1, stage.door.sessions().size(), "the browser's");
        assertEquals(List.of(), stage.bugs);
    }

    /** MediaMTX ends each session by which nothing comes: that is not asked for more for ever. */
    @Test
    void sessionsThatDoNotLastAreNoWayBack() throws IOException {
        SfuStage stage = published(83);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(15 * S);
        breakOff(stage);
        stage.run(12 * S);
        assertTrue(watching.isConnected(), own.events.toString());
        for (int i = 0; i < 20; i++) {
            breakOff(stage);
            stage.run(2 * S);
        }
        assertFalse(watching.isConnected());
        String last = own.events.get(own.events.size() - 1);
        assertTrue(last.startsWith("over: "), last);
        assertTrue(watching.sessions() < 12, "with pauses: " + watching.sessions());
        assertTrue(own.events.get(3).contains("another session for 30 s"), own.events.toString());
        assertTrue(own.events.get(5).matches(".*another session for 2\\d s"), own.events.toString());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void whatIsPublishedIsPublishedAgain() throws IOException {
        SfuStage stage = published(82);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(S);
        Own other = new Own(stage);
        LastingSession publishing = LastingSession.publish(
                stage.loop,
                other.way("whip+http://server/whip/copy", 30 * S),
                List.of(RtpFormat.of(Codec.OPUS, 111), RtpFormat.of(Codec.VP8, 96)),
                other);
        publishing.start();
        stage.loop.execute(() -> publishing.attach(own.room.stream("cam")));
        stage.run(2 * S);
        assertTrue(publishing.isConnected(), publishing.seen());
        stage.door.sessions().stream()
                .filter(each -> each.stream().equals("copy"))
                .forEach(Session::close);
        stage.run(3 * S);
        assertTrue(publishing.isConnected(), publishing.seen());
        SfuClient viewer = stage.watch("copy");
        stage.run(5 * S);
        assertTrue(
                viewer.video().frames().size() > 100,
                "" + viewer.video().frames().size());
        assertEquals(2, publishing.sessions());
        assertTrue(publishing.counters().get("packetsSent") > 300);
        assertTrue(watching.isConnected());
        assertEquals(List.of(), stage.bugs);
    }

    private static void link(SfuStage stage, Own own, Link link) {
        own.ports.forEach(each -> stage.network.link(each.localAddress(), link));
        int port = stage.endpoint.localAddress().getPort();
        for (InetAddress address : List.of(SfuStage.IPV4, SfuStage.IPV6)) {
            stage.network.link(new InetSocketAddress(address, port), link);
        }
    }

    /** Killed and started again: it knows nothing of us, and does not say so by UDP. */
    @Test
    void aServerThatHasForgottenUsIsNoticedLongBeforeConsentEnds() throws IOException {
        SfuStage stage = published(87);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(3 * S);
        link(stage, own, Link.PERFECT.withLoss(1));
        breakOff(stage);
        stage.run(100 * MS);
        link(stage, own, NEAR);
        stage.run(17 * S);
        assertTrue(watching.isConnected(), watching.seen() + own.events);
        assertEquals(2, watching.sessions());
        assertTrue(own.events.get(1).contains("does not know the session any more"), own.events.toString());
    }

    @Test
    void aPathThatWasSilentIsLookedForAnewAndTheSessionGoesOn() throws IOException {
        SfuStage stage = published(88);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(3 * S);
        link(stage, own, Link.PERFECT.withLoss(1));
        stage.run(18 * S);
        assertTrue(own.http.requests.stream().anyMatch(each -> each.startsWith("PATCH")), own.http.requests.toString());
        link(stage, own, NEAR);
        IncomingStream stream = own.room.stream("cam");
        assertNotNull(stream);
        long before = stream.tracks().get(0).source().snapshot().packets();
        stage.run(5 * S);
        assertTrue(watching.isConnected(), watching.seen() + own.events);
        assertEquals(1, watching.sessions());
        assertTrue(watching.iceRestarts() >= 1);
        assertTrue(stream.tracks().get(0).source().snapshot().packets() > before + 150);
        assertEquals(List.of("connected"), own.events);
    }

    @Test
    void addressesThatComeAreTrickledAndThoseThatGoRestartIce() throws IOException {
        SfuStage stage = published(89);
        Own own = new Own(stage);
        LastingSession watching = own.watch(30 * S);
        stage.run(5 * S);
        assertEquals(1, own.http.requests.size(), own.http.requests.toString());
        own.moved.add("192.0.2.77");
        stage.run(5 * S);
        assertEquals(2, own.http.requests.size(), "told once: " + own.http.requests);
        assertEquals(0, watching.iceRestarts());
        own.gone = 1;
        stage.run(5 * S);
        assertEquals(3, own.http.requests.size(), own.http.requests.toString());
        assertEquals(1, watching.iceRestarts());
        stage.run(20 * S);
        assertTrue(watching.isConnected(), watching.seen());
        assertEquals(1, watching.sessions());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void patienceEnds() throws IOException {
        SfuStage stage = published(83);
        Own own = new Own(stage);
        LastingSession watching = own.watch(20 * S);
        stage.run(2 * S);
        IncomingStream stream = own.room.stream("cam");
        assertNotNull(stream);
        int asked = own.http.requests.size();
        own.http.instead = DoorHttp.DOWN;
        breakOff(stage);
        stage.run(19 * S);
        assertFalse(stream.isEnded());
        stage.run(2 * S);
        assertTrue(stream.isEnded());
        assertEquals(
                "over: it did not come back: nothing listens at http://server", own.events.get(own.events.size() - 1));
        int attempts = own.http.requests.size() - asked;
        assertTrue(attempts >= 5 && attempts <= 9, "with back-off: " + attempts);
        stage.run(60 * S);
        assertEquals(attempts, own.http.requests.size() - asked);
        assertEquals(3, own.events.size(), own.events.toString());
        assertFalse(watching.isConnected());
    }

    @Test
    void aServerThatDoesNotKnowUsAnyMoreIsNotAskedAgain() throws IOException {
        SfuStage stage = published(84);
        Own own = new Own(stage);
        LastingSession unused = own.watch(30 * S);
        stage.run(2 * S);
        own.http.instead = 403;
        breakOff(stage);
        stage.run(3 * S);
        assertTrue(own.events.get(2).startsWith("over: http://server/whep/cam: 403 as told"), own.events.toString());
    }

    @Test
    void whoHasNoPatienceIsDone() throws IOException {
        SfuStage stage = published(85);
        Own own = new Own(stage);
        LastingSession unused = own.watch(0);
        stage.run(2 * S);
        breakOff(stage);
        stage.run(S);
        assertEquals(2, own.events.size(), own.events.toString());
        assertTrue(own.events.get(1).startsWith("over: "), own.events.toString());
    }

    @Test
    void whatWasNeverThereIsNotAskedForAgain() throws IOException {
        SfuStage stage = new SfuStage(86, NEAR);
        Own own = new Own(stage);
        own.http.instead = DoorHttp.DOWN;
        LastingSession unused = own.watch(30 * S);
        stage.run(10 * S);
        assertEquals(List.of("over without an answer: nothing listens at http://server"), own.events);
        assertEquals(1, own.http.requests.size());
    }
}
