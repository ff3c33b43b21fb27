package io.mediatool.core.codec.h265;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.NalWire;
import io.mediatool.core.codec.nal.NalWire.Sent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class H265RtpTest {
    private static final RtpFormat PLAIN = RtpFormat.of(Codec.H265, 96);
    private static final RtpFormat WITH_DON =
            new RtpFormat(Codec.H265, 96, "H265", 90_000, 1, Map.of("sprop-max-don-diff", "2"));
    private final H265Module module = new H265Module();

    private static List<List<byte[]>> accessUnits() throws MalformedException {
        return NalWire.accessUnits(new H265Syntax(), NalFixtures.x265());
    }

    private List<MediaFrame> frames() throws MalformedException {
        return NalWire.receive(module.depacketizer(PLAIN), NalWire.singles(accessUnits()), i -> false);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static Sent sent(String payload, long timestamp, boolean marker) {
        return new Sent(hex(payload), timestamp, marker);
    }

    private List<String> units(RtpFormat format, Sent... sent) throws MalformedException {
        return NalWire.units(NalWire.receive(module.depacketizer(format), List.of(sent), i -> false));
    }

    @Test
    void realStreamBecomesFramesWithOneConfiguration() throws MalformedException {
        List<MediaFrame> frames = frames();
        assertEquals(13, frames.size());
        List<String> expected = accessUnits().stream()
                .flatMap(List::stream)
                .filter(nal -> H265Nal.type(nal[0]) < 32)
                .map(HexFormat.of()::formatHex)
                .toList();
        assertEquals(expected, NalWire.units(frames));
        DecoderConfig config = frames.get(0).config();
        assertNotNull(config);
        assertEquals("176x144", config.width() + "x" + config.height());
        assertEquals(2, config.reorderDepth());
        List<Integer> keys = new ArrayList<>();
        for (MediaFrame frame : frames) {
            if (frame.keyFrame()) {
                keys.add((int) (frame.timestamp() / 3600));
            }
            assertSame(config, frame.config(), "repeated sets are no change");
            assertFalse(frame.damaged());
        }
        assertEquals(2, keys.size(), "the IDR and the CRA: " + keys);
        assertEquals(0, keys.get(0));
    }

    @Test
    void packetizeThenDepacketizeIsIdentityAtEveryPayloadSize() throws MalformedException {
        List<MediaFrame> frames = frames();
        for (int max = 64; max < 600; max++) {
            List<Sent> sent = NalWire.send(module.packetizer(PLAIN, max), frames);
            int limit = max;
            assertTrue(sent.stream().allMatch(s -> s.payload().length <= limit));
            List<MediaFrame> got = NalWire.receive(module.depacketizer(PLAIN), sent, i -> false);
            assertEquals(frames.size(), got.size());
            for (int i = 0; i < got.size(); i++) {
                assertArrayEquals(frames.get(i).data(), got.get(i).data());
                assertEquals(frames.get(i).config(), got.get(i).config());
                assertEquals(frames.get(i).keyFrame(), got.get(i).keyFrame());
                assertEquals(frames.get(i).timestamp(), got.get(i).timestamp());
            }
        }
    }

    @Test
    void everyNalSizeAroundTheLimitSurvives() throws MalformedException {
        Random random = new Random(265);
        for (int max : new int[] {64, 100, 1188}) {
            for (int size = 2; size < 3 * max + 5; size += size > max + 40 && size < 2 * max - 20 ? 7 : 1) {
                byte[] nal = new byte[size];
                random.nextBytes(nal);
                nal[0] = 0x26 | 1; // IDR_W_RADL of layer 32, TID 1: every header field must survive
                nal[1] = 0x01;
                byte[] base = nal.clone();
                base[0] = 0x26;
                MediaFrame frame = new MediaFrame(NalUnits.join(List.of(base, nal)), 5, 0, true, null, false);
                List<Sent> sent = NalWire.send(module.packetizer(PLAIN, max), List.of(frame));
                List<MediaFrame> got = NalWire.receive(module.depacketizer(PLAIN), sent, i -> false);
                assertArrayEquals(frame.data(), got.get(0).data(), "size " + size + " max " + max);
            }
        }
    }

    @Test
    void lossAtEveryPacketLeavesEveryOtherFrameWhole() throws MalformedException {
        List<MediaFrame> frames = frames();
        List<Sent> sent = NalWire.send(module.packetizer(PLAIN, 70), frames);
        for (int lost = 0; lost < sent.size(); lost++) {
            int hole = lost;
            long at = sent.get(lost).timestamp();
            for (MediaFrame frame : NalWire.receive(module.depacketizer(PLAIN), sent, i -> i == hole)) {
                MediaFrame original = frames.get((int) (frame.timestamp() / 3600));
                boolean same = Arrays.equals(original.data(), frame.data());
                assertTrue(same || frame.timestamp() == at && frame.damaged(), "lost " + lost);
                assertTrue(frame.timestamp() == at || !frame.damaged(), "lost " + lost);
            }
        }
    }

    @Test
    void sendersWithoutMarkersAndWithAllMarkers() throws MalformedException {
        for (boolean marker : new boolean[] {false, true}) {
            List<Sent> sent = NalWire.singles(accessUnits()).stream()
                    .map(s -> s.withMarker(marker))
                    .toList();
            List<MediaFrame> got = NalWire.receive(module.depacketizer(PLAIN), sent, i -> false);
            assertEquals(NalWire.units(frames()), NalWire.units(got));
            assertEquals(13, got.size());
        }
    }

    @Test
    void oneTimestampForAllStillGivesOneFrameAPicture() throws MalformedException {
        List<Sent> sent = NalWire.singles(accessUnits()).stream()
                .map(s -> new Sent(s.payload(), 7, s.marker()))
                .toList();
        List<MediaFrame> got = NalWire.receive(module.depacketizer(PLAIN), sent, i -> false);
        assertEquals(13, got.size());
        assertEquals(NalWire.units(frames()), NalWire.units(got));
    }

    @Test
    void parameterSetsGoBeforeKeyFramesInOneAggregationPacket() throws MalformedException {
        List<Sent> sent = NalWire.send(module.packetizer(PLAIN, 1188), frames());
        byte[] first = sent.get(0).payload();
        assertEquals(H265Nal.AP, H265Nal.type(first[0]));
        assertEquals(1, first[1]);
        assertEquals(2 + 3 * 2 + 24 + 42 + 7, first.length);
        assertEquals(15, sent.size());
    }

    @Test
    void decodingOrderNumbersArePassedOver() throws MalformedException {
        ByteWriter ap = new ByteWriter(32).u16(0x6001);
        ap.u16(7).u16(4).bytes(hex("2601aabb")).u8(0).u16(3).bytes(hex("0201cc"));
        Sent aggregate = new Sent(ap.toByteArray(), 1, false);
        assertEquals(
                List.of("2601aabb", "0201cc", "0201dd", "0201eeff"),
                units(
                        WITH_DON,
                        aggregate,
                        sent("0201 0009 dd", 1, false),
                        sent("6201 81 000a ee", 1, false),
                        sent("6201 41 ff", 1, true)));
        Depacketizer depacketizer = module.depacketizer(WITH_DON);
        for (String bad : List.of("020100", "6201810a", "60010001", "600100010002020105")) {
            assertThrows(
                    MalformedException.class,
                    () -> depacketizer.onPacket(NalWire.packet(sent(bad, 1, false), 0), 1, f -> {}),
                    bad);
        }
    }

    @Test
    void paciIsTakenOut() throws MalformedException {
        // cType 19 (IDR), PHSsize 3, then three bytes of extension, then the NAL unit without its header
        assertEquals(List.of("2601aabb"), units(PLAIN, sent("6401 2630 010203 aabb", 1, true)));
        // around a fragmentation unit
        assertEquals(
                List.of("2601aabb"), units(PLAIN, sent("6401 6200 93 aa", 1, false), sent("6401 6200 53 bb", 1, true)));
    }

    @Test
    void unitsOfTheApplicationsOwnTypesTravel() throws MalformedException {
        assertEquals(List.of("2601aa", "7c01bbcc"), units(PLAIN, sent("2601aa", 1, false), sent("7c01bbcc", 1, true)));
    }

    @Test
    void refusedPacketsCountAsLost() throws MalformedException {
        for (String bad : List.of(
                "26",
                "a601",
                "6201",
                "6401",
                "64016400",
                "640127f0",
                "60010002",
                "6001000302",
                "6001000160",
                "60010003600100",
                "6201b0aa",
                "6201b2aa",
                "640160000001")) {
            Depacketizer depacketizer = module.depacketizer(PLAIN);
            List<MediaFrame> got = new ArrayList<>();
            depacketizer.onPacket(NalWire.packet(sent("2601a0", 1, false), 0), 1, got::add);
            depacketizer.onPacket(NalWire.packet(sent("620193aa", 1, false), 1), 1, got::add);
            assertThrows(
                    MalformedException.class,
                    () -> depacketizer.onPacket(NalWire.packet(sent(bad, 1, false), 2), 1, got::add),
                    bad);
            depacketizer.onPacket(NalWire.packet(sent("620153bb", 1, true), 3), 1, got::add);
            depacketizer.onPacket(NalWire.packet(sent("0201a000", 2, true), 4), 2, got::add);
            depacketizer.flush(got::add);
            assertEquals(List.of("2601a0", "0201a000"), NalWire.units(got), bad);
            assertTrue(got.get(0).damaged());
            assertFalse(got.get(1).damaged());
        }
    }
}
