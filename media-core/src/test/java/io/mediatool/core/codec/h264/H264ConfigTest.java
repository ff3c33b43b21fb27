package io.mediatool.core.codec.h264;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SpropSets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class H264ConfigTest {
    /** What FFmpeg 5.1 wrote into avcC for x264: High; cropped; 4:2:2 10 bit interlaced with HRD and scaling; baseline; 4:4:4. */
    private static final String HIGH =
            "0164000bffe100186764000bacd982c4ec0440000003004000000c83c50a668001000768e978134b22c0fdf8f800";

    private static final String CROPPED =
            "0164000cffe1001c6764000cac7204430fe226c044000003000400000300c83c50a6118001000768e8438392c8b0fdf8f800";
    private static final String INTERLACED_422 =
            "017a0015ffe10024677a0015b6cd9430af3cd808800000030080000019301000f42000"
                    + "3d09498601f142996001000768fba3cb3002c0fefafa00";
    private static final String BASELINE =
            "0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20";
    private static final String HIGH_444 =
            "01f40015ffe1002067f40015918e40882833f1b81b50101014000003000400000300c83c58b6"
                    + "118001000768e8438f112110fff8f800";

    private final H264Module module = new H264Module();

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static SampleDescription entry(String type, byte[] avcC) {
        return new SampleDescription(type, "avcC", avcC, 640, 480, 0, 0, 0);
    }

    private DecoderConfig read(String avcC) throws MalformedException {
        return module.configOf(entry("avc1", hex(avcC)));
    }

    @ParameterizedTest
    @CsvSource({
        HIGH + ",176,144,2",
        CROPPED + ",178,102,2",
        INTERLACED_422 + ",180,150,2",
        BASELINE + ",320,180,0",
        HIGH_444 + ",320,180,2"
    })
    void ffmpegsRecordsSurviveReadingSdpAndWriting(String avcC, int width, int height, int reorder)
            throws MalformedException {
        DecoderConfig config = read(avcC);
        assertEquals(avcC, HexFormat.of().formatHex(config.record()));
        assertEquals(width, config.width());
        assertEquals(height, config.height());
        assertEquals(reorder, config.reorderDepth());
        RtpFormat format = module.formatOf(config, 96);
        assertEquals(
                avcC.substring(2, 8), format.parameter("profile-level-id", "").toLowerCase(Locale.ROOT));
        assertEquals(config, module.configOf(format), "written anew from SDP, byte for byte");
        SampleDescription written = module.sampleDescription(config);
        assertEquals("avc1", written.type());
        assertEquals(config, module.configOf(written));
    }

    @ParameterizedTest
    @CsvSource({HIGH, CROPPED, INTERLACED_422, BASELINE}) // it does not know profile 244
    void jcodecReadsTheSameSps(String avcC) throws MalformedException {
        byte[] nal = AvcRecord.parse(hex(avcC)).sps().get(0);
        SeqParameterSet theirs = SeqParameterSet.read(ByteBuffer.wrap(NalUnits.unescape(nal, 1, nal.length - 1)));
        H264Sps ours = H264Sps.parse(nal);
        assertEquals(theirs.profileIdc, ours.profileIdc());
        assertEquals(theirs.levelIdc, ours.levelIdc());
        assertEquals(theirs.bitDepthLumaMinus8 + 8, ours.bitDepthLuma());
        assertEquals(theirs.bitDepthChromaMinus8 + 8, ours.bitDepthChroma());
        assertEquals(theirs.vuiParams.bitstreamRestriction.numReorderFrames, ours.reorderDepth());
        assertTrue((theirs.picWidthInMbsMinus1 + 1) * 16 - ours.width() < 16);
    }

    /** An SPS of the given profile without VUI. */
    private static byte[] sps(int profile, int constraints, int level, int pocType, int widthMbs, int heightMbs) {
        BitWriter out = new BitWriter();
        out.bits(0x67, 8).bits(profile, 8).bits(constraints, 8).bits(level, 8);
        ue(out, 0);
        if (H264Sps.isHigh(profile)) {
            ue(out, 1);
            ue(out, 0);
            ue(out, 0);
            out.bits(0, 2);
        }
        ue(out, 0);
        ue(out, pocType);
        if (pocType == 0) {
            ue(out, 4);
        } else if (pocType == 1) {
            out.bits(0, 1);
            ue(out, 3);
            ue(out, 4);
            ue(out, 2);
            ue(out, 5);
            ue(out, 6);
        }
        ue(out, 4);
        out.bits(0, 1);
        ue(out, widthMbs - 1);
        ue(out, heightMbs - 1);
        out.bits(1, 1).bits(1, 1).bits(0, 1).bits(0, 1).bits(1, 1);
        return out.toByteArray();
    }

    private static void ue(BitWriter out, int value) {
        int bits = 32 - Integer.numberOfLeadingZeros(value + 1);
        out.bits(0, bits - 1).bits(value + 1, bits);
    }

    /** ITU-T H.264 table A-1, 120x68 macroblocks are 1080p. */
    @ParameterizedTest
    @CsvSource({
        "100,0,40,0,120,68,4",
        "100,0,41,1,80,45,9",
        "77,0,31,0,80,45,5",
        "77,0,51,0,40,30,16",
        "77,0x10,11,0,11,9,4",
        "77,0,11,0,11,9,9",
        "66,0,40,0,120,68,0",
        "77,0,40,2,120,68,0",
        "100,0x10,40,0,120,68,0",
        "44,0,40,0,120,68,0"
    })
    void reorderingIsBoundByTheLevelWhereTheStreamIsSilent(
            int profile, String constraints, int level, int pocType, int widthMbs, int heightMbs, int depth)
            throws MalformedException {
        byte[] nal = sps(profile, Integer.decode(constraints), level, pocType, widthMbs, heightMbs);
        H264Sps sps = H264Sps.parse(nal);
        assertEquals(depth, sps.reorderDepth());
        assertEquals(widthMbs * 16, sps.width());
        assertEquals(heightMbs * 16, sps.height());
    }

    @Test
    void aVuiThatBreaksOffIsSilent() throws MalformedException {
        byte[] nal = AvcRecord.parse(hex(HIGH)).sps().get(0);
        assertEquals(2, H264Sps.parse(nal).reorderDepth());
        assertEquals(9, H264Sps.parse(Arrays.copyOf(nal, nal.length - 3)).reorderDepth());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "!!!!", "AAAA", "Z0", "aOl4E0siwA==", ",,,", "=,=", "Z2QAC6zZ", "J0IAHg==,KM4G4g=="})
    void spropNonsenseIsIgnored(String value) {
        RtpFormat format = new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("sprop-parameter-sets", value));
        assertNull(module.configOf(format));
        assertNotNull(module.depacketizer(format));
    }

    @Test
    void spropOddSpellingsAreRead() throws MalformedException {
        AvcRecord record = AvcRecord.parse(hex(HIGH));
        String plain = SpropSets.encode(record.sets());
        String annexB = Base64.getEncoder().encodeToString(NalUnits.toAnnexB(NalUnits.join(record.sets())));
        for (String value : List.of(
                plain,
                plain.replace("=", ""),
                " " + plain.replace(",", " , ") + " ",
                "\"" + plain + "\"",
                plain + ",",
                "AAAA," + plain,
                annexB)) {
            RtpFormat format = new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("sprop-parameter-sets", value));
            DecoderConfig config = module.configOf(format);
            assertNotNull(config, value);
            assertArrayEquals(hex(HIGH), config.record(), value);
        }
    }

    @Test
    void recordsWithoutSetsAreAvc3WithTheSizeOfTheEntry() throws MalformedException {
        DecoderConfig config = module.configOf(entry("avc3", hex("0164001efce000")));
        assertEquals(640, config.width());
        assertEquals(480, config.height());
        assertEquals(6, config.reorderDepth());
        assertEquals("0164001effe000", HexFormat.of().formatHex(config.record()), "lengths of four bytes");
        assertEquals("avc3", module.sampleDescription(config).type());
        assertNull(module.formatOf(config, 96).parameters().get("sprop-parameter-sets"));
    }

    @Test
    void everyPrefixOfARecordIsRefusedOrRead() throws MalformedException {
        byte[] record = hex(HIGH);
        for (int length = 0; length < record.length - 4; length++) {
            byte[] prefix = Arrays.copyOf(record, length);
            assertThrows(MalformedException.class, () -> module.configOf(entry("avc1", prefix)), "length " + length);
        }
        assertNotNull(module.configOf(entry("avc1", Arrays.copyOf(record, record.length - 4))), "without the tail");
    }

    @Test
    void theActiveSpsGivesTheSize() throws MalformedException {
        var sets = new ParameterSets();
        H264Syntax syntax = new H264Syntax();
        SpropSets.putAll(AvcRecord.parse(hex(HIGH)).sets(), syntax, sets);
        BitWriter one = new BitWriter();
        one.bits(0x67, 8).bits(66, 8).bits(0, 8).bits(30, 8);
        ue(one, 1);
        ue(one, 0);
        ue(one, 2);
        ue(one, 1);
        one.bits(0, 1);
        ue(one, 19);
        ue(one, 14);
        one.bits(1, 1).bits(1, 1).bits(0, 1).bits(0, 1).bits(1, 1);
        BitWriter pps = new BitWriter();
        pps.bits(0x68, 8);
        ue(pps, 5);
        ue(pps, 1);
        pps.bits(1, 1);
        SpropSets.putAll(List.of(one.toByteArray(), pps.toByteArray()), syntax, sets);
        DecoderConfig zero = syntax.config(sets, 0);
        DecoderConfig five = syntax.config(sets, 5);
        assertNotNull(zero);
        assertNotNull(five);
        assertEquals("176x144", zero.width() + "x" + zero.height());
        assertEquals("320x240", five.width() + "x" + five.height());
        assertArrayEquals(zero.record(), five.record(), "both hold all sets");
        assertEquals(2, AvcRecord.parse(five.record()).sps().size());
        assertTrue(module.readsSampleEntry("avc3") && !module.readsSampleEntry("hvc1"));
    }
}
