package io.mediatool.core.codec.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecContract;
import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.CodecStreams.Payload;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatmTest {
    private static final String FFMPEG_CONFIG = "400023203fc0";

    private final AacModule module = new AacModule();
    private final RtpFormat format = latm(Map.of("cpresent", "0", "config", FFMPEG_CONFIG));
    private final List<MediaFrame> frames = CodecStreams.frames("aac.txt", 1024, 1024, config("1190"));

    @Test
    void elementsOfRealFramesGiveTheFramesBack() throws MalformedException {
        assertEquals(config("1190"), module.configOf(format));
        for (int max : new int[] {20, 60, 1200}) {
            List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads(max));
            CodecContract.assertSame(frames, got, "payloads of " + max);
        }
    }

    @Test
    void everyPrefixIsTakenOrRefused() throws MalformedException {
        CodecContract.prefixes(() -> module.depacketizer(format), payloads(60));
    }

    @Test
    void oneLostPacketCostsOneFrame() throws MalformedException {
        CodecContract.losses(() -> module.depacketizer(format), payloads(60));
    }

    @Test
    void mutationsDoNoHarm() throws MalformedException {
        CodecContract.mutations(() -> module.depacketizer(format), payloads(60), 6416);
        RtpFormat inBand = latm(Map.of());
        CodecContract.mutations(() -> module.depacketizer(inBand), inBand(), 3016);
    }

    @Test
    void configurationInBand() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(latm(Map.of())), inBand());
        CodecContract.assertSame(frames, got, "in band");
        assertEquals(config("1190"), got.get(0).config());
    }

    /** GStreamer 1.22 writes no more than the AudioSpecificConfig, with a sync extension that version 0 has no place for. */
    @Test
    void configurationOfGStreamer() {
        DecoderConfig config = module.configOf(latm(Map.of("cpresent", "0", "config", "40002320adca00")));
        assertEquals(config("119056e500"), config);
    }

    @Test
    void muxVersion1WithSubframesAndOtherData() throws MalformedException {
        BitWriter bits = new BitWriter().bits(0, 1); // useSameStreamMux
        bits.bits(0b10, 2).bits(0, 2).bits(0xff, 8).bits(1, 1).bits(1, 6).bits(0, 7); // version 1, two subframes
        bits.bits(0, 2).bits(16, 8).bits(0x1190, 16); // ascLen 16
        bits.bits(0, 3)
                .bits(0xff, 8)
                .bits(1, 1)
                .bits(0, 2)
                .bits(12, 8)
                .bits(1, 1)
                .bits(0x77, 8);
        bits.bits(2, 8).bits(0xaabb, 16).bits(1, 8).bits(0xcc, 8).bits(0xfff, 12);
        Payload payload = new Payload(bits.toByteArray(), true, 100);
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(latm(Map.of())), List.of(payload));
        assertEquals(2, got.size());
        assertEquals("aabb", HexFormat.of().formatHex(got.get(0).data()));
        assertEquals("cc", HexFormat.of().formatHex(got.get(1).data()));
        assertEquals(100 + 1024, got.get(1).timestamp());
    }

    @Test
    void frameLengthsAddUpOver255() throws MalformedException {
        MediaFrame large = new MediaFrame(new byte[600], 0, 1024, true, config("1190"), false);
        Payload payload = new Payload(element(large.data()), true, 0);
        assertEquals(
                600,
                CodecStreams.frames(module.depacketizer(format), List.of(payload))
                        .get(0)
                        .data()
                        .length);
    }

    @Test
    void otherMultiplexesAreRefused() {
        for (String hex : new String[] {"c000", "0000", "4010", "4002", "40002320a000"}) {
            byte[] config = HexFormat.of().parseHex(hex + "0000000000");
            assertThrows(MalformedException.class, () -> StreamMuxConfig.read(new BitReader(config)), hex);
        }
    }

    @Test
    void frameBeforeTheFirstConfigurationIsRefused() {
        Payload payload = CodecStreams.payload("8155 00", true, 0);
        assertThrows(
                MalformedException.class,
                () -> CodecStreams.frames(module.depacketizer(latm(Map.of())), List.of(payload)));
    }

    @Test
    void loasOfFfmpegGivesTheFrames() {
        for (int step : new int[] {1, 7, 188, 4096}) {
            List<byte[]> units = new ArrayList<>();
            LoasReader reader = new LoasReader();
            byte[] stream = CodecStreams.resource("aac.loas");
            for (int at = 0; at < stream.length; at += step) {
                reader.read(stream, at, Math.min(step, stream.length - at), (unit, config, audio) -> {
                    assertEquals(48_000, config.sampleRate());
                    units.add(unit);
                });
            }
            assertEquals(0, reader.skippedBytes());
            assertUnits(units);
        }
    }

    private void assertUnits(List<byte[]> units) {
        assertEquals(frames.size(), units.size());
        for (int i = 0; i < units.size(); i++) {
            assertEquals(
                    HexFormat.of().formatHex(frames.get(i).data()),
                    HexFormat.of().formatHex(units.get(i)));
        }
    }

    /** Elements with muxConfigPresent = 1 as in RFC 6416 §6.1, cut from the LOAS stream of the same frames. */
    private List<Payload> inBand() {
        List<Payload> payloads = new ArrayList<>();
        byte[] stream = CodecStreams.resource("aac.loas");
        for (int at = 0; at < stream.length; ) {
            int length = (stream[at + 1] & 0x1f) << 8 | stream[at + 2] & 0xff;
            byte[] element = Arrays.copyOfRange(stream, at + 3, at + 3 + length);
            payloads.add(new Payload(element, true, 1_000_000L + 1024L * payloads.size()));
            at += 3 + length;
        }
        assertTrue(payloads.size() > 5);
        return payloads;
    }

    private List<Payload> payloads(int max) {
        List<Payload> payloads = new ArrayList<>();
        for (MediaFrame frame : frames) {
            byte[] element = element(frame.data());
            for (int at = 0; at < element.length; at += max) {
                int end = Math.min(element.length, at + max);
                byte[] piece = Arrays.copyOfRange(element, at, end);
                payloads.add(new Payload(piece, end == element.length, frame.timestamp()));
            }
        }
        return payloads;
    }

    private static byte[] element(byte[] unit) {
        ByteWriter out = new ByteWriter(unit.length + 8);
        int left = unit.length;
        for (; left >= 255; left -= 255) {
            out.u8(255);
        }
        return out.u8(left).bytes(unit).toByteArray();
    }

    private static DecoderConfig config(String hex) {
        return DecoderConfig.audio(Codec.AAC, HexFormat.of().parseHex(hex), 48_000, 2);
    }

    private static RtpFormat latm(Map<String, String> parameters) {
        RtpFormat format = new RtpFormat(Codec.AAC, 96, "MP4A-LATM", 48_000, 2, parameters);
        assertNotNull(format);
        return format;
    }
}
