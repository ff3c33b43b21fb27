package io.mediatool.core.codec.opus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpusModuleTest {
    private final OpusModule module = new OpusModule();
    private final RtpFormat format = RtpFormat.of(Codec.OPUS, 111);
    private final DecoderConfig config = module.configOf(format);
    private final List<MediaFrame> frames = CodecStreams.frames("opus.txt", 960, 960, config);

    @Test
    void packetsOfRealFramesGiveTheFramesBack() throws MalformedException {
        for (int max : new int[] {400, 1200}) {
            List<Payload> payloads = CodecStreams.payloads(module.packetizer(format, max), frames);
            CodecContract.assertSame(frames, CodecStreams.frames(module.depacketizer(format), payloads), "max " + max);
        }
    }

    @Test
    void everyPrefixIsTakenOrRefused() throws MalformedException {
        CodecContract.prefixes(() -> module.depacketizer(format), payloads());
    }

    @Test
    void oneLostPacketCostsOneFrame() throws MalformedException {
        CodecContract.losses(() -> module.depacketizer(format), payloads());
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(), 48);
    }

    @Test
    void configurationIsWhatFfmpegWrites() throws MalformedException {
        SampleDescription entry = module.sampleDescription(config);
        assertEquals("Opus", entry.type());
        assertEquals("dOps", entry.configType());
        assertEquals("000201380000bb80000000", HexFormat.of().formatHex(entry.config()));
        assertEquals(48_000, entry.sampleRate());
        assertEquals(2, entry.channels());
        assertEquals(config, module.configOf(entry));
    }

    @Test
    void formatIsTheOneOfRfc7587() {
        RtpFormat announced = module.formatOf(config, 111);
        assertEquals(new RtpFormat(Codec.OPUS, 111, "opus", 48_000, 2, Map.of("sprop-stereo", "1")), announced);
    }

    @Test
    void silenceIsAFrameToo() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(
                module.depacketizer(format),
                List.of(CodecStreams.payload("78", false, 0), CodecStreams.payload("", false, 960)));
        assertEquals(1, got.size(), "one octet is DTX, none is padding");
        assertEquals(960, got.get(0).duration());
    }

    @Test
    void markerOpensATalkspurt() throws MalformedException {
        List<MediaFrame> gap = List.of(frames.get(0), frames.get(1), frames.get(3), frames.get(4));
        List<Payload> payloads = CodecStreams.payloads(module.packetizer(format, 1200), gap);
        assertTrue(payloads.get(0).marker());
        assertFalse(payloads.get(1).marker());
        assertTrue(payloads.get(2).marker());
        assertFalse(payloads.get(3).marker());
    }

    @Test
    void largePacketIsSentFrameByFrame() throws MalformedException {
        byte[] code3 = new byte[2 + 3 * 50]; // CELT 20 ms, three frames of equal size
        code3[0] = (byte) 0xfb;
        code3[1] = 3;
        List<Payload> payloads = CodecStreams.payloads(
                module.packetizer(format, 64), List.of(new MediaFrame(code3, 0, 2880, true, config, false)));
        assertEquals(3, payloads.size());
        assertEquals(1920, payloads.get(2).timestamp());
        assertEquals((byte) 0xf8, payloads.get(1).data()[0]);
        assertEquals(51, payloads.get(1).data().length);
    }

    @Test
    void surroundHasNoRtpFormat() throws MalformedException {
        byte[] record = HexFormat.of().parseHex("000601380000bb80000001" + "0402000401020305");
        SampleDescription entry = new SampleDescription("Opus", "dOps", record, 0, 0, 48_000, 6, 16);
        DecoderConfig surround = module.configOf(entry);
        assertEquals(6, surround.channels());
        MediaFrame frame = new MediaFrame(new byte[] {(byte) 0xf8}, 0, 960, true, surround, false);
        assertThrows(
                MalformedException.class, () -> CodecStreams.payloads(module.packetizer(format, 1200), List.of(frame)));
    }

    private List<Payload> payloads() throws MalformedException {
        return CodecStreams.payloads(module.packetizer(format, 1200), frames);
    }
}
