package io.mediatool.core.codec.h264;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

final class H264RtpTest {
    private static final RtpFormat MODE_0 = RtpFormat.of(Codec.H264, 96);
    private static final RtpFormat MODE_1 =
            new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("packetization-mode", "1"));
    private final H264Module module = new H264Module();

    private static List<List<byte[]>> accessUnits() throws MalformedException {
        return NalWire.accessUnits(new H264Syntax(), NalFixtures.x264());
    }

    /** The fixture's frames, as a simple sender's packets give them. */
    private List<MediaFrame> frames() throws MalformedException {
        return NalWire.receive(module.depacketizer(MODE_0), NalWire.singles(accessUnits()), i -> false);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static Sent sent(String payload, long timestamp, boolean marker) {
        return new Sent(hex(payload), timestamp, marker);
    }

    /** Types 7 and 8 leave the samples; everything else stays, in order. */
    private static List<String> withoutSets(List<List<byte[]>> accessUnits) {
        return accessUnits.stream()
                .flatMap(List::stream)
                .filter(nal -> H264Nal.type(nal[0]) != 7 && H264Nal.type(nal[0]) != 8)
                .map(HexFormat.of()::formatHex)
                .toList();
    }

    @Test
    void realStreamBecomesFramesWithOneConfiguration() throws MalformedException {
        List<MediaFrame> frames = frames();
        assertEquals(13, frames.size());
        assertEquals(withoutSets(accessUnits()), NalWire.units(frames));
        DecoderConfig config = frames.get(0).config();
        assertNotNull(config);
        assertEquals(176, config.width());
        assertEquals(144, config.height());
        assertEquals(2, config.reorderDepth());
        for (int i = 0; i < 13; i++) {
            assertEquals(i % 12 == 0, frames.get(i).keyFrame(), "frame " + i);
            assertEquals(3600L * i, frames.get(i).timestamp());
            assertSame(config, frames.get(i).config(), "repeated sets are no change");
            assertFalse(frames.get(i).damaged());
        }
    }

    @Test
    void packetizeThenDepacketizeIsIdentityAtEveryPayloadSize() throws MalformedException {
        List<MediaFrame> frames = frames();
        for (RtpFormat format : List.of(MODE_0, MODE_1)) {
            for (int max = 64; max < 700; max++) {
                List<Sent> sent = NalWire.send(module.packetizer(format, max), frames);
                int limit = max;
                assertTrue(sent.stream().allMatch(s -> s.payload().length <= limit));
                assertEquals(13, sent.stream().filter(Sent::marker).count());
                assertSameFrames(frames, NalWire.receive(module.depacketizer(format), sent, i -> false));
            }
        }
    }

    @Test
    void everyNalSizeAroundTheLimitSurvives() throws MalformedException {
        Random random = new Random(264);
        for (int max : new int[] {64, 100, 1188}) {
            for (int size = 1; size < 3 * max + 5; size += size > max + 40 && size < 2 * max - 20 ? 7 : 1) {
                byte[] nal = new byte[size];
                random.nextBytes(nal);
                nal[0] = 0x65;
                MediaFrame frame = new MediaFrame(NalUnits.join(List.of(nal, nal)), 5, 0, true, null, false);
                List<Sent> sent = NalWire.send(module.packetizer(MODE_1, max), List.of(frame));
                assertEquals(size <= max ? 2 : 2 * ((size - 1 + max - 3) / (max - 2)), sent.size());
                List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_1), sent, i -> false);
                assertEquals(NalWire.units(List.of(frame)), NalWire.units(got));
            }
        }
    }

    private static void assertSameFrames(List<MediaFrame> expected, List<MediaFrame> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).data(), actual.get(i).data());
            assertEquals(expected.get(i).timestamp(), actual.get(i).timestamp());
            assertEquals(expected.get(i).keyFrame(), actual.get(i).keyFrame());
            assertEquals(expected.get(i).config(), actual.get(i).config());
            assertEquals(expected.get(i).damaged(), actual.get(i).damaged());
        }
    }

    @Test
    void parameterSetsGoBeforeKeyFramesInOneStapABehindTheDelimiter() throws MalformedException {
        DecoderConfig config = frames().get(0).config();
        byte[] sample = NalUnits.join(List.of(hex("09f0"), hex("65b8000455")));
        MediaFrame key = new MediaFrame(sample, 1, 0, true, config, false);
        List<Sent> sent = NalWire.send(module.packetizer(MODE_1, 1188), List.of(key));
        assertEquals(2, sent.size());
        assertEquals(
                "78" + "000209f0" + "00186764000bacd982c4ec0440000003004000000c83c50a6680" + "000768e978134b22c0",
                HexFormat.of().formatHex(sent.get(0).payload()));
        // a sample with sets of its own goes as it is
        byte[] full = NalUnits.join(List.of(hex("6742c00c"), hex("68ce"), hex("65b80004")));
        sent = NalWire.send(module.packetizer(MODE_1, 1188), List.of(new MediaFrame(full, 1, 0, true, config, false)));
        assertEquals(
                "78" + "00046742c00c" + "000268ce",
                HexFormat.of().formatHex(sent.get(0).payload()));
        // and so does a frame that is no key frame, once the sets are known
        MediaFrame delta = new MediaFrame(NalUnits.join(List.of(hex("419a"))), 2, 0, false, config, false);
        assertEquals(
                3,
                NalWire.send(module.packetizer(MODE_1, 1188), List.of(key, delta))
                        .size());
    }

    @Test
    void lossAtEveryPacketLeavesEveryOtherFrameWhole() throws MalformedException {
        List<MediaFrame> frames = frames();
        List<Sent> sent = NalWire.send(module.packetizer(MODE_1, 100), frames);
        for (int lost = 0; lost < sent.size(); lost++) {
            int hole = lost;
            long at = sent.get(lost).timestamp();
            List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_1), sent, i -> i == hole);
            for (MediaFrame frame : got) {
                MediaFrame original = frames.get((int) (frame.timestamp() / 3600));
                if (frame.timestamp() != at) {
                    assertArrayEquals(original.data(), frame.data(), "lost " + lost);
                    assertFalse(frame.damaged(), "lost " + lost + " at " + frame.timestamp());
                } else {
                    // whole slices remain, in order, or everything when only sets were lost
                    List<String> left = NalWire.units(List.of(frame));
                    assertTrue(NalWire.units(List.of(original)).containsAll(left));
                    assertTrue(frame.damaged() || Arrays.equals(original.data(), frame.data()), "lost " + lost);
                }
            }
            assertTrue(got.size() >= frames.size() - 1, "lost " + lost);
        }
    }

    @Test
    void lossOfSeveralPacketsNeverJoinsPiecesOfDifferentUnits() throws MalformedException {
        List<MediaFrame> frames = frames();
        List<String> units = NalWire.units(frames);
        List<Sent> sent = NalWire.send(module.packetizer(MODE_1, 64), frames);
        for (int from = 0; from < sent.size(); from++) {
            for (int length = 2; length < 40; length++) {
                int first = from;
                int end = from + length;
                List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_1), sent, i -> i >= first && i < end);
                assertTrue(units.containsAll(NalWire.units(got)), from + "+" + length);
            }
        }
    }

    @Test
    void sendersWithoutMarkers() throws MalformedException {
        List<Sent> sent = NalWire.singles(accessUnits()).stream()
                .map(s -> s.withMarker(false))
                .toList();
        assertSameFrames(frames(), NalWire.receive(module.depacketizer(MODE_0), sent, i -> false));
    }

    @Test
    void sendersWithTheMarkerOnEveryPacket() throws MalformedException {
        List<Sent> sent = NalWire.singles(accessUnits()).stream()
                .map(s -> s.withMarker(true))
                .toList();
        assertSameFrames(frames(), NalWire.receive(module.depacketizer(MODE_0), sent, i -> false));
    }

    @Test
    void honestMarkersDeliverAtOnceAfterAWhile() throws MalformedException {
        Depacketizer depacketizer = module.depacketizer(MODE_0);
        List<MediaFrame> got = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            depacketizer.onPacket(NalWire.packet(sent("419a0100", i, true), i), i, got::add);
            assertEquals(i < 4 ? i : i + 1, got.size(), "packet " + i);
        }
        // the marker turns out to lie: the rest is a frame too, and from then on the timestamp decides
        depacketizer.onPacket(NalWire.packet(sent("41060102", 9, true), 10), 9, got::add);
        depacketizer.onPacket(NalWire.packet(sent("419a0100", 10, true), 11), 10, got::add);
        depacketizer.onPacket(NalWire.packet(sent("41060102", 10, true), 12), 10, got::add);
        depacketizer.flush(got::add);
        assertEquals(12, got.size());
        assertEquals(List.of("41060102", "419a0100", "41060102"), NalWire.units(got.subList(10, 12)));
    }

    /** FFmpeg without timestamps in its input (a raw .h264 file) sends one for all. */
    @Test
    void oneTimestampForAllStillGivesOneFrameAPicture() throws MalformedException {
        List<MediaFrame> expected = frames();
        for (int markers = 0; markers < 2; markers++) {
            boolean keep = markers == 1;
            List<Sent> sent = NalWire.singles(accessUnits()).stream()
                    .map(s -> new Sent(s.payload(), 7, keep && s.marker()))
                    .toList();
            List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
            assertEquals(13, got.size());
            for (int i = 0; i < 13; i++) {
                assertArrayEquals(expected.get(i).data(), got.get(i).data());
                assertEquals(expected.get(i).keyFrame(), got.get(i).keyFrame());
                assertEquals(expected.get(i).config(), got.get(i).config());
                assertFalse(got.get(i).damaged());
            }
        }
    }

    @Test
    void unitsBeforeASliceGoWithItAndTrailingOnesWithTheSliceBefore() throws MalformedException {
        List<List<byte[]>> units = accessUnits();
        List<Sent> sent = new ArrayList<>(NalWire.singles(units.subList(0, 1)));
        String[] more = {"0cff80", "09f0", "0605020102 80", "419a00", "0a"};
        for (String unit : more) {
            sent.add(sent(unit, 0, false));
        }
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(2, got.size());
        assertEquals("0cff80", NalWire.units(got.subList(0, 1)).get(2));
        assertEquals(List.of("09f0", "060502010280", "419a00", "0a"), NalWire.units(got.subList(1, 2)));
    }

    @Test
    void fieldsOfOneTimestampAreOneFrame() throws MalformedException {
        Sent sps = sent("677a0015b6cd9430af3cd808800000030080000019301000f420003d09498601f14299", 0, false);
        Sent pps = sent("68fba3cb3002c0", 0, false);
        List<Sent> sent = new ArrayList<>(List.of(sps, pps));
        for (int frame = 0; frame < 8; frame++) {
            sent.add(sent("65b800", frame, true));
            sent.add(sent("419a00", frame, true));
        }
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(8, got.size());
        assertEquals(List.of("65b800", "419a00"), NalWire.units(got.subList(7, 8)));
    }

    @Test
    void unitsWithoutSlicesBeginTheNextFrame() throws MalformedException {
        List<List<byte[]>> units = accessUnits();
        List<Sent> sent = new ArrayList<>();
        sent.add(new Sent(units.get(0).get(0), 1, true)); // SPS and PPS at times of their own, each with a marker
        sent.add(new Sent(units.get(0).get(1), 2, true));
        sent.add(sent("0605020102 80", 3, true));
        sent.add(new Sent(units.get(0).get(2), 4, true));
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(1, got.size());
        assertNotNull(got.get(0).config());
        assertEquals(4, got.get(0).timestamp());
        assertEquals("060502010280", NalWire.units(got).get(0));
    }

    @Test
    void changedSetsAreANewConfigurationFromTheirFrameOn() throws MalformedException {
        byte[] sps = hex("6742c00cd901419f9f011000000300100000030320f142a480"); // 320x180 baseline
        byte[] pps = hex("68cb83cb20");
        List<List<byte[]>> units = accessUnits();
        List<Sent> sent = new ArrayList<>(NalWire.singles(units.subList(0, 3)));
        sent.add(new Sent(sps, 2 * 3600, true)); // behind the slices of the third frame: of the fourth
        sent.add(new Sent(pps, 3 * 3600, false));
        sent.add(sent("65b800", 3 * 3600, true));
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(4, got.size());
        assertSame(got.get(0).config(), got.get(2).config());
        DecoderConfig config = got.get(3).config();
        assertNotNull(config);
        assertEquals(320, config.width());
        assertEquals(180, config.height());
        assertEquals(0, config.reorderDepth());
        assertEquals(List.of("65b800"), NalWire.units(got.subList(3, 4)));
    }

    @Test
    void setsThatCannotBeReadStayInTheSample() throws MalformedException {
        List<Sent> sent = List.of(sent("67ff", 0, false), sent("68", 0, false), sent("65b800", 0, true));
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(List.of("67ff", "68", "65b800"), NalWire.units(got));
        assertNull(got.get(0).config());
        assertTrue(got.get(0).keyFrame());
    }

    @Test
    void streamsWithoutIdrStartAtRecoveryPointsOrIntraPictures() throws MalformedException {
        List<Sent> sent = List.of(
                sent("419a00", 0, true), // P: 1 00110 1…
                sent("0606018480", 1, false),
                sent("419a00", 1, true),
                sent("41888000", 2, true), // I (slice type 7): 1 0001000 1
                sent("65888000", 3, true),
                sent("0606018480", 4, false),
                sent("419a00", 4, true));
        List<Boolean> keys = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false).stream()
                .map(MediaFrame::keyFrame)
                .toList();
        assertEquals(List.of(false, true, true, true, false), keys);
    }

    @Test
    void annexBInsideAPacketIsTakenApart() throws MalformedException {
        List<Sent> sent = List.of(sent("00000001 09f0 000001 65b80004", 0, true));
        List<MediaFrame> got = NalWire.receive(module.depacketizer(MODE_0), sent, i -> false);
        assertEquals(List.of("09f0", "65b80004"), NalWire.units(got));
    }

    @Test
    void fragmentStartAndEndInOnePacketIsAUnit() throws MalformedException {
        List<MediaFrame> got =
                NalWire.receive(module.depacketizer(MODE_1), List.of(sent("7cc5b80004", 0, true)), i -> false);
        assertEquals(List.of("65b80004"), NalWire.units(got));
    }

    @Test
    void refusedPacketsCountAsLost() throws MalformedException {
        for (String bad : List.of(
                "80",
                "e5b8",
                "00",
                "19",
                "1a0000",
                "1b",
                "1d85",
                "1e",
                "1f",
                "1c",
                "1c9c00",
                "780001",
                "78000165 00ff 41",
                "7800021c85")) {
            Depacketizer depacketizer = module.depacketizer(MODE_1);
            List<MediaFrame> got = new ArrayList<>();
            depacketizer.onPacket(NalWire.packet(sent("65b80004", 1, false), 0), 1, got::add);
            depacketizer.onPacket(NalWire.packet(sent("7c85aa", 1, false), 1), 1, got::add);
            assertThrows(
                    MalformedException.class,
                    () -> depacketizer.onPacket(NalWire.packet(sent(bad, 1, false), 2), 1, got::add),
                    bad);
            depacketizer.onPacket(NalWire.packet(sent("7c45bb", 1, true), 3), 1, got::add);
            depacketizer.onPacket(NalWire.packet(sent("419a00", 2, true), 4), 2, got::add);
            depacketizer.flush(got::add);
            assertEquals(List.of("65b80004", "419a00"), NalWire.units(got), bad);
            assertTrue(got.get(0).damaged());
            assertFalse(got.get(1).damaged());
        }
    }

    @Test
    void anEndlessAccessUnitIsBounded() throws MalformedException {
        Depacketizer depacketizer = module.depacketizer(MODE_1);
        List<MediaFrame> got = new ArrayList<>();
        byte[] piece = new byte[60_000];
        piece[0] = 0x65;
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            try {
                depacketizer.onPacket(NalWire.packet(new Sent(piece, 7, false), i), 7, got::add);
            } catch (MalformedException e) {
                refused++;
            }
        }
        depacketizer.flush(got::add);
        assertEquals(1, got.size());
        assertTrue(refused > 100);
        assertTrue(got.get(0).damaged());
        assertTrue(got.get(0).data().length <= 16 << 20);
        for (int i = 0; i < 5000; i++) {
            try {
                depacketizer.onPacket(NalWire.packet(sent("41", 8, false), i), 8, got::add);
            } catch (MalformedException e) {
                refused++;
            }
        }
        depacketizer.flush(got::add);
        assertEquals(NalUnits.MAX_PER_SAMPLE, NalUnits.split(got.get(1).data()).size());
    }
}
