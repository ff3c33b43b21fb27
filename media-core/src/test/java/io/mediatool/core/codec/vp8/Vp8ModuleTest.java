package io.mediatool.core.codec.vp8;

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

class Vp8ModuleTest {
    private final Vp8Module module = new Vp8Module();
    private final RtpFormat format = RtpFormat.of(Codec.VP8, 96);
    private final List<MediaFrame> frames = CodecStreams.frames("vp8.txt", 9_000, 0, null);

    @Test
    void packetsOfRealFramesGiveTheFramesBack() throws MalformedException {
        CodecContract.identity(module, format, frames);
    }

    @Test
    void everyPrefixIsTakenOrRefused() throws MalformedException {
        CodecContract.prefixes(() -> module.depacketizer(format), payloads(300));
    }

    @Test
    void oneLostPacketCostsOneFrame() throws MalformedException {
        CodecContract.losses(() -> module.depacketizer(format), payloads(200));
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(300), 8);
    }

    @Test
    void framesWithoutMarkersEndWithTheNextTimestamp() throws MalformedException {
        List<Payload> unmarked = new ArrayList<>();
        payloads(300).forEach(payload -> unmarked.add(new Payload(payload.data(), false, payload.timestamp())));
        CodecContract.assertSame(frames, CodecStreams.frames(module.depacketizer(format), unmarked), "no markers");
    }

    @Test
    void aFrameThatIsCutOffByTheEndIsNone() throws MalformedException {
        List<Payload> payloads = payloads(64);
        int last = payloads.size() - 1;
        assertTrue(!payloads.get(last - 1).marker(), "the last frame has several packets");
        CodecContract.assertSame(
                frames.subList(0, frames.size() - 1),
                CodecStreams.frames(module.depacketizer(format), payloads.subList(0, last)),
                "cut off");
    }

    @Test
    void configurationComesWithTheKeyFrameAndStaysOneInstance() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads(300));
        DecoderConfig config = got.get(0).config();
        assertNotNull(config);
        assertEquals(64, config.width());
        assertEquals(48, config.height());
        got.forEach(frame -> assertSame(config, frame.config()));
        assertTrue(got.stream().filter(MediaFrame::keyFrame).count() > 1);
    }

    @Test
    void configurationIsVpcCVersion1() throws MalformedException {
        DecoderConfig config = CodecStreams.frames(module.depacketizer(format), payloads(300))
                .get(0)
                .config();
        assertNotNull(config);
        SampleDescription entry = module.sampleDescription(config);
        assertEquals("vp08", entry.type());
        assertEquals("vpcC", entry.configType());
        // version 1, profile 0, level 1.0, 8 bits 4:2:0, colours not said, no initialization data
        assertArrayEquals(HexFormat.of().parseHex("01000000000a820202020000"), entry.config());
        assertTrue(module.readsSampleEntry("vp08"));
        assertFalse(module.readsSampleEntry("vp09"));
        assertEquals(config, module.configOf(entry));
        assertNull(module.configOf(format));
    }

    @Test
    void refusesVpcCOfTheOldVersion() {
        byte[] old = HexFormat.of().parseHex("00000000000a820202020000");
        SampleDescription entry = new SampleDescription("vp08", "vpcC", old, 64, 48, 0, 0, 0);
        assertThrows(MalformedException.class, () -> module.configOf(entry));
    }

    @Test
    void invisibleFrameOfTheSameTimestampIsAFrameOfItsOwn() throws MalformedException {
        List<Payload> payloads = List.of(
                CodecStreams.payload("10 310200 aabb", true, 5), CodecStreams.payload("10 110200 ccdd", true, 5));
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads);
        assertEquals(2, got.size());
        assertEquals(5, got.get(1).timestamp());
    }

    @Test
    void pictureIdCountsTo15BitsAndStartBitOnlyOnce() throws MalformedException {
        List<Payload> payloads = payloads(64);
        assertEquals("90808000", hex(payloads.get(0), 4));
        assertEquals("80808000", hex(payloads.get(1), 4));
        assertEquals(frames.size(), payloads.stream().filter(Payload::marker).count());
    }

    private static String hex(Payload payload, int bytes) {
        return HexFormat.of().formatHex(payload.data(), 0, bytes);
    }

    private List<Payload> payloads(int max) throws MalformedException {
        return CodecStreams.payloads(module.packetizer(format, max), frames);
    }
}
