package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static io.mediatool.core.signalling.session.SfuStage.get;
import static io.mediatool.core.signalling.session.SfuStage.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Viewers whose offers take nothing of what is sent, and that are made an offer (406 of WHEP). */
final class CounterOfferTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);

    /** A viewer that can do more than it offered: H.264 in words, VP8 when asked. */
    private static String withoutVp8(SfuClient viewer) {
        return viewer.watchOffer(false).replace("VP8/90000", "H264/90000");
    }

    private static SessionRequest request(String stream, String offer) {
        return new SessionRequest("room", stream, offer, 0, "test", true);
    }

    /** What a browser answers: our payload types, its own credentials. */
    private static String answer(SfuClient viewer, String offer) {
        String ours = viewer.watchOffer(true);
        return offer.replaceAll("a=ice-lite\r\n", "")
                .replaceAll("a=(ssrc|ssrc-group|msid|candidate|end-of-candidates)[^\r]*\r\n", "")
                .replaceAll("a=ice-ufrag:.*\r\n", "a=ice-ufrag:" + viewer.ice().ufrag() + "\r\n")
                .replaceAll("a=ice-pwd:.*\r\n", "a=ice-pwd:" + viewer.ice().password() + "\r\n")
                .replaceAll("a=fingerprint:.*\r\n", SfuClient.find(ours, "(a=fingerprint:[^\r]*)") + "\r\n")
                .replace("a=setup:actpass", "a=setup:active")
                .replace("a=sendonly", "a=recvonly");
    }

    @Test
    void isAnOfferThatBrowsersCanRead() throws IOException, RefusedOfferException {
        SfuStage stage = new SfuStage(1, NEAR);
        stage.publish("cam", Sends.USUAL);
        stage.run(S);
        Session session = get(stage.door.watch(request("cam", withoutVp8(new SfuClient(stage)))));
        assertTrue(session.isOffered());
        assertEquals("cam", session.stream());
        // Read as offers of browsers are, except that it is lite.
        WebRtcOffer offer = WebRtcOffer.read(session.answer()
                .replace("a=ice-lite\r\n", "")
                .replaceAll("a=fingerprint:.*\r\n", "a=fingerprint:sha-256 " + "00:".repeat(31) + "00\r\n"));
        assertEquals(
                List.of(MediaKind.AUDIO, MediaKind.VIDEO),
                offer.media().stream().map(OfferedMedia::kind).toList());
        for (OfferedMedia media : offer.media()) {
            assertTrue(media.live() && media.bundled());
            assertEquals("sendonly", media.direction().label());
            assertEquals(1, media.codecs().size());
            assertEquals(1, media.sources().size());
            assertFalse(media.trackId().isEmpty());
        }
        OfferedMedia video = offer.media().get(1);
        assertEquals("VP8", video.codecs().get(0).format().encodingName());
        assertTrue(video.codecs().get(0).hasRtx());
        assertEquals(
                List.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb"),
                video.codecs().get(0).feedback());
        assertFalse(offer.transport().candidates().isEmpty());
        assertTrue(offer.transport().endOfCandidates());
        assertTrue(session.answer().contains("a=group:BUNDLE 0 1\r\n"), session.answer());
        SessionReport report = get(session.report());
        assertEquals("offered", report.state());
        assertTrue(String.valueOf(report.trouble()).contains("sent is VP8"), report.trouble());
    }

    @Test
    void anAnswerShowsThePicture() throws IOException {
        SfuStage stage = new SfuStage(2, NEAR);
        SfuClient publisher = stage.sending("cam");
        SfuClient viewer = new SfuClient(stage);
        Session session = get(stage.door.watch(request("cam", withoutVp8(viewer))));
        String offer = session.answer();
        String etag = session.etag();
        get(session.answer(answer(viewer, offer)));
        assertFalse(session.isOffered());
        assertEquals(etag, session.etag());
        viewer.begin(session);
        stage.run(3 * S);
        assertEquals("connected", get(session.report()).state());
        assertTrue(viewer.video().frames().size() > 60, "pictures came: " + viewer.events);
        assertTrue(viewer.audio().parts.size() > 100);
        long video = Long.parseLong(SfuClient.find(offer, "a=ssrc-group:FID (\\d+)"));
        assertEquals((int) video, viewer.video().ssrc);
        publisher.stop();
        stage.run(40 * S);
        assertEquals(2, stage.door.sessions().size(), "the offer's deadline is forgotten");
        // Trickle and restart as after any answer; a second answer is none.
        assertEquals(409, refusal(session.answer(answer(viewer, offer))).httpStatus());
        assertEquals("", get(session.patch(fragment(viewer), etag)).fragment());
        session.close();
        assertEquals(1, stage.door.sessions().size());
    }

    private static IceFragment fragment(SfuClient viewer) {
        try {
            return IceFragment.read("a=ice-ufrag:" + viewer.ice().ufrag() + "\r\na=ice-pwd:"
                    + viewer.ice().password() + "\r\na=end-of-candidates\r\n");
        } catch (RefusedOfferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheAnswerRefusesIsNotSent() throws IOException {
        SfuStage stage = new SfuStage(3, NEAR);
        stage.sending("cam");
        SfuClient viewer = new SfuClient(stage);
        Session session = get(stage.door.watch(request("cam", withoutVp8(viewer))));
        String answer = answer(viewer, session.answer());
        get(session.answer(answer.replaceAll("m=video \\d+", "m=video 0")));
        viewer.begin(session);
        stage.run(2 * S);
        assertTrue(viewer.audio().parts.size() > 50);
        assertThrows(AssertionError.class, viewer::video);
    }

    @Test
    void onlyWhoTakesOffersIsMadeOne() throws IOException {
        SfuStage stage = new SfuStage(4, NEAR);
        stage.publish("cam", Sends.USUAL);
        stage.run(S);
        String offer = withoutVp8(new SfuClient(stage));
        assertEquals(406, refusal(stage.door.watch(stage.request("cam", offer))).httpStatus());
        assertEquals(1, stage.door.sessions().size());
        // Whoever lacks an m-line for what is sent, too.
        String soundless = offer.replaceAll("m=video 9", "m=video 0").replaceAll("opus/48000/2", "G729/8000");
        assertTrue(get(stage.door.watch(request("cam", soundless))).isOffered());
    }

    @Test
    void anOfferThatIsNotAnsweredGoes() throws IOException {
        SfuStage stage = new SfuStage(5, NEAR);
        stage.publish("cam", Sends.USUAL);
        stage.run(S);
        SfuClient viewer = new SfuClient(stage);
        Session forgotten = get(stage.door.watch(request("cam", withoutVp8(viewer))));
        Session ended = get(stage.door.watch(request("cam", withoutVp8(viewer))));
        ended.close();
        assertNull(stage.door.find(ended.id()));
        stage.run(31 * S);
        assertEquals("cam", forgotten.stream());
        assertEquals(2, stage.door.sessions().size());
        stage.run(2 * S);
        assertEquals(1, stage.door.sessions().size());
        assertTrue(stage.events.stream()
                .anyMatch(each -> each.contains("the counter-offer was not answered: the video that is sent is VP8")));
        assertEquals(
                404,
                refusal(forgotten.answer(answer(viewer, forgotten.answer()))).httpStatus());
    }

    @Test
    void answersAreJudgedAndMayBeMended() throws IOException {
        SfuStage stage = new SfuStage(6, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(S);
        SfuClient viewer = new SfuClient(stage);
        Session session = get(stage.door.watch(request("cam", withoutVp8(viewer))));
        String good = answer(viewer, session.answer());
        assertEquals(409, refusal(session.patch(fragment(viewer), "*")).httpStatus());
        assertEquals(400, refusal(session.answer("hello")).httpStatus());
        assertEquals(
                400,
                refusal(session.answer(good.replaceAll("(?s)m=video.*", ""))).httpStatus());
        assertEquals(
                400, refusal(session.answer(good.replace("a=mid:0", "a=mid:7"))).httpStatus());
        assertEquals(
                422,
                refusal(session.answer(good.replace("a=recvonly", "a=inactive")))
                        .httpStatus());
        assertEquals(
                406,
                refusal(session.answer(good.replace("VP8/90000", "VP9/90000"))).httpStatus());
        assertEquals(
                422,
                refusal(session.answer(good.replaceAll("m=(audio|video) \\d+", "m=$1 0")))
                        .httpStatus());
        // No mutation does more than be refused or taken.
        Random random = new Random(stage.seed);
        for (int round = 0; round < 500 && session.isOffered(); round++) {
            StringBuilder bad = new StringBuilder(good);
            for (int i = 0; i < 4; i++) {
                bad.setCharAt(random.nextInt(bad.length()), (char) (32 + random.nextInt(95)));
            }
            if (random.nextBoolean()) {
                bad.setLength(random.nextInt(bad.length()));
            }
            var judged = session.answer(bad.toString()).toCompletableFuture();
            assertTrue(judged.isDone());
            if (!session.isOffered()) {
                session.close();
                session = get(stage.door.watch(request("cam", withoutVp8(viewer))));
                good = answer(viewer, session.answer());
            }
        }
        assertEquals(List.of(), stage.bugs);
        publisher.session().close();
        assertEquals(409, refusal(session.answer(good)).httpStatus());
    }

    @Test
    void worksAcrossLoops() throws IOException {
        SfuStage stage = new SfuStage(7, NEAR, SessionLimits.DEFAULT, 2);
        SfuClient publisher = stage.sending("cam");
        List<SfuClient> viewers = new ArrayList<>();
        for (int i = 0; i < 24; i++) { // more than stay together on one loop
            SfuClient viewer = new SfuClient(stage);
            Session session = stage.soon(stage.door.watch(request("cam", withoutVp8(viewer))));
            if (i % 2 == 0) {
                stage.soon(session.answer(answer(viewer, session.answer())));
                viewer.begin(session);
                viewers.add(viewer);
            }
        }
        stage.run(2 * S);
        for (SfuClient viewer : viewers) {
            assertTrue(viewer.video().frames().size() > 30, "pictures came: " + viewer.events);
        }
        publisher.stop();
        stage.run(40 * S);
        assertEquals(13, stage.door.sessions().size());
    }
}
