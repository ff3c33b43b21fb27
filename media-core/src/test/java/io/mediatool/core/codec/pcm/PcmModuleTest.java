package io.mediatool.core.codec.pcm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import io.mediatool.core.codec.StaticPayloadTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PcmModuleTest {
    private final PcmModule ulaw = new PcmModule(Codec.PCMU);
    private final PcmModule linear = new PcmModule(Codec.L16);
    private final RtpFormat stereo = new RtpFormat(Codec.L16, 96, "L16", 48_000, 2, Map.of());

    @Test
    void packetsGiveTheFramesBack() throws MalformedException {
        RtpFormat format = RtpFormat.of(Codec.PCMU, 0);
        List<Payload> payloads = CodecStreams.payloads(ulaw.packetizer(format, 1200), frames(160, 160));
        CodecContract.assertSame(frames(160, 160), CodecStreams.frames(ulaw.depacketizer(format), payloads), "PCMU");
        payloads = CodecStreams.payloads(linear.packetizer(stereo, 1200), frames(960, 240));
        CodecContract.assertSame(frames(960, 240), CodecStreams.frames(linear.depacketizer(stereo), payloads), "L16");
    }

    @Test
    void contractHolds() throws MalformedException {
        List<Payload> payloads = CodecStreams.payloads(linear.packetizer(stereo, 1200), frames(960, 240));
        CodecContract.prefixes(() -> linear.depacketizer(stereo), payloads.subList(0, 2));
        CodecContract.losses(() -> linear.depacketizer(stereo), payloads);
        CodecContract.mutations(() -> linear.depacketizer(stereo), payloads, 16);
    }

    @Test
    void largeSampleIsCutEvery20MillisecondsWithTimesOfItsOwn() throws MalformedException {
        byte[] second = new byte[8_000];
        new Random(3).nextBytes(second);
        List<MediaFrame> large = List.of(new MediaFrame(second, 500, 8_000, true, null, false));
        RtpFormat format = RtpFormat.of(Codec.PCMA, 8);
        List<Payload> payloads = CodecStreams.payloads(new PcmModule(Codec.PCMA).packetizer(format, 1200), large);
        assertEquals(50, payloads.size());
        byte[] joined = new byte[8_000];
        for (int i = 0; i < 50; i++) {
            assertEquals(500 + 160L * i, payloads.get(i).timestamp());
            System.arraycopy(payloads.get(i).data(), 0, joined, 160 * i, 160);
            assertEquals(i == 0, payloads.get(i).marker());
        }
        assertArrayEquals(second, joined);
    }

    @Test
    void cutsAtWholeSamplesOfEveryChannel() throws MalformedException {
        List<MediaFrame> large = List.of(new MediaFrame(new byte[4_800], 0, 1_200, true, null, false));
        List<Payload> payloads = CodecStreams.payloads(linear.packetizer(stereo, 1_001), large);
        assertEquals(1_000, payloads.get(0).data().length);
        assertEquals(250, payloads.get(1).timestamp());
        assertEquals(800, payloads.get(4).data().length);
        MediaFrame odd = new MediaFrame(new byte[6], 0, 1, true, null, false);
        assertThrows(
                MalformedException.class, () -> CodecStreams.payloads(linear.packetizer(stereo, 1_000), List.of(odd)));
    }

    @Test
    void partOfASampleAtTheEndIsLeftOut() throws MalformedException {
        List<MediaFrame> got = CodecStreams.frames(
                linear.depacketizer(stereo), List.of(CodecStreams.payload("0102030405060708 090a", false, 0)));
        assertEquals(8, got.get(0).data().length);
        assertEquals(2, got.get(0).duration());
        assertThrows(
                MalformedException.class,
                () -> CodecStreams.frames(
                        linear.depacketizer(stereo), List.of(CodecStreams.payload("010203", false, 0))));
    }

    @Test
    void sampleEntriesAreQuickTimes() throws MalformedException {
        DecoderConfig config = linear.configOf(Objects.requireNonNull(StaticPayloadTypes.of(10)));
        SampleDescription entry = linear.sampleDescription(config);
        assertEquals("twos", entry.type());
        assertEquals("", entry.configType());
        assertEquals(44_100, entry.sampleRate());
        assertEquals(2, entry.channels());
        assertEquals(16, entry.sampleSizeBits());
        assertEquals(config, linear.configOf(entry));
        assertTrue(ulaw.readsSampleEntry("ulaw"));
        assertTrue(new PcmModule(Codec.PCMA).readsSampleEntry("alaw"));
        assertFalse(ulaw.readsSampleEntry("alaw"));
        assertThrows(IllegalArgumentException.class, () -> new PcmModule(Codec.OPUS));
    }

    private static List<MediaFrame> frames(int bytes, int duration) {
        Random random = new Random(711);
        List<MediaFrame> frames = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] data = new byte[bytes];
            random.nextBytes(data);
            frames.add(new MediaFrame(data, (long) i * duration, duration, true, null, false));
        }
        return frames;
    }
}
