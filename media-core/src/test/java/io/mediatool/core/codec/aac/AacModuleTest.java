package io.mediatool.core.codec.aac;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecContract;
import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.CodecStreams.Payload;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AacModuleTest {
    // The payload of esds in the file that ffmpeg wrote of the same stream.
    private static final String FFMPEG_ESDS =
            "0000000003808080250001000480808017401500000000007d00000077ba0580808005119056e500068080800102";

    private final AacModule module = new AacModule();
    private final DecoderConfig config =
            DecoderConfig.audio(Codec.AAC, HexFormat.of().parseHex("119056e500"), 48_000, 2);
    private final RtpFormat format = module.formatOf(config, 97);
    private final List<MediaFrame> frames = CodecStreams.frames("aac.txt", 1024, 1024, config);

    @Test
    void packetsOfRealFramesGiveTheFramesBack() throws MalformedException {
        CodecContract.identity(module, format, frames);
    }

    @Test
    void everyPrefixIsTakenOrRefused() throws MalformedException {
        CodecContract.prefixes(() -> module.depacketizer(format), payloads(100));
    }

    @Test
    void oneLostPacketCostsOneFrame() throws MalformedException {
        CodecContract.losses(() -> module.depacketizer(format), payloads(100));
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(100), 3640);
    }

    @Test
    void configurationOfFfmpegsFileIsRead() throws MalformedException {
        byte[] esds = HexFormat.of().parseHex(FFMPEG_ESDS);
        SampleDescription entry = new SampleDescription("mp4a", "esds", esds, 0, 0, 48_000, 2, 16);
        assertEquals(config, module.configOf(entry));
        assertEquals(config, module.configOf(module.sampleDescription(config)));
    }

    @Test
    void ownEsdsHasFfmpegsShape() {
        // As ffmpeg's, but for the ES_ID and the bit rates, which are not known before the file ends.
        assertEquals(
                FFMPEG_ESDS.replace("250001", "250000").replace("00007d00000077ba", "0000000000000000"),
                HexFormat.of().formatHex(module.sampleDescription(config).config()));
    }

    @Test
    void formatReadsBackAsTheConfiguration() {
        assertEquals("119056e500", format.parameter("config", ""));
        assertEquals("AAC-hbr", format.parameter("mode", ""));
        assertEquals(config, module.configOf(format));
    }

    @Test
    void describedWithoutConfigIsLowComplexity() {
        RtpFormat bare = new RtpFormat(Codec.AAC, 97, "mpeg4-generic", 44_100, 2, Map.of());
        DecoderConfig guessed = module.configOf(bare);
        assertNotNull(guessed);
        assertEquals("1210", HexFormat.of().formatHex(guessed.record()));
    }

    @Test
    void badConfigIsIgnored() {
        RtpFormat bad = new RtpFormat(Codec.AAC, 97, "mpeg4-generic", 44_100, 2, Map.of("config", "ffff"));
        assertNull(module.configOf(bad));
        module.depacketizer(bad);
    }

    /** RFC 3640 §3.3.6: several AUs in one packet, the times of the later ones counted from the first. */
    @Test
    void severalAccessUnitsInOnePacket() throws MalformedException {
        Payload payload = CodecStreams.payload("0030 0010 0008 0018 aabb cc ddeeff", true, 5_000);
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), List.of(payload));
        assertEquals(3, got.size());
        assertArrayEquals(new byte[] {(byte) 0xcc}, got.get(1).data());
        assertEquals(5_000 + 2 * 1024, got.get(2).timestamp());
        assertEquals(1024, got.get(2).duration());
    }

    /** RFC 3640 §3.3.5: AAC-lbr has headers of one octet. */
    @Test
    void lowBitRateMode() throws MalformedException {
        RtpFormat lbr =
                new RtpFormat(Codec.AAC, 97, "mpeg4-generic", 48_000, 2, Map.of("mode", "AAC-lbr", "config", "1190"));
        Payload payload = CodecStreams.payload("0010 08 04 aabb cc", true, 0);
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(lbr), List.of(payload));
        assertEquals(2, got.size());
        assertArrayEquals(new byte[] {(byte) 0xcc}, got.get(1).data());
    }

    /** RFC 3640 §3.2.3.2: packets of AUs 0 3 6, 1 4 7, 2 5 8, then 9 12 15. */
    @Test
    void interleavedUnitsComeOutInOrder() throws MalformedException {
        RtpFormat lbr =
                new RtpFormat(Codec.AAC, 97, "mpeg4-generic", 48_000, 2, Map.of("mode", "AAC-lbr", "config", "1190"));
        List<Payload> payloads = List.of(
                CodecStreams.payload("0018 04 06 06 00 03 06", true, 0),
                CodecStreams.payload("0018 04 06 06 01 04 07", true, 1024),
                CodecStreams.payload("0018 04 06 06 02 05 08", true, 2048),
                CodecStreams.payload("0018 04 06 06 09 0c 0f", true, 9 * 1024));
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(lbr), payloads);
        assertEquals(12, got.size());
        for (int i = 0; i < 10; i++) {
            assertEquals(i, got.get(i).data()[0]);
            assertEquals(i * 1024L, got.get(i).timestamp());
        }
    }

    @Test
    void otherHeaderFieldsAreReadOver() throws MalformedException {
        Map<String, String> parameters = Map.of(
                "sizelength",
                "13",
                "indexlength",
                "3",
                "indexdeltalength",
                "3",
                "ctsdeltalength",
                "7",
                "dtsdeltalength",
                "6",
                "randomaccessindication",
                "1",
                "streamstateindication",
                "2",
                "auxiliarydatasizelength",
                "8",
                "config",
                "1190");
        RtpFormat generic = new RtpFormat(Codec.AAC, 97, "mpeg4-generic", 48_000, 2, parameters);
        // size 2, index 0; no CTS; DTS-flag with 6 bits; RAP; state: 27 bits; 5 bits of auxiliary data
        Payload payload = CodecStreams.payload("001b 0010 7f80 05f8 aabb", true, 0);
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(generic), List.of(payload));
        assertEquals(1, got.size());
        assertEquals("aabb", HexFormat.of().formatHex(got.get(0).data()));
    }

    @Test
    void unitLargerThanItsPacketsIsNotInvented() throws MalformedException {
        List<Payload> payloads = List.of(
                CodecStreams.payload("0010 0050 0102030405", false, 0),
                CodecStreams.payload("0010 0050 060708090a", true, 0));
        assertEquals(
                1, CodecStreams.frames(module.depacketizer(format), payloads).size());
        assertTrue(CodecStreams.frames(module.depacketizer(format), payloads, 0).isEmpty());
        assertTrue(CodecStreams.frames(module.depacketizer(format), payloads, 1).isEmpty());
    }

    @Test
    void refusesAnAccessUnitThatTheHeaderCannotSay() {
        MediaFrame large = new MediaFrame(new byte[8192], 0, 1024, true, config, false);
        assertThrows(
                MalformedException.class, () -> CodecStreams.payloads(module.packetizer(format, 1200), List.of(large)));
    }

    @Test
    void refusesEsdsOfAnotherCodecAndEveryTruncation() {
        byte[] mp3 = HexFormat.of().parseHex(FFMPEG_ESDS.replace("174015", "176b15"));
        assertThrows(MalformedException.class, () -> Esds.specificConfig(mp3));
        byte[] whole = HexFormat.of().parseHex(FFMPEG_ESDS);
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            assertThrows(MalformedException.class, () -> Esds.specificConfig(prefix));
        }
    }

    private List<Payload> payloads(int max) throws MalformedException {
        return CodecStreams.payloads(module.packetizer(format, max), frames);
    }
}
