package io.mediatool.core.codec.vp9;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecContract;
import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.CodecStreams.Payload;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class Vp9ModuleTest {
    private static final String KEY_64X48 = "824983420003f002f60438241c18420003107c";
    private static final String INTER = "860040929c00540000036000007db8fbab7a07";

    private final Vp9Module module = new Vp9Module();
    private final RtpFormat format = RtpFormat.of(Codec.VP9, 96);
    private final List<MediaFrame> frames = CodecStreams.frames("vp9.txt", 9_000, 0, null);

    @Test
    void packetsOfRealFramesGiveTheFramesBack() throws MalformedException {
        CodecContract.identity(module, format, frames);
    }

    @Test
    void everyPrefixIsTakenOrRefused() throws MalformedException {
        CodecContract.prefixes(() -> module.depacketizer(format), payloads(100));
        CodecContract.prefixes(() -> module.depacketizer(format), twoLayers());
    }

    @Test
    void oneLostPacketCostsOneFrame() throws MalformedException {
        CodecContract.losses(() -> module.depacketizer(format), payloads(100));
        CodecContract.losses(() -> module.depacketizer(format), twoLayers());
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(100), 9);
        CodecContract.mutations(() -> module.depacketizer(format), twoLayers(), 10);
    }

    @Test
    void configurationIsWhatFfmpegWrites() throws MalformedException {
        DecoderConfig config = CodecStreams.frames(module.depacketizer(format), payloads(100))
                .get(0)
                .config();
        assertNotNull(config);
        SampleDescription entry = module.sampleDescription(config);
        assertEquals("vp09", entry.type());
        assertArrayEquals(HexFormat.of().parseHex("01000000000a820202020000"), entry.config());
        assertEquals(64, entry.width());
        assertEquals(48, entry.height());
        assertEquals(config, module.configOf(entry));
        assertEquals("0", module.formatOf(config, 98).parameter("profile-id", ""));
    }

    @Test
    void spatialLayersBecomeOneSuperframe() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), twoLayers());
        assertEquals(2, got.size());
        assertTrue(got.get(0).keyFrame());
        byte[] sample = got.get(0).data();
        List<Vp9Superframe.Part> parts = Vp9Superframe.split(sample, 0, sample.length);
        assertEquals(2, parts.size());
        assertEquals(KEY_64X48, hex(sample, parts.get(0)));
        assertEquals(INTER, hex(sample, parts.get(1)));
        // marker 110 00 001: one byte a size, two frames
        assertEquals("c11313c1", HexFormat.of().formatHex(sample, sample.length - 4, sample.length));
    }

    @Test
    void lowerLayerStandsAloneWhenTheUpperIsLost() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), twoLayers(), 1);
        assertTrue(got.get(0).damaged());
        assertEquals(KEY_64X48, HexFormat.of().formatHex(got.get(0).data()));
        assertFalse(got.get(1).damaged());
    }

    @Test
    void superframeOfOneLayerPassesUnchanged() throws MalformedException {
        byte[] sample = Vp9Superframe.join(List.of(bytes(KEY_64X48), bytes(INTER)));
        List<MediaFrame> hidden = List.of(new MediaFrame(sample, 1, 0, true, null, false));
        CodecContract.identity(module, format, hidden);
    }

    @Test
    void descriptorIsNonFlexibleWithLongPictureId() throws MalformedException {
        List<Payload> payloads = payloads(60_000);
        // I B E V; one layer of 64x48, each picture refers to the one before
        assertEquals(
                "8e8000" + "18 0040 0030 01 04 01".replace(" ", ""),
                HexFormat.of().formatHex(payloads.get(0).data(), 0, 11));
        assertEquals("cc8001", HexFormat.of().formatHex(payloads.get(1).data(), 0, 3)); // I P B E
    }

    @Test
    void flushDeliversTheLastPictureWithoutMarker() throws MalformedException {
        Depacketizer depacketizer = module.depacketizer(format);
        List<MediaFrame> got = new ArrayList<>();
        Payload payload = CodecStreams.payload("08" + KEY_64X48, false, 3);
        depacketizer.onPacket(payload.packet(0), 3, got::add);
        assertTrue(got.isEmpty());
        depacketizer.flush(got::add);
        assertEquals(1, got.size());
        assertFalse(got.get(0).damaged());
    }

    @Test
    void aPictureThatIsCutOffByTheEndIsNone() throws MalformedException {
        List<Payload> payloads = payloads(100);
        int end = payloads.size();
        while (payloads.get(end - 1).marker()) {
            end--;
        }
        List<Payload> came = payloads.subList(0, end);
        int whole = (int) came.stream().filter(Payload::marker).count();
        assertTrue(whole > 0);
        CodecContract.assertSame(
                frames.subList(0, whole), CodecStreams.frames(module.depacketizer(format), came), "cut off");
    }

    /** E alone tells as much. */
    @Test
    void aLayerThatIsCutOffByTheEndIsNoneWithoutMarkersEither() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(
                module.depacketizer(format),
                List.of(
                        CodecStreams.payload("0c" + KEY_64X48, false, 100),
                        CodecStreams.payload("48" + INTER, false, 200)));
        assertEquals(1, got.size());
        assertTrue(got.get(0).keyFrame());
    }

    @Test
    void theLowerLayerStandsAloneWhenTheEndCutsOffTheUpper() throws MalformedException {
        List<MediaFrame> got =
                CodecStreams.frames(module.depacketizer(format), twoLayers().subList(0, 3));
        assertEquals(2, got.size());
        assertTrue(got.get(1).damaged());
        assertEquals(INTER, HexFormat.of().formatHex(got.get(1).data()));
    }

    /** Two pictures of two spatial layers, as a browser sends them: L with TID, SID and TL0PICIDX, SS on the first. */
    private static List<Payload> twoLayers() {
        return List.of(
                CodecStreams.payload("ae 8001 00 00 38 00400030 00800060 01 04 01" + KEY_64X48, false, 100),
                CodecStreams.payload("ec 8001 03 00" + INTER, true, 100),
                CodecStreams.payload("ec 8002 00 01" + INTER, false, 200),
                CodecStreams.payload("ec 8002 03 01" + INTER, true, 200));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] data, Vp9Superframe.Part part) {
        return HexFormat.of().formatHex(data, part.offset(), part.offset() + part.length());
    }

    private List<Payload> payloads(int max) throws MalformedException {
        return CodecStreams.payloads(module.packetizer(format, max), frames);
    }
}
