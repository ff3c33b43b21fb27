package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clients that publish and watch, frame by frame. */
final class SfuTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);
    private static final Link LOSSY =
            Link.PERFECT.withDelay(25 * MS, 5 * MS).withLoss(0.05).withReordering(0.02, 8 * MS);

    /** Frames follow each other by one, in number, time and picture id. */
    static void assertSteady(List<Received.Frame> frames) {
        assertTrue(frames.get(0).key(), "begins with a key frame");
        for (int i = 1; i < frames.size(); i++) {
            Received.Frame before = frames.get(i - 1);
            Received.Frame frame = frames.get(i);
            assertEquals(before.number() + 1, frame.number());
            assertEquals(before.timestamp() + 3_000, frame.timestamp(), "frame " + i);
            assertEquals(before.pictureId() + 1 & 0x7fff, frame.pictureId());
        }
    }

    @Test
    void everyFrameOfAPublisherReachesAViewer() throws IOException {
        SfuStage stage = new SfuStage(1, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(S);
        SfuClient viewer = stage.watch("cam");
        stage.run(S);
        publisher.send();
        stage.run(20 * S);
        publisher.stop();
        stage.run(S);
        List<Received.Frame> frames = viewer.video().frames();
        assertSteady(frames);
        assertEquals(publisher.video(0).frames, frames.size());
        assertEquals(publisher.layers.get(0).frames, viewer.audio().frames().size());
        assertEquals(0, viewer.plis);
        assertTrue(publisher.arrivals.size() > 150, "transport-wide feedback ten times a second");
        assertTrue(publisher.receiverReports.size() >= 18, "receiver reports each second");
        assertEquals(List.of("connected"), viewer.events);
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void senderReportsKeepSoundAndPictureInStep() throws IOException {
        SfuStage stage = new SfuStage(2, NEAR);
        SfuClient publisher = stage.sending("cam");
        stage.run(3 * S);
        SfuClient viewer = stage.watch("cam");
        stage.run(10 * S);
        for (int i = 0; i < 2; i++) {
            Received heard = i == 0 ? viewer.audio() : viewer.video();
            Received.Part newest = heard.parts.lastEntry().getValue();
            double told = capture(
                    lastReport(viewer, heard),
                    newest.timestamp(),
                    publisher.layers.get(i).clockRate());
            assertEquals(publisher.layers.get(i).capture(newest.frame()), told, 0.002, "track " + i);
        }
        assertTrue(viewer.senderReports.size() >= 16, "of both tracks each second");
    }

    /** The publisher's wall clock in seconds at a timestamp. */
    static double capture(SenderReport report, long timestamp, int clockRate) {
        double ntp = (double) (report.ntpTime() >>> 16) / 65_536;
        return ntp + (double) (int) (timestamp - report.rtpTimestamp()) / clockRate;
    }

    private static SenderReport lastReport(SfuClient viewer, Received of) {
        SenderReport last = null;
        for (SenderReport report : viewer.senderReports) {
            last = report.ssrc() == of.ssrc ? report : last;
        }
        if (last == null) {
            throw new AssertionError("no sender report");
        }
        return last;
    }

    @Test
    void lossesOnBothSidesAreRepaired() throws IOException {
        SfuStage stage = new SfuStage(3, LOSSY);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.send();
        stage.run(S);
        SfuClient viewer = stage.watch("cam");
        stage.run(30 * S);
        stage.finish(publisher);
        List<Received.Frame> frames = viewer.video().frames();
        assertTrue(frames.size() > 850, "seed 3: " + frames.size());
        assertTrue(frames.get(0).key());
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
        }
        assertTrue(publisher.nacks > 20, "" + publisher.nacks);
        assertTrue(viewer.video().retransmissions > 20, "" + viewer.video().retransmissions);
    }

    @Test
    void lossAndJitterEachWayFreezeNothing() throws IOException {
        SfuStage stage =
                new SfuStage(11, Link.PERFECT.withDelay(10 * MS, 50 * MS).withLoss(0.05));
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.send();
        stage.run(S);
        SfuClient viewer = stage.watch("cam");
        stage.run(60 * S);
        stage.finish(publisher);
        assertTrue(viewer.video().frames().size() > 1_750);
        long longest = viewer.video().longestFreezeNs();
        assertTrue(longest < 500 * MS, "seed 11: " + longest / MS + " ms");
    }

    @Test
    void plainRetransmissionsAreTheSameBytes() throws IOException {
        SfuStage stage = new SfuStage(4, LOSSY.withDuplicates(0.01));
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.send();
        SfuClient viewer = stage.watch("cam", false);
        stage.run(20 * S);
        stage.finish(publisher);
        SessionReport report = SfuStage.get(viewer.session().report());
        double again = report.tracks().stream()
                .mapToDouble(each -> each.counters().get("retransmitted"))
                .sum();
        assertTrue(again > 20, "" + again);
        var transit = stage.soon(stage.endpoint.counters()).transit();
        assertTrue(transit.total() > 1_000, "" + transit);
        assertEquals(0, transit.sumNs(), "what is asked for again waits for no turn of others");
        assertEquals(0, viewer.video().changed);
        assertEquals(0, viewer.video().retransmissions);
        assertTrue(viewer.video().frames().size() > 500, "none is missing");
        long longest = viewer.video().longestFreezeNs();
        assertTrue(longest < 500 * MS, "seed 4: " + longest / MS + " ms");
    }

    @Test
    void aLateJoinerCausesOneKeyFrame() throws IOException {
        SfuStage stage = new SfuStage(5, NEAR);
        SfuClient publisher = stage.sending("cam");
        stage.run(10 * S);
        assertEquals(1, publisher.video(0).keyFrames);
        long joined = stage.loop.nowNs();
        SfuClient viewer = stage.watch("cam");
        stage.run(5 * S);
        assertEquals(2, publisher.video(0).keyFrames);
        assertTrue(
                viewer.video().firstNs - joined < 300 * MS, "first picture after " + (viewer.video().firstNs - joined));
        List<Received.Frame> frames = viewer.video().frames();
        assertTrue(frames.get(0).key());
        assertEquals(
                publisher.video(0).frames - 1, frames.get(frames.size() - 1).number(), 1);
    }

    @Test
    void twentyJoinersInASecondCauseOneKeyFrame() throws IOException {
        SfuStage stage = new SfuStage(6, NEAR);
        SfuClient publisher = stage.sending("cam");
        stage.run(10 * S);
        List<SfuClient> viewers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            viewers.add(stage.watch("cam"));
            stage.run(50 * MS);
        }
        stage.run(3 * S);
        assertEquals(1, publisher.plis);
        assertEquals(2, publisher.video(0).keyFrames);
        for (SfuClient viewer : viewers) {
            List<Received.Frame> frames = viewer.video().frames();
            assertTrue(frames.get(0).key());
            for (int i = 1; i < frames.size(); i++) {
                assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
                assertTrue(frames.get(i).timestamp() > frames.get(i - 1).timestamp());
            }
        }
    }

    /** As aiortc's H.264 does: it agrees to PLI, and makes a key frame every 17 seconds. */
    @Test
    void aSourceThatIgnoresRequestsIsShownFromItsLastKeyFrame() throws IOException {
        SfuStage stage = new SfuStage(11, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        publisher.obliging = false;
        stage.run(S);
        publisher.send();
        stage.run(5 * S);
        SfuClient first = stage.watch("cam");
        stage.run(5 * S);
        assertFalse(first.received.containsKey(SfuClient.VP8), "there is nothing to show yet");
        publisher.video(0).wantKeyFrame();
        stage.run(9 * S);
        assertTrue(
                first.video().frames().size() > 200, "" + first.video().frames().size());
        long joined = stage.loop.nowNs();
        SfuClient second = stage.watch("cam");
        stage.run(300 * MS);
        assertTrue(second.video().firstNs - joined < 150 * MS, "" + (second.video().firstNs - joined));
        assertTrue(second.video().frames().get(0).key());
        // Once it obliges again, less is kept of it.
        publisher.obliging = true;
        first.sendFeedback(new PictureLoss(1, first.video().ssrc));
        stage.run(5 * S);
        int asked = publisher.plis;
        stage.watch("cam");
        stage.run(S);
        assertEquals(asked + 1, publisher.plis);
    }

    @Test
    void aSourceThatMakesNoKeyFramesIsShownFromItsLast() throws IOException {
        SfuStage stage = new SfuStage(7, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.WITHOUT_KEY_FRAMES);
        stage.run(S);
        publisher.send();
        stage.run(9 * S);
        long joined = stage.loop.nowNs();
        int there = publisher.video(0).frames;
        SfuClient viewer = stage.watch("cam");
        stage.run(300 * MS);
        assertTrue(viewer.video().firstNs - joined < 150 * MS, "" + (viewer.video().firstNs - joined));
        stage.run(3 * S);
        assertEquals(0, publisher.plis);
        List<Received.Frame> frames = viewer.video().frames();
        assertEquals(0, frames.get(0).number());
        assertTrue(frames.size() > there + 80);
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
            assertTrue(frames.get(i).timestamp() > frames.get(i - 1).timestamp());
        }
        // What was there is over in no time, what came live is as it was.
        assertTrue(frames.get(there).timestamp() - frames.get(0).timestamp() <= 90_000 / 8);
        assertEquals(
                3_000,
                frames.get(there + 50).timestamp() - frames.get(there + 49).timestamp());
    }

    @Test
    void simulcastGivesTheBestAndSwitchesCleanly() throws IOException {
        SfuStage stage = new SfuStage(8, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.SIMULCAST);
        publisher.video(0).bytes = 100;
        publisher.video(1).bytes = 300;
        publisher.video(2).bytes = 900;
        stage.run(S);
        publisher.send();
        stage.run(3 * S);
        SfuClient viewer = stage.watch("cam");
        stage.run(3 * S);
        assertEquals('f', last(viewer).rid());
        SfuStage.get(viewer.session().selectLayer(new LayerChoice(null, "q", -1, -1)));
        stage.run(3 * S);
        assertEquals('q', last(viewer).rid());
        SfuStage.get(viewer.session().selectLayer(new LayerChoice("1", null, -1, -1)));
        stage.run(3 * S);
        assertEquals('f', last(viewer).rid());
        publisher.video(2).paused = true;
        stage.run(5 * S);
        assertEquals('h', last(viewer).rid());
        publisher.video(2).paused = false;
        stage.run(5 * S);
        assertEquals('f', last(viewer).rid());
        List<Received.Frame> frames = viewer.video().frames();
        for (int i = 1; i < frames.size(); i++) {
            Received.Frame before = frames.get(i - 1);
            Received.Frame frame = frames.get(i);
            boolean switched = before.rid() != frame.rid();
            assertTrue(!switched || frame.key(), "switches at key frames");
            assertTrue(switched || before.number() + 1 == frame.number());
            assertEquals(before.pictureId() + 1 & 0x7fff, frame.pictureId());
            assertTrue(frame.timestamp() > before.timestamp());
        }
        assertEquals(
                404,
                SfuStage.refusal(viewer.session().selectLayer(new LayerChoice(null, "z", -1, -1)))
                        .httpStatus());
        assertEquals(
                404,
                SfuStage.refusal(viewer.session().selectLayer(new LayerChoice("7", null, -1, -1)))
                        .httpStatus());
    }

    private static Received.Frame last(SfuClient viewer) {
        List<Received.Frame> frames = viewer.video().frames();
        return frames.get(frames.size() - 1);
    }

    private static List<Integer> aHundredPeers(long seed) throws IOException {
        SfuStage stage = new SfuStage(seed, LOSSY);
        List<SfuClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(stage.publish("cam" + i, Sends.USUAL));
        }
        stage.run(3 * S);
        clients.forEach(SfuClient::send);
        for (int i = 0; i < 90; i++) {
            clients.add(stage.watch("cam" + i % 10));
        }
        stage.run(4 * S);
        assertEquals(List.of(), stage.bugs);
        for (SfuClient viewer : clients.subList(10, 100)) {
            assertTrue(viewer.video().parts.size() > 100, "seed " + seed);
        }
        return clients.stream().map(each -> each.digest).toList();
    }

    @Test
    void aHundredPeersAndTheSameSeedTheSameBytes() throws IOException {
        List<Integer> first = aHundredPeers(9);
        assertEquals(first, aHundredPeers(9));
        assertEquals(91, Set.copyOf(first).size(), "each viewer heard something else, publishers nothing");
    }
}
