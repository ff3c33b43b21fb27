package io.mediatool.core.codec.av1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class Av1ModuleTest {
    // The payload of av1C in the file that ffmpeg wrote of the same stream.
    private static final String FFMPEG_AV1C = "81000c000a0a00000002aff79b5f2008";
    private static final String SEQUENCE = "08 00000002aff79b5f2008"; // an OBU without size

    private final Av1Module module = new Av1Module();
    private final RtpFormat format = RtpFormat.of(Codec.AV1, 96);
    private final List<MediaFrame> frames = CodecStreams.frames("av1.txt", 9_000, 0, null);

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
        CodecContract.losses(() -> module.depacketizer(format), payloads(64), false);
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(100), 1);
    }

    @Test
    void configurationIsWhatFfmpegWrites() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads(1200));
        DecoderConfig config = got.get(0).config();
        assertNotNull(config);
        got.forEach(frame -> assertSame(config, frame.config()));
        SampleDescription entry = module.sampleDescription(config);
        assertEquals("av01", entry.type());
        assertEquals("av1C", entry.configType());
        assertEquals(FFMPEG_AV1C, HexFormat.of().formatHex(entry.config()));
        assertEquals(64, config.width());
        assertEquals(48, config.height());
        assertEquals(config, module.configOf(entry));
        assertEquals("0", module.formatOf(config, 97).parameter("level-idx", ""));
    }

    @Test
    void sequenceHeaderIsPutBeforeAKeyFrameThatLacksIt() throws MalformedException {
        byte[] record = HexFormat.of().parseHex(FFMPEG_AV1C);
        DecoderConfig config = DecoderConfig.video(Codec.AV1, record, 64, 48, 0);
        byte[] sample = HexFormat.of().parseHex("3203 10aabb".replace(" ", "")); // a shown key frame of three bytes
        List<Payload> payloads = CodecStreams.payloads(
                module.packetizer(format, 1200), List.of(new MediaFrame(sample, 7, 0, true, config, false)));
        assertEquals(1, payloads.size());
        // W = 2, N; the first element with its length 11, the second without
        assertEquals(
                "28 0b".replace(" ", "") + SEQUENCE.replace(" ", "") + "3010aabb",
                HexFormat.of().formatHex(payloads.get(0).data()));
        MediaFrame got =
                CodecStreams.frames(module.depacketizer(format), payloads).get(0);
        assertTrue(got.keyFrame());
        assertEquals(config, got.config());
        assertEquals("0a0a00000002aff79b5f20083203" + "10aabb", HexFormat.of().formatHex(got.data()));
    }

    @Test
    void temporalDelimitersPaddingAndTileListsAreDropped() throws MalformedException {
        // W = 0: every element with its length; delimiter, sequence header, frame, padding, tile list
        MediaFrame got = only(
                "08" + element("10") + element(SEQUENCE) + element("30 10aabb") + element("78 00") + element("40 00"));
        assertNotNull(got);
        assertEquals("0a0a00000002aff79b5f2008320310aabb", HexFormat.of().formatHex(got.data()));
        assertTrue(got.keyFrame());
    }

    @Test
    void elementsMayCarryTheirSize() throws MalformedException {
        MediaFrame got = only("18" + "32 03 10aabb");
        assertNotNull(got);
        assertEquals("320310aabb", HexFormat.of().formatHex(got.data()));
        assertFalse(got.keyFrame(), "a key frame without sequence header is no place to start");
        assertThrows(MalformedException.class, () -> only("18" + "32 02 10aabb"));
    }

    /** The shape of the example in AOM RTP §4.4: OBU fragments over three packets, Y and Z telling so. */
    @Test
    void fragmentsOverThreePackets() throws MalformedException {
        List<Payload> payloads = List.of(
                CodecStreams.payload("68" + element(SEQUENCE) + "30 10", false, 1),
                CodecStreams.payload("d0" + "aa", false, 1),
                CodecStreams.payload("90" + "bb", true, 1));
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads);
        assertEquals(1, got.size());
        assertEquals(
                "0a0a00000002aff79b5f2008320310aabb",
                HexFormat.of().formatHex(got.get(0).data()));
        assertTrue(got.get(0).keyFrame());
    }

    @Test
    void wholeFramesOfADamagedUnitAreKept() throws MalformedException {
        List<Payload> payloads = List.of(
                CodecStreams.payload("20" + element("30 30aabb") + "30 30ccdd", false, 1),
                CodecStreams.payload("10" + "30 30eeff", true, 1),
                CodecStreams.payload("10" + "30 30eeff", true, 2));
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads, 1);
        assertEquals(2, got.size());
        assertTrue(got.get(0).damaged());
        assertEquals("320330aabb320330ccdd", HexFormat.of().formatHex(got.get(0).data()));
        assertFalse(got.get(1).damaged());
    }

    @Test
    void moreThanThreeObusGoWithLengths() throws MalformedException {
        byte[] sample = HexFormat.of().parseHex("320130" + "320130" + "320130" + "320130");
        List<MediaFrame> many = List.of(new MediaFrame(sample, 1, 0, false, null, false));
        List<Payload> payloads = CodecStreams.payloads(module.packetizer(format, 64), many);
        assertEquals(
                "0002303002303002303002" + "3030",
                HexFormat.of().formatHex(payloads.get(0).data()));
        CodecContract.identity(module, format, many);
    }

    private MediaFrame only(String hex) throws MalformedException {
        List<MediaFrame> got = new ArrayList<>();
        Payload payload = CodecStreams.payload(hex, true, 1);
        module.depacketizer(format).onPacket(payload.packet(0), 1, got::add);
        return got.isEmpty() ? null : got.get(0);
    }

    private static String element(String hex) {
        String digits = hex.replace(" ", "");
        return String.format("%02x", digits.length() / 2) + digits;
    }

    private List<Payload> payloads(int max) throws MalformedException {
        return CodecStreams.payloads(module.packetizer(format, max), frames);
    }

    @Test
    void refusesAnotherVersionOfAv1C() {
        byte[] record = HexFormat.of().parseHex("82000c00");
        SampleDescription entry = new SampleDescription("av01", "av1C", record, 64, 48, 0, 0, 0);
        assertThrows(MalformedException.class, () -> module.configOf(entry));
    }
}
