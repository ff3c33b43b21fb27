package io.mediatool.core.stream.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** VP9 with three spatial and three temporal layers under one SSRC, two packets a layer frame, to one viewer. */
final class ScalableForwardingTest {
    private static final long MS = 1_000_000L;
    private static final int[] TEMPORAL = {0, 2, 1, 2};

    private final CodecModule codec = CodecCatalog.of(Codec.VP9);
    private final RtpIncomingSourceGroup source =
            new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP9, 96)));
    private final PacketHistory history = new PacketHistory(1_000 * MS);
    private final PacketLayers layers = new PacketLayers();
    private final TreeMap<Integer, Sent> out = new TreeMap<>();
    private final List<String> again = new ArrayList<>();
    private int wanted;
    private final RtpStreamTransponder viewer = new RtpStreamTransponder(
            new RtpStreamTransponder.Target(77, 100, 90_000, 78, 101),
            new Random(1),
            new byte[4096],
            RtpStreamTransponder.Extensions.NONE,
            new Viewer());
    private int sequence = 100;
    private int picture;
    private boolean key = true;
    private final Random random = new Random(6);
    private double loss;
    private int leftOut = -1;
    private List<Integer> dropped = List.of();
    private final List<RtpPacket> held = new ArrayList<>();

    /** One that the viewer was sent; {@code layer} −1 for one without payload. */
    private record Sent(long timestamp, boolean marker, int layer, int temporal, int pictureId) {}

    private final class Viewer implements RtpStreamTransponder.Listener {
        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs) {
            try {
                RtpPacket packet = RtpPacket.of(data, offset, length);
                byte[] payload = packet.payload();
                int at = retransmission ? 2 : 0;
                boolean empty = payload.length == 0;
                Sent sent = new Sent(
                        packet.timestamp(),
                        packet.marker(),
                        empty ? -1 : payload[at + 3] >> 1 & 7,
                        empty ? -1 : (payload[at + 3] & 0xff) >> 5,
                        empty ? -1 : (payload[at + 1] & 0x7f) << 8 | payload[at + 2] & 0xff);
                if (retransmission) {
                    int original = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                    again.add(sent.equals(out.get(original)) ? "same" : sent + " was " + out.get(original));
                } else {
                    assertEquals(null, out.put(packet.sequenceNumber(), sent), "a number is used once");
                }
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onKeyFrameWanted(RtpIncomingSourceGroup of, long nowNs) {
            wanted++;
        }

        @Override
        public void onEnded(long nowNs) {}
    }

    private void start() {
        source.addListener(history);
        viewer.select(
                new RtpStreamTransponder.Input(source, codec, history, null, packet -> {
                    codec.readLayers(packet.data(), packet.payloadOffset(), packet.payloadLength(), layers);
                    return layers;
                }),
                0);
    }

    private long nowNs() {
        return picture * 33 * MS;
    }

    /** The next picture; of each layer frame the first packet begins and the second ends it. */
    private void picture() {
        int temporal = key ? 0 : TEMPORAL[picture % 4];
        for (int spatial = 0; spatial < 3; spatial++) {
            if (spatial == leftOut) {
                continue; // by the encoder: there are no packets of it
            }
            for (int part = 0; part < 2; part++) {
                int flags = 0xa0 | (key ? 0 : 0x40) | (part == 0 ? 0x08 : 0x04);
                int up = temporal == 0 ? 0x10 : 0;
                byte[] bytes = new byte[12 + 12];
                boolean marker = spatial == 2 && part == 1;
                RtpPacket.writeHeader(bytes, 0, marker, 96, sequence++ & 0xffff, picture * 3_000L, 5);
                bytes[12] = (byte) flags;
                bytes[13] = (byte) (0x80 | picture >> 8);
                bytes[14] = (byte) picture;
                bytes[15] = (byte) (temporal << 5 | up | spatial << 1);
                give(bytes);
            }
        }
        key = false;
        picture++;
    }

    private void give(byte[] bytes) {
        try {
            RtpPacket packet = RtpPacket.of(bytes, 0, bytes.length);
            if (dropped.contains(packet.sequenceNumber())) {
                return;
            }
            if (picture > 0 && random.nextDouble() < loss) {
                held.add(packet);
            } else {
                source.onRtp(packet, nowNs());
            }
            if (!held.isEmpty() && random.nextInt(20) == 0) {
                source.onRtp(held.remove(0), nowNs());
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void pictures(int count) {
        for (int i = 0; i < count; i++) {
            picture();
        }
    }

    /** Numbers follow each other; each picture has layers up to one, and its marker on its last packet and nowhere else. */
    private List<int[]> steady() {
        List<int[]> pictures = new ArrayList<>();
        int expected = out.firstKey();
        Sent before = null;
        for (var entry : out.entrySet()) {
            assertEquals(expected++, entry.getKey(), "no gap");
            Sent sent = entry.getValue();
            if (before == null || sent.timestamp() != before.timestamp()) {
                assertTrue(before == null || before.marker(), "the last of a picture has the marker: " + before);
                pictures.add(new int[] {0, sent.temporal(), sent.pictureId()});
            } else {
                assertTrue(!before.marker(), "and no other: " + before);
            }
            pictures.get(pictures.size() - 1)[0] = sent.layer();
            before = sent;
        }
        return pictures;
    }

    @Test
    void everythingGoesWhereNothingIsAskedFor() {
        start();
        pictures(20);
        assertEquals(120, out.size());
        assertEquals(20, steady().size());
    }

    @Test
    void downAtTheNextPictureAndUpAtAKeyPicture() {
        start();
        pictures(10);
        viewer.limit(1, 7, nowNs());
        pictures(10);
        viewer.limit(0, 7, nowNs());
        pictures(10);
        assertEquals(1, wanted);
        viewer.limit(7, 7, nowNs());
        assertEquals(2, wanted, "only a key picture opens spatial layers again");
        pictures(5);
        key = true;
        pictures(5);
        List<int[]> pictures = steady();
        assertEquals(40, pictures.size());
        for (int i = 0; i < 40; i++) {
            int top = i < 10 || i >= 35 ? 2 : i < 20 ? 1 : 0;
            assertEquals(top, pictures.get(i)[0], "picture " + i);
            assertEquals(i, pictures.get(i)[2] - pictures.get(0)[2], "ids say how far apart pictures are");
        }
    }

    @Test
    void temporalLayersGoAndComeAtSwitchingPoints() {
        start();
        pictures(8);
        viewer.limit(7, 0, nowNs());
        pictures(8);
        viewer.limit(7, 1, nowNs());
        pictures(9); // up to a picture of T0
        viewer.limit(7, 7, nowNs());
        pictures(7);
        List<int[]> pictures = steady();
        List<Integer> temporal = pictures.stream().map(each -> each[1]).toList();
        assertEquals(List.of(0, 2, 1, 2, 0, 2, 1, 2, 0, 0, 0, 1, 0, 1, 0, 1, 0, 2, 1, 2), temporal);
        assertEquals(1, wanted, "temporal layers need no key frame");
    }

    /** As Chromium does when it has too few bits: the marker is on a packet of a layer that the viewer is not sent. */
    @Test
    void aLayerFrameThatTheEncoderLeavesOutEndsThePictureBelow() {
        start();
        viewer.limit(1, 7, nowNs());
        pictures(5);
        leftOut = 1;
        pictures(2);
        leftOut = -1;
        pictures(5);
        leftOut = 2;
        pictures(3);
        leftOut = -1;
        pictures(3);
        List<Integer> tops = steady().stream().map(each -> each[0]).toList();
        assertEquals(List.of(1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), tops);
        for (int i = 0; i < out.size(); i++) {
            viewer.resend(out.firstKey() + i, nowNs());
        }
        assertEquals(out.size(), again.size());
        assertEquals(List.of("same"), again.stream().distinct().toList());
    }

    @Test
    void aLayerFrameThatIsLostIsWaitedFor() {
        start();
        viewer.limit(1, 7, nowNs());
        pictures(4);
        int before = out.size();
        int lost = sequence + 2;
        dropped = List.of(lost, lost + 1);
        picture();
        List<Sent> sent = List.copyOf(out.values()).subList(before, out.size());
        assertEquals(List.of(false, false), sent.stream().map(Sent::marker).toList(), "its upper layer may come yet");
    }

    @Test
    void lateAndLostPacketsFitIn() {
        loss = 0.05;
        start();
        pictures(50);
        viewer.limit(1, 1, nowNs());
        pictures(200);
        while (!held.isEmpty()) {
            source.onRtp(held.remove(0), nowNs());
        }
        int expected = out.firstKey();
        int empty = 0;
        for (var entry : out.entrySet()) {
            assertEquals(expected++, entry.getKey(), "all gaps are closed once everything has come");
            empty += entry.getValue().layer() < 0 ? 1 : 0;
            assertTrue(entry.getValue().layer() < 2
                    || entry.getValue().timestamp()
                                    - out.firstEntry().getValue().timestamp()
                            < 50 * 3_000);
        }
        assertTrue(empty > 5, "packets of upper layers that came late are empty ones: " + empty);
        for (int i = 1; i < 300; i++) {
            viewer.resend(out.lastKey() - i, nowNs());
        }
        assertTrue(again.size() > 50, "" + again.size());
        assertEquals(List.of("same"), again.stream().distinct().toList());
    }
}
