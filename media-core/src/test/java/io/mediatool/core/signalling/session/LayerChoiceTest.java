package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.ReceiverEstimate;
import io.mediatool.core.server.outgoing.OutgoingStreamTrack.Selection;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Simulcast over paths that do not carry everything: about 150, 500 and 1,900 kbit/s. */
final class LayerChoiceTest {
    private static final Link NEAR = Link.PERFECT.withDelay(20 * MS, 0);
    private static final long MOST = 2_600_000;

    private static SfuClient simulcast(SfuStage stage) throws IOException {
        SfuClient publisher = stage.publish("cam", Sends.SIMULCAST);
        int[] bytes = {150, 600, 1_100};
        int[] parts = {2, 2, 6};
        for (int i = 0; i < 3; i++) {
            publisher.video(i).bytes = bytes[i];
            publisher.video(i).parts = parts[i];
        }
        stage.run(S);
        publisher.send();
        stage.run(3 * S);
        return publisher;
    }

    private static char last(SfuClient viewer) {
        return viewer.video().parts.lastEntry().getValue().rid();
    }

    private static Selection selection(SfuClient viewer) {
        return Objects.requireNonNull(
                SfuStage.get(viewer.session().report()).tracks().get(1).selection());
    }

    /** How often the layer changed, asserting that each change begins with a key frame. */
    private static int changes(SfuClient viewer) {
        int changes = 0;
        Received.Part before = viewer.video().parts.firstEntry().getValue();
        for (Received.Part part : viewer.video().parts.values()) {
            boolean changed = before.rid() != part.rid();
            assertTrue(!changed || part.key() && part.timestamp() > before.timestamp(), "changes at key frames");
            changes += changed ? 1 : 0;
            before = part;
        }
        return changes;
    }

    @Test
    void aWidePathCarriesTheBest() throws IOException {
        SfuStage stage = new SfuStage(1, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(NEAR.withRate(MOST, 200_000));
        stage.run(30 * S);
        assertEquals('f', last(viewer));
        assertEquals(new Selection("f", "", "best", selection(viewer).bitrateBps(), 0), selection(viewer));
        assertEquals(0, changes(viewer));
    }

    @Test
    void aNarrowPathGetsWhatItCarriesAndStaysThere() throws IOException {
        SfuStage stage = new SfuStage(2, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(NEAR.withRate(900_000, 100_000));
        stage.run(3 * S);
        assertEquals('h', last(viewer), selection(viewer).toString());
        long slow = viewer.video().longestFreezeNs();
        stage.run(40 * S);
        assertEquals('h', last(viewer));
        assertEquals("bandwidth", selection(viewer).reason());
        assertTrue(
                selection(viewer).availableBps() > 450_000 && selection(viewer).availableBps() < 1_000_000);
        assertTrue(viewer.video().longestFreezeNs() == slow, "probes hurt nobody");
        assertTrue(slow < S, "down within a second: " + slow / MS + " ms");
    }

    @Test
    void aPathThatWidensIsFoundAndUsed() throws IOException {
        SfuStage stage = new SfuStage(3, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(NEAR.withRate(300_000, 60_000));
        stage.run(8 * S);
        assertEquals('q', last(viewer));
        viewer.downlink(NEAR.withRate(900_000, 60_000));
        stage.run(40 * S);
        assertEquals('h', last(viewer), selection(viewer).toString());
        viewer.downlink(NEAR.withRate(5_000_000, 60_000));
        stage.run(40 * S);
        assertEquals('f', last(viewer), selection(viewer).toString());
        assertTrue(changes(viewer) <= 6, "" + changes(viewer));
    }

    @Test
    void aPathThatNarrowsSuddenlyIsFollowedAtOnce() throws IOException {
        SfuStage stage = new SfuStage(4, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(NEAR.withRate(3_000_000, 150_000));
        stage.run(10 * S);
        assertEquals('f', last(viewer));
        viewer.downlink(NEAR.withRate(800_000, 150_000));
        long narrowedNs = stage.loop.nowNs();
        while (last(viewer) == 'f' && stage.loop.nowNs() - narrowedNs < 10 * S) {
            stage.run(50 * MS);
        }
        long tookMs = (stage.loop.nowNs() - narrowedNs) / MS;
        assertTrue(tookMs < 2_500, "the other layer came after " + tookMs + " ms");
        stage.run(30 * S);
        assertEquals('h', last(viewer));
    }

    @Test
    void lossAndJitterChangeNothing() throws IOException {
        SfuStage stage = new SfuStage(5, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(Link.PERFECT.withDelay(10 * MS, 50 * MS).withLoss(0.05));
        stage.run(40 * S);
        assertEquals('f', last(viewer));
        assertTrue(changes(viewer) <= 2, "" + changes(viewer));
    }

    @Test
    void whatIsAskedForIsACapAndThePathAnother() throws IOException {
        SfuStage stage = new SfuStage(6, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        SfuStage.get(viewer.session().selectLayer(new LayerChoice(null, "h", -1, -1)));
        stage.run(10 * S);
        assertEquals('h', last(viewer));
        assertEquals("asked", selection(viewer).reason());
        assertEquals("h", selection(viewer).limit());
        viewer.downlink(NEAR.withRate(350_000, 60_000));
        stage.run(8 * S);
        assertEquals('q', last(viewer));
        assertEquals("bandwidth", selection(viewer).reason());
    }

    @Test
    void theViewersOwnEstimateCounts() throws IOException {
        SfuStage stage = new SfuStage(7, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.tellsArrivals = false;
        stage.run(3 * S);
        assertEquals('f', last(viewer));
        for (int i = 0; i < 8; i++) {
            viewer.sendFeedback(new ReceiverEstimate(1, 800_000, List.of(viewer.video().ssrc)));
            stage.run(S);
        }
        assertEquals('h', last(viewer));
        assertEquals("remb", selection(viewer).reason());
        for (int i = 0; i < 8; i++) {
            viewer.sendFeedback(new ReceiverEstimate(1, 8_000_000, List.of(viewer.video().ssrc)));
            stage.run(S);
        }
        assertEquals('f', last(viewer));
    }

    @Test
    void aLayerThatVanishesIsReplacedInAThirdOfASecond() throws IOException {
        SfuStage stage = new SfuStage(8, NEAR);
        SfuClient publisher = simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        stage.run(5 * S);
        assertEquals('f', last(viewer));
        long before = viewer.video().longestFreezeNs();
        assertTrue(before < 200 * MS);
        publisher.video(2).paused = true;
        stage.run(3 * S);
        assertEquals('h', last(viewer));
        long freezeNs = viewer.video().longestFreezeNs();
        assertTrue(freezeNs < 350 * MS, freezeNs / MS + " ms");
        publisher.video(2).paused = false;
        stage.run(3 * S);
        assertEquals('f', last(viewer));
        assertEquals(freezeNs, viewer.video().longestFreezeNs(), "no freeze on the way back");
        assertEquals(2, changes(viewer));
    }

    @Test
    void aLayerOfFewPicturesHasNotVanished() throws IOException {
        SfuStage stage = new SfuStage(9, NEAR);
        SfuClient publisher = simulcast(stage);
        publisher.video(2).every = 6; // five a second
        publisher.video(2).parts = 24;
        SfuClient viewer = stage.watch("cam");
        stage.run(30 * S);
        assertEquals('f', last(viewer));
        assertTrue(changes(viewer) <= 2, "" + changes(viewer));
    }

    @Test
    void temporalLayersOfOneSourceAreChosenLikeOthers() throws IOException {
        SfuStage stage = new SfuStage(10, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        publisher.video(0).temporal = true;
        publisher.video(0).bytes = 1_000;
        stage.run(S);
        publisher.send();
        SfuClient viewer = stage.watch("cam");
        stage.run(5 * S);
        assertEquals(
                List.of("S0T0", "S0T1"),
                SfuStage.get(publisher.session().report()).tracks().get(1).layers());
        int before = viewer.video().frames().size();
        assertTrue(before > 110, "" + before);
        SfuStage.get(viewer.session().selectLayer(new LayerChoice(null, null, -1, 0)));
        stage.run(4 * S);
        assertEquals("T0", selection(viewer).layer());
        assertEquals("asked", selection(viewer).reason());
        List<Received.Frame> frames = viewer.video().frames();
        int half = frames.size() - before;
        assertTrue(half > 55 && half < 66, "half of them: " + half);
        SfuStage.get(viewer.session().selectLayer(new LayerChoice(null, "T1", -1, -1)));
        stage.run(2 * S);
        viewer.downlink(NEAR.withRate(550_000, 50_000)); // all of it is 730 kbit/s
        stage.run(8 * S);
        assertEquals("T0", selection(viewer).layer(), selection(viewer).toString());
        assertEquals(1, publisher.video(0).keyFrames, "temporal layers need none");
        frames = viewer.video().frames();
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(
                    frames.get(i - 1).pictureId() + 1 & 0x7fff, frames.get(i).pictureId(), "no gap of ids");
        }
        assertEquals(
                404,
                SfuStage.refusal(viewer.session().selectLayer(new LayerChoice(null, "S1X", -1, -1)))
                        .httpStatus());
    }

    @Test
    void repairLeavesAtThePathsRate() throws IOException {
        SfuStage stage = new SfuStage(11, NEAR);
        simulcast(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.repairs = false;
        viewer.downlink(NEAR.withRate(900_000, 100_000));
        stage.run(8 * S);
        assertEquals("bandwidth", selection(viewer).reason());
        int newest = viewer.video().parts.lastKey().intValue();
        long[] wanted = new long[60];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = newest - 60 + i;
        }
        int before = viewer.video().retransmissions;
        viewer.sendFeedback(Nack.of(1, viewer.video().ssrc, wanted, wanted.length));
        stage.run(150 * MS);
        int soon = viewer.video().retransmissions - before;
        stage.run(S);
        int all = viewer.video().retransmissions - before;
        assertTrue(soon < 45, "not all at once: " + soon);
        assertTrue(all >= 55, "all in the end: " + all);
    }
}
