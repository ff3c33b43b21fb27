package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static io.mediatool.core.signalling.session.SfuStage.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which layers a publisher has, and which of them come. */
final class LayerReportTest {
    @Test
    void aLayerThatIsNotSentIsThereWithoutABitrate() throws IOException {
        SfuStage stage = new SfuStage(1, Link.PERFECT.withDelay(10 * MS, 0));
        SfuClient publisher = stage.publish("cam", SfuClient.Sends.SIMULCAST);
        stage.run(S);
        publisher.send();
        stage.run(2 * S);
        assertEquals(List.of("q", "h", "f"), names(stage, true));
        assertEquals(List.of(), names(stage, false));
        publisher.layers.remove(publisher.video(2)); // as browsers do when the uplink is full
        stage.run(3 * S);
        assertEquals(List.of("q", "h"), names(stage, true));
        assertEquals(List.of("f"), names(stage, false));
        SessionReport.Track track = video(stage);
        assertEquals(List.of("q", "h"), track.layers());
        assertTrue(track.offered().get(0).bitrateBps() > 1_000);
    }

    @Test
    void aViewerHasTheSizeThatItIsSentAndMayLimitIt() throws IOException {
        SfuStage stage = new SfuStage(2, Link.PERFECT.withDelay(10 * MS, 0));
        SfuClient publisher = stage.publish("cam", SfuClient.Sends.SIMULCAST);
        for (int i = 0; i < 3; i++) {
            publisher.video(i).width = 320 << i;
            publisher.video(i).bytes = 200 << i;
        }
        stage.run(S);
        publisher.send();
        SfuClient viewer = stage.watch("cam");
        viewer.repairs = false;
        stage.run(3 * S);
        assertEquals(List.of("f 1280.0"), sent(viewer));
        assertEquals(
                List.of(320, 640, 1280),
                video(stage).offered().stream().map(SessionReport.Layer::width).toList());
        get(viewer.session().selectLayer(new LayerChoice(null, null, -1, -1, 1_000, 0)));
        stage.run(3 * S);
        assertEquals(List.of("h 640.0"), sent(viewer));
        assertEquals("1000x", video(viewer).selection().limit());
        assertEquals("asked", video(viewer).selection().reason());
        get(viewer.session().selectLayer(new LayerChoice(null, null, -1, -1, 100, 0)));
        stage.run(3 * S);
        assertEquals(List.of("q 320.0"), sent(viewer));
        get(viewer.session().selectLayer(new LayerChoice(null, null, -1, -1)));
        stage.run(3 * S);
        assertEquals(List.of("f 1280.0"), sent(viewer));
    }

    private static SessionReport.Track video(SfuClient viewer) {
        return get(viewer.session().report()).tracks().get(1);
    }

    private static List<String> sent(SfuClient viewer) {
        return List.of(
                video(viewer).layers().get(0) + " " + video(viewer).counters().get("width"));
    }

    private static SessionReport.Track video(SfuStage stage) {
        return get(stage.door.rooms()).get(0).streams().get(0).tracks().stream()
                .filter(each -> each.kind().equals("video"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(SfuStage stage, boolean active) {
        return video(stage).offered().stream()
                .filter(each -> each.bitrateBps() > 0 == active)
                .map(SessionReport.Layer::name)
                .toList();
    }
}
