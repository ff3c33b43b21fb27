package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.signalling.client.ClientSession;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Our own client against our own server, in virtual time: a room watched by WHEP and published again by WHIP. */
final class OwnClientTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);
    private static final Link LOSSY =
            Link.PERFECT.withDelay(25 * MS, 5 * MS).withLoss(0.05).withReordering(0.02, 8 * MS);

    /** What the client does. */
    private static final class Own {
        final DoorHttp http;
        final ClientProcess process;
        final List<String> events;

        Own(SfuStage stage) {
            http = new DoorHttp(stage);
            process = new ClientProcess(stage);
            events = process.events;
        }

        ClientSession watch(String name) throws IOException {
            ClientSession session = ClientSession.watch(
                    process.port(),
                    ClientProcess.target("whep+http://server/whep/" + name, http),
                    process.room,
                    name,
                    process);
            session.start();
            return session;
        }

        ClientSession publish(String name, List<RtpFormat> formats) throws IOException {
            ClientSession session = ClientSession.publish(
                    process.port(), ClientProcess.target("whip+http://server/whip/" + name, http), formats, process);
            session.start();
            return session;
        }

        IncomingStream stream(String name) {
            IncomingStream stream = process.room.stream(name);
            if (stream == null) {
                throw new AssertionError("no stream " + name + ": " + events);
            }
            return stream;
        }

        static IncomingStreamTrack track(IncomingStream stream, MediaKind kind) {
            return stream.tracks().stream()
                    .filter(each -> each.kind() == kind)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatIsWatchedAndPublishedAgainIsWhole() throws IOException {
        SfuStage stage = new SfuStage(71, NEAR);
        SfuClient publisher = stage.sending("cam");
        stage.run(S);
        Own own = new Own(stage);
        ClientSession watching = own.watch("cam");
        stage.run(S);
        assertTrue(watching.isConnected(), watching.seen());
        IncomingStream seen = own.stream("cam");
        ClientSession publishing =
                own.publish("copy", List.of(RtpFormat.of(Codec.OPUS, 111), RtpFormat.of(Codec.VP8, 96)));
        publishing.attach(seen);
        stage.run(S);
        SfuClient viewer = stage.watch("copy");
        stage.run(10 * S);
        publisher.stop();
        stage.run(S);
        List<Received.Frame> frames = viewer.video().frames();
        assertTrue(frames.size() > 280, "" + frames.size());
        assertTrue(frames.get(0).key());
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
        }
        assertTrue(viewer.audio().frames().size() > 480);
        assertTrue(publisher.plis <= 3, "key frames were asked for by two joiners: " + publisher.plis);
        assertTrue(watching.counters().values().get("feedbackSent") > 80, "transport-wide feedback");
        assertTrue(publishing.counters().values().get("transportFeedbacks") > 80, "and from the server to us");
        assertEquals(true, SfuStage.get(end(stage, watching)));
        assertEquals(true, SfuStage.get(end(stage, publishing)));
        assertEquals(1, stage.door.sessions().size() - 1, "the browser and its viewer are left");
        assertEquals(List.of("connected", "connected"), own.events);
        assertEquals(List.of(), stage.bugs);
    }

    /** What our server has padded is the input of others, who keep it, send it again, and show it to those who come late. */
    @Test
    void paddedPacketsGoOnWhole() throws IOException {
        SfuStage stage = new SfuStage(76, Link.PERFECT.withDelay(25 * MS, 0).withLoss(0.03));
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.video(0).uneven = true;
        publisher.send();
        Own own = new Own(stage);
        ClientSession watching = own.watch("cam");
        stage.run(3 * S);
        ClientSession publishing =
                own.publish("copy", List.of(RtpFormat.of(Codec.OPUS, 111), RtpFormat.of(Codec.VP8, 96)));
        publishing.attach(own.stream("cam"));
        stage.run(5 * S);
        SfuClient viewer = stage.watch("copy");
        stage.run(20 * S);
        stage.finish(publisher);
        List<Received.Frame> frames = viewer.video().frames();
        assertTrue(frames.size() > 500, "" + frames.size());
        assertTrue(viewer.video().padded > 400, "" + viewer.video().padded);
        assertTrue(viewer.video().retransmissions > 20, "" + viewer.video().retransmissions);
        assertTrue(watching.counters().values().get("retransmissions") > 20, "to us");
        assertTrue(publishing.counters().values().get("retransmitted") > 20, "and by us");
        assertEquals(List.of(), stage.bugs);
    }

    private static CompletionStage<Boolean> end(SfuStage stage, ClientSession session) {
        var done = session.end();
        stage.run(S);
        return done;
    }

    @Test
    void everyPacketComesOverALossyPath() throws IOException {
        SfuStage stage = new SfuStage(72, LOSSY);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.send();
        Own own = new Own(stage);
        ClientSession watching = own.watch("cam");
        stage.run(30 * S);
        stage.finish(publisher);
        assertTrue(watching.isConnected(), watching.seen());
        for (MediaKind kind : List.of(MediaKind.AUDIO, MediaKind.VIDEO)) {
            RtpIncomingSourceGroup.Snapshot came =
                    Own.track(own.stream("cam"), kind).source().snapshot();
            assertTrue(came.packets() > 1_300, kind + " " + came);
            if (kind == MediaKind.VIDEO) {
                assertEquals(0, came.lost(), "seed 72, " + kind + ": " + came);
            }
        }
        Map<String, Double> counted = watching.counters().values();
        assertTrue(counted.get("retransmissions") > 50, "" + counted);
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void isPatientWhileNobodyPublishes() throws IOException {
        SfuStage stage = new SfuStage(73, NEAR);
        Own own = new Own(stage);
        ClientSession watching = own.watch("cam");
        stage.run(20 * S);
        assertFalse(watching.isConnected());
        assertTrue(watching.seen().startsWith("http://server/whep/cam: 409 nothing is published"), watching.seen());
        assertEquals(1, own.events.size(), "told once: " + own.events);
        stage.sending("cam");
        stage.run(10 * S);
        assertTrue(watching.isConnected(), watching.seen());
    }

    @Test
    void aServerThatGoesAwayEndsTheStream() throws IOException {
        SfuStage stage = new SfuStage(74, NEAR);
        stage.sending("cam");
        Own own = new Own(stage);
        ClientSession watching = own.watch("cam");
        stage.run(3 * S);
        IncomingStream stream = own.stream("cam");
        stage.endpoint.close();
        stage.run(40 * S);
        assertTrue(stream.isEnded());
        assertFalse(watching.isConnected());
        assertTrue(own.events.get(1).startsWith("over: "), "" + own.events);
    }

    @Test
    void aServerThatNoCheckReachesIsNamed() throws IOException {
        SfuStage stage = new SfuStage(75, NEAR);
        stage.sending("cam");
        Own own = new Own(stage);
        int port = stage.endpoint.localAddress().getPort();
        for (InetAddress address : List.of(SfuStage.IPV4, SfuStage.IPV6)) {
            stage.network.link(new InetSocketAddress(address, port), Link.PERFECT.withLoss(1));
        }
        ClientSession watching = own.watch("cam");
        stage.run(S);
        assertTrue(watching.seen().contains("ICE: 2 candidates, no answer"), watching.seen());
        assertTrue(watching.seen().contains("DTLS: not begun"), watching.seen());
        stage.run(35 * S);
        assertEquals(List.of("refused: no ICE candidate answered within 30 s"), own.events);
    }
}
