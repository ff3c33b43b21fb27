package io.mediatool.core.codec.h265;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.NalWire;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class H265ConfigTest {
    /** What FFmpeg 5.1 wrote into hvcC for x265: Main 10, 1920x1080, ultrafast. */
    private static final String MAIN_10 = "01022000000090000000000078f000fcfdfafa00000f03"
            + "a00001001840010c01ffff022000000300900000030000030078959409"
            + "a10001002d420101022000000300900000030000030078a003c0801107cad965654a4c2f016808000003000800000300c840"
            + "a2000100064401c073c189";

    /** The same for Main, 178x102 cropped; the declared SEI with x265's options cut off. */
    private static final String CROPPED = "0101600000009000000000001ef000fcfdf8f800000f03"
            + "a00001001840010c01ffff01600000030090000003000003001e959809"
            + "a10001002b42010101600000030090000003000003001ea0172069c9596566924caf016808000003000800000300c840"
            + "a2000100074401c172b46240";

    private final H265Module module = new H265Module();

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static SampleDescription entry(byte[] hvcC) {
        return new SampleDescription("hvc1", "hvcC", hvcC, 640, 480, 0, 0, 0);
    }

    @Test
    void ffmpegsRecordsSurviveReadingSdpAndWriting() throws MalformedException {
        for (String hvcC : List.of(MAIN_10, CROPPED)) {
            DecoderConfig config = module.configOf(entry(hex(hvcC)));
            assertArrayEquals(hex(hvcC), config.record());
            RtpFormat format = module.formatOf(config, 98);
            DecoderConfig fromSdp = module.configOf(format);
            assertNotNull(fromSdp);
            assertEquals(hvcC, HexFormat.of().formatHex(fromSdp.record()), "written anew, byte for byte");
            assertEquals(config, fromSdp);
            assertEquals("hvc1", module.sampleDescription(config).type());
            assertEquals(config, module.configOf(module.sampleDescription(config)));
        }
    }

    @Test
    void sizesDepthsAndFormat() throws MalformedException {
        DecoderConfig main10 = module.configOf(entry(hex(MAIN_10)));
        assertEquals("1920x1080", main10.width() + "x" + main10.height());
        assertEquals(2, main10.reorderDepth());
        DecoderConfig cropped = module.configOf(entry(hex(CROPPED)));
        assertEquals("178x102", cropped.width() + "x" + cropped.height());
        RtpFormat format = module.formatOf(main10, 98);
        assertEquals("2", format.parameter("profile-id", ""));
        assertEquals("0", format.parameter("tier-flag", ""));
        assertEquals("120", format.parameter("level-id", ""));
    }

    @Test
    void declaredSeiIsSentUnlessItIsUserData() throws MalformedException {
        byte[] record = hex(MAIN_10.substring(0, 44) + "05" + MAIN_10.substring(46)
                + "a70001" + "0006" + "4e0105010080" // prefix SEI, user data unregistered
                + "a70001" + "0006" + "4e0189010080"); // mastering display colour volume
        DecoderConfig config = module.configOf(entry(record));
        byte[] sample = NalUnits.join(List.of(hex("2601aabb")));
        var sent = NalWire.send(
                module.packetizer(RtpFormat.of(Codec.H265, 98), 1188),
                List.of(new MediaFrame(sample, 0, 0, true, config, false)));
        String first = HexFormat.of().formatHex(sent.get(0).payload());
        assertEquals(true, first.endsWith("0006" + "4e0189010080"));
        assertEquals(-1, first.indexOf("4e0105"));
    }

    @Test
    void spropNonsenseIsIgnored() {
        for (String value : List.of("", "!!", "AAAA", ",,", "QgEB", "RAHA", "Z2QAC6zZ")) {
            RtpFormat format = new RtpFormat(
                    Codec.H265,
                    98,
                    "H265",
                    90_000,
                    1,
                    Map.of("sprop-sps", value, "sprop-pps", value, "sprop-vps", value));
            assertNull(module.configOf(format), value);
            assertNotNull(module.depacketizer(format));
        }
        for (String value : List.of("", "x", "-1", "0", "99999999999999")) {
            assertNotNull(module.depacketizer(
                    new RtpFormat(Codec.H265, 98, "H265", 90_000, 1, Map.of("sprop-max-don-diff", value))));
        }
    }

    @Test
    void recordsWithoutSetsAreHev1WithTheSizeOfTheEntry() throws MalformedException {
        byte[] record = Arrays.copyOf(hex(MAIN_10), 23);
        record[22] = 0;
        record[21] &= ~3;
        DecoderConfig config = module.configOf(entry(record));
        assertEquals("640x480", config.width() + "x" + config.height());
        assertEquals(0x0f, config.record()[21], "lengths of four bytes");
        assertEquals("hev1", module.sampleDescription(config).type());
    }

    @Test
    void everyPrefixOfARecordIsRefused() {
        byte[] record = hex(MAIN_10);
        for (int length = 0; length < record.length; length++) {
            byte[] prefix = Arrays.copyOf(record, length);
            assertThrows(MalformedException.class, () -> module.configOf(entry(prefix)), "length " + length);
        }
    }

    /** Sub-layer flags and parts stand between the general level and the id; two layers, the first with both parts. */
    @Test
    void subLayersArePassedOver() throws MalformedException {
        byte[] plain = NalUnits.split(NalUnits.fromAnnexB(NalFixtures.x265())).get(1);
        byte[] payload = NalUnits.unescape(plain, 2, plain.length - 2);
        var out = new BitWriter();
        out.bits(0x4201, 16).bits(0, 4).bits(1, 3).bits(1, 1);
        for (int i = 1; i < 13; i++) {
            out.bits(payload[i], 8);
        }
        out.bits(0b11, 2).bits(0, 14);
        for (int i = 0; i < 11; i++) {
            out.bits(0x5a, 8);
        }
        out.bits(60, 8);
        for (int i = 13; i < payload.length; i++) {
            out.bits(payload[i], 8);
        }
        H265Sps one = H265Sps.parse(plain);
        H265Sps two = H265Sps.parse(out.toByteArray());
        assertEquals(1, one.temporalLayers());
        assertEquals(2, two.temporalLayers());
        assertEquals("176x144", two.width() + "x" + two.height());
        assertEquals(one.id(), two.id());
    }
}
