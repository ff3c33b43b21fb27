package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A server of three loops behind one port: a session lives on one of them, a room is seen from all. */
final class SfuLoopsTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);
    private static final Link LOSSY =
            Link.PERFECT.withDelay(25 * MS, 5 * MS).withLoss(0.05).withReordering(0.02, 8 * MS);
    private static final int LOOPS = 3;

    private static SfuStage stage(long seed, Link link) throws IOException {
        return new SfuStage(seed, link, SessionLimits.DEFAULT, LOOPS);
    }

    /** Watchers that never connect, more than stay together: whoever comes after them is sent to another loop. */
    private static void crowd(SfuStage stage) throws IOException {
        for (int i = 0; i < 20; i++) {
            SfuClient one = new SfuClient(stage);
            one.forget(stage.soon(stage.door.watch(stage.request("cam", one.watchOffer(true)))));
        }
    }

    private static List<SfuClient> watch(SfuStage stage, int count) throws IOException {
        List<SfuClient> viewers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            viewers.add(stage.watch("cam"));
        }
        return viewers;
    }

    private static Set<Desk> desks(List<SfuClient> clients) {
        Set<Desk> desks = new HashSet<>();
        clients.forEach(client -> desks.add(client.session().desk()));
        return desks;
    }

    private static List<Integer> rooms(SfuStage stage) {
        List<Integer> rooms = new ArrayList<>();
        stage.servers.forEach(
                server -> server.loop().execute(() -> rooms.add(server.rooms().size())));
        stage.run(0);
        return rooms;
    }

    @Test
    void everyFrameReachesTheViewersOfEveryLoop() throws IOException {
        SfuStage stage = stage(21, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(SfuStage.MEASURED_NS);
        List<SfuClient> viewers = watch(stage, 50);
        assertEquals(LOOPS, desks(viewers).size());
        stage.run(S);
        publisher.send();
        stage.run(10 * S);
        publisher.stop();
        stage.run(S);
        for (SfuClient viewer : viewers) {
            SfuTest.assertSteady(viewer.video().frames());
            assertEquals(publisher.video(0).frames, viewer.video().frames().size());
            assertEquals(publisher.layers.get(0).frames, viewer.audio().frames().size());
            assertEquals(List.of("connected"), viewer.events);
        }
        var counters = stage.soon(stage.endpoint.counters());
        assertTrue(counters.port().handedOver() > 100, "" + counters);
        assertEquals(51, counters.port().peers());
        assertEquals(0, counters.relayDropped());
        int least = publisher.video(0).frames + publisher.layers.get(0).frames;
        assertTrue(counters.transit().total() >= 50L * least, "every packet to every viewer: " + counters.transit());
        List<RoomReport> rooms = stage.soon(stage.door.rooms());
        assertEquals(1, rooms.size());
        assertEquals(50, rooms.get(0).viewers());
        assertEquals(50, rooms.get(0).streams().get(0).viewers());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void whoComesLateToAnotherLoopSeesAtOnceAndNobodyIsAskedTwice() throws IOException {
        for (boolean keyFrames : new boolean[] {true, false}) {
            SfuStage stage = stage(22, NEAR);
            SfuClient publisher = stage.publish("cam", keyFrames ? Sends.USUAL : Sends.WITHOUT_KEY_FRAMES);
            stage.run(S);
            publisher.send();
            stage.run(5 * S);
            int asked = publisher.plis;
            List<SfuClient> late = watch(stage, 20);
            assertEquals(LOOPS, desks(late).size());
            stage.run(300 * MS);
            for (SfuClient viewer : late) {
                assertTrue(!viewer.video().frames().isEmpty(), "key frames " + keyFrames + ": nothing after 300 ms");
                assertTrue(viewer.video().frames().get(0).key());
            }
            assertTrue(publisher.plis - asked <= 1, "asked " + (publisher.plis - asked) + " times");
            stage.run(5 * S);
            for (SfuClient viewer : late) {
                assertComplete(viewer.video().frames());
                assertTrue(viewer.video().frames().size() > 5 * 30);
            }
            assertEquals(List.of(), stage.bugs);
        }
    }

    private static void assertComplete(List<Received.Frame> frames) {
        for (int i = 1; i < frames.size(); i++) {
            assertEquals(frames.get(i - 1).number() + 1, frames.get(i).number());
        }
    }

    @Test
    void lossesAreRepairedAcrossLoops() throws IOException {
        SfuStage stage = stage(23, LOSSY);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(3 * S);
        publisher.send();
        stage.run(S);
        crowd(stage);
        SfuClient viewer = stage.watch("cam");
        assertTrue(viewer.session().desk() != publisher.session().desk());
        stage.run(30 * S);
        stage.finish(publisher);
        List<Received.Frame> frames = viewer.video().frames();
        assertTrue(frames.size() > 850, "seed 23: " + frames.size());
        assertComplete(frames);
        assertTrue(viewer.video().retransmissions > 20, "" + viewer.video().retransmissions);
        assertTrue(viewer.senderReports.size() > 40, "" + viewer.senderReports.size());
    }

    @Test
    void layersAreChosenAcrossLoops() throws IOException {
        SfuStage stage = stage(24, NEAR);
        SfuClient publisher = stage.publish("cam", Sends.SIMULCAST);
        publisher.video(0).bytes = 100;
        publisher.video(1).bytes = 300;
        publisher.video(2).bytes = 900;
        stage.run(S);
        publisher.send();
        stage.run(3 * S);
        crowd(stage);
        SfuClient viewer = stage.watch("cam");
        assertTrue(viewer.session().desk() != publisher.session().desk());
        stage.run(3 * S);
        assertEquals(List.of("f"), layers(stage, viewer));
        stage.soon(viewer.session().selectLayer(new LayerChoice(null, "q", -1, -1)));
        stage.run(3 * S);
        assertEquals(List.of("q"), layers(stage, viewer));
        stage.soon(viewer.session().selectLayer(new LayerChoice("1", null, -1, -1)));
        stage.run(3 * S);
        publisher.video(2).paused = true;
        stage.run(5 * S);
        assertEquals(List.of("h"), layers(stage, viewer));
        publisher.video(2).paused = false;
        stage.run(5 * S);
        assertEquals(List.of("f"), layers(stage, viewer));
        List<Received.Frame> frames = viewer.video().frames();
        for (int i = 1; i < frames.size(); i++) {
            Received.Frame before = frames.get(i - 1);
            assertTrue(
                    frames.get(i).rid() == before.rid() || frames.get(i).key(),
                    "frame " + i + " changes without a key");
        }
        assertTrue(frames.size() > 480, "" + frames.size());
    }

    private static List<String> layers(SfuStage stage, SfuClient viewer) {
        return stage.soon(viewer.session().report()).tracks().get(1).layers();
    }

    @Test
    void thePublisherMayGoAndAnotherCome() throws IOException {
        SfuStage stage = stage(25, NEAR);
        SfuClient publisher = stage.sending("cam");
        crowd(stage);
        SfuClient viewer = stage.watch("cam");
        stage.run(3 * S);
        publisher.stop();
        publisher.session().close();
        stage.run(3 * S);
        assertEquals(
                "nobody publishes cam at present",
                stage.soon(viewer.session().report()).trouble());
        int before = viewer.video().frames().size();
        SfuClient second = stage.sending("cam");
        stage.run(3 * S);
        SfuClient third = stage.publish("cam", Sends.USUAL); // while the second is there
        stage.run(S);
        third.send();
        stage.run(3 * S);
        assertTrue(
                viewer.video().frames().size() > before + 150,
                viewer.video().frames().size() + " after " + before);
        third.stop();
        third.session().close();
        stage.run(40 * S);
        assertTrue(viewer.events.toString().contains("closed"), viewer.events.toString());
        assertEquals(List.of(0, 0, 0), rooms(stage));
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void aRoomEndsOnAllLoopsAndLeavesNothingBehind() throws IOException {
        SfuStage stage = stage(26, NEAR);
        stage.sending("cam");
        List<SfuClient> viewers = watch(stage, 60);
        stage.run(2 * S);
        viewers.subList(0, 30).forEach(viewer -> viewer.session().close());
        stage.run(S);
        CompletionStage<Boolean> ended = stage.door.endRoom("room");
        stage.run(2 * S);
        assertTrue(SfuStage.get(ended));
        assertEquals(0, stage.door.sessions().size());
        assertEquals(List.of(0, 0, 0), rooms(stage));
        assertEquals(0, stage.soon(stage.endpoint.counters()).port().peers());
        assertEquals(0, stage.soon(stage.endpoint.counters()).port().addresses());
        // and it can begin anew
        stage.sending("cam");
        crowd(stage);
        SfuClient viewer = stage.watch("cam");
        stage.run(2 * S);
        assertTrue(viewer.video().frames().size() > 40);
        stage.door.drain();
        CompletionStage<Void> down = stage.door.shutDown();
        stage.run(S);
        SfuStage.get(down);
        assertEquals(0, stage.door.sessions().size());
        assertEquals(List.of(), stage.bugs);
    }

    @Test
    void viewersThatWaitAreServedOnTheirLoop() throws IOException {
        SfuStage stage = stage(27, NEAR);
        SfuClient other = stage.publish("other", Sends.USUAL);
        stage.loop.busyShare(0.5);
        stage.run(SfuStage.MEASURED_NS);
        SfuClient waiter = new SfuClient(stage);
        CompletionStage<Session> waiting =
                stage.door.watch(new SessionRequest("room", "cam", waiter.watchOffer(true), 10 * S, "test"));
        stage.run(S);
        SfuClient publisher = stage.publish("cam", Sends.USUAL);
        stage.run(S);
        waiter.begin(SfuStage.get(waiting));
        assertTrue(waiter.session().desk() != other.session().desk());
        publisher.send();
        stage.run(2 * S);
        assertTrue(waiter.video().frames().size() > 40);
        RefusedSessionException refused =
                SfuStage.refusal(later(stage, stage.door.watch(stage.request("nobody", waiter.watchOffer(true)))));
        assertEquals(409, refused.httpStatus());
    }

    private static <T> CompletionStage<T> later(SfuStage stage, CompletionStage<T> answer) {
        stage.run(0);
        return answer;
    }
}
