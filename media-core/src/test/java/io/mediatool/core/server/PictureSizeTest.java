package io.mediatool.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.CodecStreams.Payload;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.codec.nal.NalFixtures;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of pictures, from what real encoders sent. */
final class PictureSizeTest {
    private static final long S = 1_000_000_000L;

    private static RtpFormat format(Codec codec) {
        return RtpFormat.of(codec, 96);
    }

    private static PictureSize size(Codec codec) {
        return new PictureSize(CodecCatalog.of(codec), format(codec));
    }

    private static List<Payload> payloads(Codec codec) throws MalformedException {
        if (codec == Codec.H264 || codec == Codec.H265) {
            return units(codec == Codec.H264 ? NalFixtures.x264() : NalFixtures.x265());
        }
        var packetizer = CodecCatalog.of(codec).packetizer(format(codec), 200);
        return CodecStreams.payloads(
                packetizer, CodecStreams.frames(codec.label().toLowerCase(Locale.ROOT) + ".txt", 9_000, 0, null));
    }

    /** The NAL units of the first picture, one a packet, without the slices after its first. */
    private static List<Payload> units(byte[] annexB) {
        List<Payload> payloads = new ArrayList<>();
        int start = -1;
        for (int i = 0; i + 3 <= annexB.length && payloads.size() < 6; i++) {
            if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1) {
                if (start >= 0) {
                    int end = annexB[i - 1] == 0 ? i - 1 : i;
                    payloads.add(new Payload(Arrays.copyOfRange(annexB, start, end), payloads.size() == 5, 0));
                }
                start = i + 3;
            }
        }
        return payloads;
    }

    private static void feed(PictureSize size, Codec codec, List<Payload> payloads, long nowNs)
            throws MalformedException {
        CodecModule module = CodecCatalog.of(codec);
        for (int i = 0; i < payloads.size(); i++) {
            RtpPacket packet = payloads.get(i).packet(i);
            boolean key = module.startsKeyFrame(packet.data(), packet.payloadOffset(), packet.payloadLength());
            size.onPacket(packet, i, payloads.get(i).timestamp(), key, nowNs);
        }
    }

    @ParameterizedTest
    @CsvSource({"VP8, 64, 48", "VP9, 64, 48", "AV1, 64, 48", "H264, 176, 144", "H265, 176, 144"})
    void everyCodecTells(Codec codec, int width, int height) throws MalformedException {
        PictureSize size = size(codec);
        assertEquals(0, size.width());
        feed(size, codec, payloads(codec), S);
        assertEquals(width + "x" + height, size.width() + "x" + size.height());
        size.reset();
        assertEquals("0x0", size.width() + "x" + size.height());
    }

    /** Chromium begins with the least of its spatial layers and adds others a few key frames later, within a second. */
    @Test
    void aSizeThatChangesSoonIsSeen() throws MalformedException {
        PictureSize size = size(Codec.VP8);
        feed(size, Codec.VP8, payloads(Codec.VP8), S);
        assertEquals("64x48", size.width() + "x" + size.height());
        for (int i = 0; i < 5; i++) {
            byte[] key = {0x10, 0x10, 0, 0, (byte) 0x9d, 1, 0x2a, (byte) (80 + i), 0, 60, 0};
            feed(size, Codec.VP8, List.of(new Payload(key, true, 9_000 * i)), S + i * S / 10);
            assertEquals(80 + i + "x60", size.width() + "x" + size.height());
        }
    }

    @Test
    void whatIsMissingIsReadFromTheNextKeyFrame() throws MalformedException {
        PictureSize size = size(Codec.VP8);
        List<Payload> whole = payloads(Codec.VP8);
        List<Payload> later = new ArrayList<>(whole.subList(1, 3)); // the middle of a key frame
        feed(size, Codec.VP8, later, S);
        assertEquals(0, size.width());
        feed(size, Codec.VP8, whole, 2 * S);
        assertEquals(64, size.width());
    }

    @Test
    void harmLeavesTheLastSizeOrAnotherOne() throws MalformedException {
        long seed = 20261122;
        Random random = new Random(seed);
        for (Codec codec : List.of(Codec.VP8, Codec.VP9, Codec.AV1, Codec.H264, Codec.H265)) {
            List<Payload> whole = payloads(codec);
            for (int round = 0; round < 2_000; round++) {
                PictureSize size = size(codec);
                List<Payload> harmed = new ArrayList<>();
                for (Payload each : whole.subList(0, Math.min(8, whole.size()))) {
                    byte[] data = each.data().clone();
                    data[random.nextInt(data.length)] = (byte) random.nextInt();
                    harmed.add(new Payload(
                            Arrays.copyOf(data, 1 + random.nextInt(data.length)), each.marker(), each.timestamp()));
                }
                try {
                    feed(size, codec, harmed, S);
                } catch (RuntimeException escaped) {
                    throw new AssertionError(codec + " seed " + seed + " round " + round, escaped);
                }
                assertTrue(size.width() >= 0 && size.height() >= 0);
            }
        }
    }
}
