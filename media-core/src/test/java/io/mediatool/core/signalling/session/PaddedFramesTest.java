package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Frames cut into two sizes, as libwebrtc does it, are padded to one for viewers whose retransmissions go by RTX, and for nobody else. */
final class PaddedFramesTest {
    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 0);
    private static final Link LOSSY = Link.PERFECT.withDelay(25 * MS, 0).withLoss(0.05);

    /** SRTP packets to one address by SSRC and sequence number, which are in the clear. */
    private static final class Wire {
        private final InetSocketAddress to;
        private final Map<String, String> packets = new HashMap<>();
        int repeated;
        int changed;

        Wire(SfuStage stage, InetSocketAddress to) {
            this.to = to;
            stage.network.tap(this::onDatagram);
        }

        private void onDatagram(InetSocketAddress from, InetSocketAddress receiver, byte[] datagram) {
            boolean isRtp = (datagram[0] & 0xc0) == 0x80 && ((datagram[1] & 0xff) < 192 || (datagram[1] & 0xff) > 223);
            if (receiver.equals(to) && isRtp) {
                HexFormat hex = HexFormat.of();
                String all = hex.formatHex(datagram);
                String index = hex.formatHex(datagram, 8, 12) + hex.formatHex(datagram, 2, 4);
                String before = packets.putIfAbsent(index, all);
                repeated += before == null ? 0 : 1;
                changed += before == null || before.equals(all) ? 0 : 1;
            }
        }
    }

    private static SfuClient uneven(SfuStage stage) throws IOException {
        SfuClient publisher = stage.sending("cam");
        publisher.video(0).uneven = true;
        stage.run(100 * MS);
        return publisher;
    }

    private static void stop(SfuStage stage, SfuClient publisher) {
        stage.finish(publisher);
        assertEquals("[]", stage.bugs.toString());
    }

    @Test
    void eachFrameLeavesInOneSize() throws IOException {
        SfuStage stage = new SfuStage(1, NEAR);
        SfuClient publisher = uneven(stage);
        SfuClient viewer = stage.watch("cam");
        stage.run(10 * S);
        stop(stage, publisher);
        int frames = viewer.video().frames().size();
        assertTrue(frames > 280, "" + frames);
        assertTrue(viewer.video().padded >= frames, viewer.video().padded + " of " + frames);
    }

    @Test
    void whatIsSentAgainByRtxIsWhole() throws IOException {
        SfuStage stage = new SfuStage(2, NEAR);
        SfuClient publisher = uneven(stage);
        SfuClient viewer = stage.watch("cam");
        viewer.downlink(LOSSY);
        Wire wire = new Wire(stage, viewer.port.localAddress());
        stage.run(20 * S);
        stop(stage, publisher);
        assertTrue(viewer.video().retransmissions > 20, "" + viewer.video().retransmissions);
        assertTrue(viewer.video().frames().size() > 500, "none is missing");
        assertTrue(viewer.video().padded > 400, "" + viewer.video().padded);
        assertEquals(0, wire.repeated, "under the same index");
    }

    /** AES-GCM: two texts under one index give the key stream away. */
    @Test
    void whatIsSentAgainPlainIsTheSameToTheByte() throws IOException {
        SfuStage stage = new SfuStage(3, NEAR);
        SfuClient publisher = uneven(stage);
        SfuClient viewer = stage.watch("cam", false);
        viewer.downlink(LOSSY);
        Wire wire = new Wire(stage, viewer.port.localAddress());
        stage.run(20 * S);
        stop(stage, publisher);
        assertTrue(wire.repeated > 20, "" + wire.repeated);
        assertEquals(0, wire.changed, "of " + wire.repeated);
        assertEquals(0, viewer.video().padded);
        assertTrue(viewer.video().frames().size() > 500, "none is missing");
    }
}
