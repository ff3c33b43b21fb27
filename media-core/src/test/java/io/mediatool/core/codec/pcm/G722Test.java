package io.mediatool.core.codec.pcm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecStreams;
import io.mediatool.core.codec.CodecStreams.Payload;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class G722Test {
    private final byte[] coded = CodecStreams.resource("g722.bin");
    private final byte[] input = CodecStreams.resource("g722-in.s16be");
    private final byte[] decoded = CodecStreams.resource("g722-out.s16be");
    private final G722Module module = new G722Module();
    private final RtpFormat format = RtpFormat.of(Codec.G722, 9);

    @Test
    void decodesToTheBitAsFfmpeg() {
        assertArrayEquals(decoded, new G722Decoder().decode(coded, 0, coded.length));
    }

    @Test
    void encodesToTheBitAsFfmpeg() {
        assertArrayEquals(coded, new G722Encoder().encode(input, 0, input.length));
    }

    @Test
    void packetsBecomeLinearFramesInTheClockOf8000() throws MalformedException {
        List<Payload> payloads = new ArrayList<>();
        for (int at = 0; at < coded.length; at += 160) {
            byte[] piece = Arrays.copyOfRange(coded, at, at + 160);
            payloads.add(new Payload(piece, false, 7_000 + at));
        }
        List<MediaFrame> got = CodecStreams.frames(module.depacketizer(format), payloads);
        assertEquals(3, got.size());
        byte[] joined = new byte[decoded.length];
        for (int i = 0; i < 3; i++) {
            assertEquals(7_000 + 160 * i, got.get(i).timestamp());
            assertEquals(160, got.get(i).duration());
            System.arraycopy(got.get(i).data(), 0, joined, 640 * i, 640);
        }
        assertArrayEquals(decoded, joined);
        DecoderConfig config = got.get(0).config();
        assertEquals(DecoderConfig.audio(Codec.L16, new byte[0], 16_000, 1), config);
        assertEquals("twos", module.sampleDescription(module.configOf(format)).type());
        assertFalse(module.readsSampleEntry("twos"));
    }

    @Test
    void linearFramesAreEncodedAgain() throws MalformedException {
        MediaFrame frame = new MediaFrame(input, 40, input.length / 4, true, module.configOf(format), false);
        List<Payload> payloads = CodecStreams.payloads(module.packetizer(format, 200), List.of(frame));
        assertEquals(3, payloads.size());
        assertEquals(40 + 320, payloads.get(2).timestamp());
        assertArrayEquals(Arrays.copyOf(coded, 160), payloads.get(0).data());
    }

    @Test
    void everyOctetMeansSomething() {
        long seed = 722;
        byte[] noise = new byte[100_000];
        new Random(seed).nextBytes(noise);
        G722Decoder decoder = new G722Decoder();
        assertEquals(400_000, decoder.decode(noise, 0, noise.length).length);
        // After any noise it finds back: half a second later no sample is off by more than a hundredth of full scale.
        byte[] again = new byte[coded.length * 16];
        for (int i = 0; i < 16; i++) {
            System.arraycopy(coded, 0, again, coded.length * i, coded.length);
        }
        byte[] clean = new G722Decoder().decode(again, 0, again.length);
        byte[] after = decoder.decode(again, 0, again.length);
        for (int at = clean.length * 15 / 16; at < clean.length; at += 2) {
            int wanted = clean[at] << 8 | clean[at + 1] & 0xff;
            int got = after[at] << 8 | after[at + 1] & 0xff;
            assertTrue(Math.abs(wanted - got) < 328, "seed " + seed + " at " + at);
        }
    }
}
