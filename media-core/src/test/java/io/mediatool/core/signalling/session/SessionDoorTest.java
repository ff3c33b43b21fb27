package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static io.mediatool.core.signalling.session.SfuStage.get;
import static io.mediatool.core.signalling.session.SfuStage.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import io.mediatool.core.signalling.webrtc.IceFragment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who gets in, what is said to those who do not, and how sessions end. */
final class SessionDoorTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);

    @Test
    void nothingToWatchIsAConflictAndWaitingHelps() throws IOException {
        SfuStage stage = new SfuStage(1, NEAR);
        SfuClient viewer = new SfuClient(stage);
        String offer = viewer.watchOffer(true);
        RefusedSessionException refused = refusal(stage.door.watch(stage.request(null, offer)));
        assertEquals(409, refused.httpStatus());
        assertTrue(refused.retryAfterSeconds() > 0);
        CompletableFuture<Session> waits = stage.door
                .watch(new SessionRequest("room", "cam", offer, 10 * S, "test"))
                .toCompletableFuture();
        CompletableFuture<Session> waitsInVain = stage.door
                .watch(new SessionRequest("room", "other", viewer.watchOffer(true), 2 * S, "test"))
                .toCompletableFuture();
        stage.run(S);
        assertFalse(waits.isDone());
        stage.publish("cam", Sends.USUAL);
        stage.run(2 * S);
        assertEquals("cam", waits.join().stream());
        assertEquals(409, refusal(waitsInVain).httpStatus());
    }

    @Test
    void withoutANameTheNewestIsWatched() throws IOException {
        SfuStage stage = new SfuStage(2, NEAR);
        stage.publish("one", Sends.USUAL);
        stage.run(S);
        stage.publish("two", Sends.USUAL);
        stage.run(S);
        assertEquals("two", stage.watch(null).session().stream());
        RoomReport room = get(stage.door.rooms()).get(0);
        assertEquals(2, room.publishers());
        assertEquals(1, room.viewers());
        assertEquals(
                List.of(0, 1),
                room.streams().stream().map(RoomReport.Stream::viewers).toList());
    }

    @Test
    void namesAndOffersAreJudged() throws IOException {
        SfuStage stage = new SfuStage(3, NEAR);
        SfuClient client = new SfuClient(stage);
        String offer = client.publishOffer(Sends.USUAL);
        assertEquals(
                400,
                refusal(stage.door.publish(new SessionRequest("a/b", null, offer, 0, "")))
                        .httpStatus());
        assertEquals(
                400,
                refusal(stage.door.publish(new SessionRequest("a", "", offer, 0, "")))
                        .httpStatus());
        assertEquals(
                400, refusal(stage.door.publish(stage.request("a", "hello"))).httpStatus());
        assertEquals(
                422,
                refusal(stage.door.publish(stage.request("a", client.watchOffer(true))))
                        .httpStatus());
        stage.publish("cam", Sends.USUAL);
        stage.run(S);
        String withoutVp8 = client.watchOffer(false).replace("VP8/90000", "H264/90000");
        RefusedSessionException refused = refusal(stage.door.watch(stage.request("cam", withoutVp8)));
        assertEquals(406, refused.httpStatus());
        assertEquals(
                List.of("opus", "VP8"),
                refused.sent().stream().map(RtpFormat::encodingName).toList());
        assertEquals(1, stage.door.sessions().size(), "what was refused left nothing");
    }

    @Test
    void sessionsAreCapped() throws IOException {
        SfuStage stage = new SfuStage(4, NEAR, new SessionLimits(3, 2, 2));
        String offer = new SfuClient(stage).publishOffer(Sends.USUAL);
        for (String room : List.of("a", "a", "b")) {
            get(stage.door.publish(new SessionRequest(room, null, offer, 0, "")));
        }
        RefusedSessionException refused = refusal(stage.door.publish(new SessionRequest("b", null, offer, 0, "")));
        assertEquals(503, refused.httpStatus());
        assertTrue(refused.retryAfterSeconds() > 0);
        stage.door.sessions().get(0).close();
        stage.door.sessions().stream().filter(each -> each.room().equals("b")).forEach(Session::close);
        get(stage.door.publish(new SessionRequest("c", null, offer, 0, "")));
        assertEquals(
                503,
                refusal(stage.door.publish(new SessionRequest("d", null, offer, 0, "")))
                        .httpStatus());
        stage.door.drain();
        assertEquals(
                "the server is shutting down",
                refusal(stage.door.publish(new SessionRequest("b", null, offer, 0, "")))
                        .line());
    }

    @Test
    void aRoomIsCappedAsLongAsItIsFull() throws IOException {
        SfuStage stage = new SfuStage(4, NEAR, new SessionLimits(9, 2, 9));
        String offer = new SfuClient(stage).publishOffer(Sends.USUAL);
        SessionRequest request = new SessionRequest("a", null, offer, 0, "");
        for (int round = 0; round < 3; round++) {
            Session first = get(stage.door.publish(request));
            get(stage.door.publish(request));
            assertEquals(
                    "the room has as many sessions as it takes",
                    refusal(stage.door.publish(request)).line());
            get(stage.door.publish(new SessionRequest("b", null, offer, 0, ""))).close();
            first.close();
            first.close();
            get(stage.door.publish(request));
            assertEquals(503, refusal(stage.door.publish(request)).httpStatus());
            stage.door.sessions().forEach(Session::close);
        }
    }

    @Test
    void aClientThatNeverComesEndsWithALineThatSaysWhy() throws IOException {
        SfuStage stage = new SfuStage(5, NEAR);
        SfuClient client = new SfuClient(stage);
        String offer = client.publishOffer(Sends.USUAL)
                .replace(
                        "a=mid:0\r\n",
                        "a=mid:0\r\na=candidate:1 1 udp 2113937151 1a2b.local 50000 typ host\r\n"
                                + "a=candidate:2 1 udp 2113937150 198.51.100.7 50001 typ host\r\n");
        Session session = get(stage.door.publish(stage.request("cam", offer)));
        stage.run(S);
        int port = stage.endpoint.localAddress().getPort();
        String trouble = get(session.report()).trouble();
        assertTrue(trouble != null && trouble.startsWith("no STUN check arrived on " + port + "/udp"), trouble);
        stage.run(28 * S);
        assertEquals(1, stage.door.sessions().size());
        stage.run(2 * S);
        assertEquals(0, stage.door.sessions().size());
        String end = stage.events.stream()
                .filter(each -> each.startsWith("SESSION_CLOSED"))
                .findFirst()
                .orElseThrow();
        assertTrue(end.contains("no STUN check arrived") && end.contains("198.51.100.7:50001"), end);
        assertEquals("closed", get(session.report()).state());
        assertEquals(
                404,
                refusal(session.patch(fragment(client.ice(), true), session.etag()))
                        .httpStatus());
    }

    private static IceFragment fragment(IceCredentials ice, boolean password) {
        return new IceFragment(
                "0",
                ice.ufrag(),
                password ? ice : null,
                List.of(new IceCandidate("1", 1, "udp", 1, "198.51.100.9", 9, "host", "")),
                false);
    }

    @Test
    void tricklingAndRestartGoByTheTag() throws IOException {
        SfuStage stage = new SfuStage(6, NEAR);
        SfuClient publisher = stage.sending("cam");
        SfuClient viewer = stage.watch("cam");
        stage.run(2 * S);
        Session session = publisher.session();
        String first = session.etag();
        assertTrue(first.matches("\"[!#-~]+\""), first);
        assertEquals(new Session.Patched("", first), get(session.patch(fragment(publisher.ice(), false), first)));
        assertEquals(
                412,
                refusal(session.patch(fragment(publisher.ice(), false), "\"x\""))
                        .httpStatus());
        IceCredentials again = IceCredentials.random(stage.random);
        Session.Patched patched = get(session.patch(fragment(again, true), "*"));
        assertNotEquals(first, patched.etag());
        assertEquals(patched.etag(), session.etag());
        assertEquals(412, refusal(session.patch(fragment(again, false), first)).httpStatus());
        publisher.restart(again, patched.fragment());
        stage.run(60 * S);
        publisher.stop();
        stage.run(S);
        List<Received.Frame> frames = viewer.video().frames();
        assertEquals(publisher.video(0).frames - frames.get(0).number(), frames.size(), "media went on meanwhile");
        assertEquals("connected", get(session.report()).state());
    }

    @Test
    void anotherPublisherOfTheNameIsTakenOver() throws IOException {
        SfuStage stage = new SfuStage(7, NEAR);
        SfuClient first = stage.sending("cam");
        SfuClient viewer = stage.watch("cam");
        stage.run(3 * S);
        SfuClient second = stage.sending("cam");
        stage.run(5 * S);
        second.stop();
        stage.run(S);
        assertEquals(List.of("connected", "closed: the peer closed the connection"), first.events);
        assertTrue(
                stage.events.contains("SESSION_CLOSED cam another client publishes under this name"),
                "" + stage.events);
        List<Received.Frame> frames = viewer.video().frames();
        int seam = 0;
        for (int i = 1; i < frames.size(); i++) {
            Received.Frame before = frames.get(i - 1);
            Received.Frame frame = frames.get(i);
            assertEquals(before.pictureId() + 1 & 0x7fff, frame.pictureId());
            assertTrue(frame.timestamp() > before.timestamp());
            seam = frame.number() == 0 && frame.key() && i > 1 ? i : seam;
        }
        assertTrue(seam > 80, "the second one begins at " + seam);
        assertEquals(second.video(0).frames, frames.size() - seam);
        assertEquals(List.of("connected"), viewer.events);
    }

    @Test
    void aViewerWaitsHalfAMinuteForItsPublisher() throws IOException {
        SfuStage stage = new SfuStage(8, NEAR);
        SfuClient first = stage.publish("cam", Sends.USUAL);
        stage.run(S);
        SfuClient viewer = stage.watch("cam");
        stage.run(S);
        first.session().close();
        stage.run(20 * S);
        assertEquals(
                "nobody publishes cam at present",
                get(viewer.session().report()).trouble());
        SfuClient second = stage.sending("cam");
        stage.run(40 * S);
        assertTrue(viewer.video().frames().size() > 1_000);
        second.transport().close();
        stage.run(29 * S);
        assertEquals(List.of("connected"), viewer.events);
        stage.run(2 * S);
        assertEquals(List.of("connected", "closed: the peer closed the connection"), viewer.events);
        assertTrue(stage.events.contains("SESSION_CLOSED cam the publisher did not come back"), "" + stage.events);
        assertEquals(List.of(), get(stage.door.rooms()));
        assertTrue(stage.events.contains("ROOM_CLOSED  "), "" + stage.events);
    }

    @Test
    void whatAPushBringsIsWatchedToo() throws IOException {
        SfuStage stage = new SfuStage(9, NEAR);
        IncomingStream push = stage.server.room("room").publish("push");
        push.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 120)));
        SfuClient source = new SfuClient(stage);
        Layer frames = new Layer(source, "", 0, 77, SfuClient.VP8, bytes -> {
            bytes[1] = (byte) (bytes[1] & 0x80 | 120);
            push.tracks().get(0).source().onRtp(packet(bytes), stage.loop.nowNs());
        });
        for (int i = 0; i < 100; i++) {
            frames.sendFrame();
            stage.run(33 * MS);
        }
        SfuClient viewer = stage.watch("push");
        stage.run(500 * MS);
        List<Received.Frame> shown = viewer.video().frames();
        assertEquals(100, shown.size());
        RoomReport.Stream report = get(stage.door.rooms()).get(0).streams().get(0);
        assertEquals("", report.sessionId());
        assertEquals("VP8", report.tracks().get(0).codec());
        assertTrue(get(stage.door.endStream("room", "push")));
        assertFalse(get(stage.door.endStream("room", "push")));
        assertTrue(get(stage.door.endRoom("room")));
        assertEquals(0, stage.door.sessions().size());
    }

    private static RtpPacket packet(byte[] bytes) {
        try {
            return RtpPacket.of(bytes, 0, bytes.length);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shutDownSaysGoodbyeToAll() throws IOException {
        SfuStage stage = new SfuStage(11, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(S);
        SfuClient viewer = stage.watch("cam");
        stage.run(S);
        get(stage.door.shutDown());
        stage.run(S);
        assertEquals("closed: the peer closed the connection", publisher.events.get(1));
        assertEquals("closed: the peer closed the connection", viewer.events.get(1));
        assertEquals(0, stage.door.sessions().size());
        stage.door.close();
    }
}
