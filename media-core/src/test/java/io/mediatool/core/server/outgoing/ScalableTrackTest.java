package io.mediatool.core.server.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A track whose source adds spatial layers while it is watched, as Chromium does: VP9 and AV1. */
final class ScalableTrackTest {
    private static final int DESCRIPTOR = 12;
    private static final Map<Integer, RtpExtension> EXTENSIONS = Map.of(DESCRIPTOR, RtpExtension.DEPENDENCY_DESCRIPTOR);
    private static final long FRAME_NS = 66_000_000L;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Random random = new Random(1);
    private final List<RtpPacket> sent = new ArrayList<>();
    private int sequence;
    private int picture;

    private final class Sink implements ConnectedCarrier {
        @Override
        public long nowNs() {
            return loop.nowNs();
        }

        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
            try {
                sent.add(RtpPacket.of(data, offset, length).copy());
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private IncomingStream stream() {
        return new MediaServer(loop, random, () -> Instant.EPOCH).room("room").publish("cam");
    }

    private RtpIncomingSourceGroup source(IncomingStream stream, Codec codec) {
        return stream.addTrack(
                        MediaKind.VIDEO,
                        List.of(RtpFormat.of(codec, 96)),
                        List.of(""),
                        ExtensionMap.of(EXTENSIONS),
                        IncomingLayer.KeyFrameMaker.NONE)
                .source();
    }

    private OutgoingStreamTrack viewer(IncomingStream stream, Codec codec, Map<Integer, RtpExtension> extensions) {
        return new Sink()
                .watch(stream, codec, extensions, loop, random)
                .tracks()
                .get(0);
    }

    private void give(RtpIncomingSourceGroup source, boolean marker, byte[] extension, byte[] payload)
            throws MalformedException {
        int words = extension.length == 0 ? 0 : (extension.length + 2 + 3) / 4;
        int header = 12 + (words == 0 ? 0 : 4 + 4 * words);
        byte[] bytes = new byte[header + payload.length];
        RtpPacket.writeHeader(bytes, 0, marker, 96, sequence++ & 0xffff, picture * 6_000L, 7);
        if (words > 0) {
            bytes[0] |= 0x10;
            bytes[12] = 0x10; // two bytes a header, RFC 8285 §4.3
            bytes[15] = (byte) words;
            bytes[16] = DESCRIPTOR;
            bytes[17] = (byte) extension.length;
            System.arraycopy(extension, 0, bytes, 18, extension.length);
        }
        System.arraycopy(payload, 0, bytes, header, payload.length);
        source.onRtp(RtpPacket.of(bytes, 0, bytes.length), loop.nowNs());
    }

    /** One packet a layer frame. */
    private void vp9(RtpIncomingSourceGroup source, boolean key, int layers) throws MalformedException {
        for (int spatial = 0; spatial < layers; spatial++) {
            byte[] payload = {
                (byte) (0xac | (key ? 0 : 0x40)),
                (byte) (0x80 | picture >> 8),
                (byte) picture,
                (byte) (spatial << 1),
                0,
                1
            };
            give(source, spatial == layers - 1, new byte[0], payload);
        }
        picture++;
        loop.advanceBy(FRAME_NS);
    }

    private List<Integer> vp9Layers(int from) {
        return sent.subList(from, sent.size()).stream()
                .map(packet -> packet.payload()[3] >> 1 & 7)
                .toList();
    }

    @Test
    void aLayerAboveTheLimitThatComesWithAKeyFrameIsNotSent() throws MalformedException {
        var stream = stream();
        var source = source(stream, Codec.VP9);
        var viewer = viewer(stream, Codec.VP9, Map.of());
        vp9(source, true, 2);
        for (int i = 0; i < 30; i++) {
            vp9(source, false, 2);
        }
        assertTrue(viewer.select(null, 1, -1, loop.nowNs()));
        vp9(source, false, 2);
        int before = sent.size();
        vp9(source, true, 3);
        vp9(source, false, 3);
        assertEquals(List.of(0, 1, 0, 1), vp9Layers(before));
        assertEquals("S1", viewer.selection(loop.nowNs()).limit());
        assertTrue(viewer.select(null, -1, -1, loop.nowNs()));
        before = sent.size();
        vp9(source, true, 3);
        assertEquals(List.of(0, 1, 2), vp9Layers(before));
    }

    /** L2T2 as Chromium 156 describes it, with the structure in the first packet; one packet a layer frame, which ends with its layer. */
    private void av1(RtpIncomingSourceGroup source) throws MalformedException {
        String structure = "8003187aaaf130a0a014d1413823046008642222265013f00b3027f01670";
        String[][] pictures = {{"c00001" + structure, "c30002"}, {"c20003", "c50004"}, {"c10005", "c40006"}};
        for (String[] layers : pictures) {
            for (int layer = 0; layer < 2; layer++) {
                boolean key = picture == 0 && layer == 0;
                byte[] payload = {(byte) (key ? 0x18 : 0x10), (byte) (key ? 0x08 : 0x30), (byte) layer};
                give(source, layer == 1, HexFormat.of().parseHex(layers[layer]), payload);
            }
            picture++;
            loop.advanceBy(FRAME_NS);
        }
    }

    private List<String> av1Layers() {
        return sent.stream()
                .map(packet -> packet.payload()[2] + (packet.marker() ? "M" : ""))
                .toList();
    }

    @Test
    void whoCannotTellTheLayersOfAv1ApartGetsTheLowest() throws MalformedException {
        var stream = stream();
        var source = source(stream, Codec.AV1);
        viewer(stream, Codec.AV1, Map.of());
        av1(source);
        assertEquals(List.of("0M", "0M", "0M"), av1Layers());
    }

    @Test
    void whoCanTellThemApartGetsAll() throws MalformedException {
        var stream = stream();
        var source = source(stream, Codec.AV1);
        var viewer = viewer(stream, Codec.AV1, EXTENSIONS);
        av1(source);
        assertEquals(List.of("0", "1M", "0", "1M", "0", "1M"), av1Layers());
        assertEquals("", viewer.selection(loop.nowNs()).layer());
    }

    /** Nobody has read the key frame's packets when the viewers come. */
    @Test
    void theLayersAreKnownThoughViewersComeLateAndLiveOnAnotherLoop() throws MalformedException {
        var server = new MediaServer(loop, random, () -> Instant.EPOCH);
        var elsewhere = new MediaServer(loop, random, () -> Instant.EPOCH);
        var stream = server.room("room").publish("cam");
        var source = source(stream, Codec.AV1);
        var layers = stream.tracks().get(0).layers().get(0).scalable();
        av1(source);
        assertEquals(List.of(), layers.names(), "nobody asks");
        server.relay(server.room("room"), elsewhere);
        av1(source);
        assertEquals(List.of("S0T0", "S0T1", "S1T0", "S1T1"), layers.names());
        var mirror = elsewhere.room("room").stream("cam");
        viewer(mirror, Codec.AV1, EXTENSIONS);
        sent.clear();
        av1(source);
        assertEquals(List.of("0", "1M", "0", "1M", "0", "1M"), av1Layers());
        assertEquals(
                List.of("S0T0", "S0T1", "S1T0", "S1T1"),
                mirror.tracks().get(0).layers().get(0).scalable().names());
    }

    private static List<Double> size(OutgoingStreamTrack viewer) {
        Counters counters = new Counters();
        viewer.addSize(counters);
        return Stream.of("width", "height")
                .map(name -> counters.values().getOrDefault(name, 0.0))
                .toList();
    }

    @Test
    void theSizeIsThatOfTheLayersThatAreSent() throws MalformedException {
        var stream = stream();
        var source = source(stream, Codec.AV1);
        var all = viewer(stream, Codec.AV1, EXTENSIONS);
        var lowest = viewer(stream, Codec.AV1, Map.of());
        var small = viewer(stream, Codec.AV1, EXTENSIONS);
        av1(source);
        assertEquals(List.of(640.0, 360.0), size(all));
        assertEquals(List.of(320.0, 180.0), size(lowest));
        assertTrue(small.select(null, -1, -1, 639, 0, loop.nowNs()));
        assertEquals(List.of(320.0, 180.0), size(small));
        assertEquals("S0", small.selection(loop.nowNs()).layer());
        assertEquals("639x", small.selection(loop.nowNs()).limit());
        assertEquals("asked", small.selection(loop.nowNs()).reason());
        assertTrue(small.select(null, -1, -1, 640, 360, loop.nowNs()));
        assertEquals(List.of(640.0, 360.0), size(small));
        assertEquals("best", small.selection(loop.nowNs()).reason());
        assertTrue(small.select(null, -1, -1, 0, 100, loop.nowNs())); // none is as small: the smallest
        assertEquals(List.of(320.0, 180.0), size(small));
    }

    @Test
    void vp9TellsTheSizesOfItsLayers() throws MalformedException {
        var stream = stream();
        var source = source(stream, Codec.VP9);
        var viewer = viewer(stream, Codec.VP9, Map.of());
        vp9(source, true, 2);
        assertEquals(List.of(0.0, 0.0), size(viewer), "not told");
        // V: two layers of 320 by 180 and 640 by 360, no groups
        give(
                source,
                false,
                new byte[0],
                HexFormat.of().parseHex("ae" + "8100" + "00" + "00" + "30" + "014000b402800168" + "aabb"));
        give(source, true, new byte[0], HexFormat.of().parseHex("ac" + "8100" + "02" + "00" + "aabb"));
        assertEquals(List.of(640.0, 360.0), size(viewer));
        assertTrue(viewer.select(null, 0, -1, loop.nowNs()));
        assertEquals(List.of(320.0, 180.0), size(viewer));
    }
}
