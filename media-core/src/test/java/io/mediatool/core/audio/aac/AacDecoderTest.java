package io.mediatool.core.audio.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.audio.Sines;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.aac.AudioSpecificConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AacDecoderTest {
    @Test
    void stereoIsDecoded() throws MalformedException {
        AacSines sines = AacSines.stereo();
        float[][] planes = decode(new AacDecoder(sines.config().record()), sines.frames(), 44_100);
        assertEquals(sines.frames().size() * 1_024, planes[0].length);
        check(planes[0], 440, 0.5, 44_100);
        check(planes[1], 1_000, 0.5, 44_100);
    }

    /** Each channel stands where the order of AAC has it. */
    @Test
    void surroundIsDecoded() throws MalformedException {
        AacSines sines = AacSines.surround();
        float[][] planes = decode(new AacDecoder(sines.config().record()), sines.frames(), 48_000);
        int[] hertz = {700, 300, 500, 1_100, 1_300, 50};
        for (int channel = 0; channel < 6; channel++) {
            check(planes[channel], hertz[channel], 0.4, 48_000);
        }
    }

    /** The core of HE-AAC is AAC LC of half the rate: whoever cannot more plays that (ISO/IEC 14496-3 §1.6.5). */
    @Test
    void ofHighEfficiencyTheCoreIsDecoded() throws MalformedException {
        AacSines sines = AacSines.stereo();
        byte[] signalled = new BitWriter()
                .bits(5, 5)
                .bits(4, 4)
                .bits(2, 4)
                .bits(3, 4)
                .bits(2, 5)
                .bits(0, 10)
                .toByteArray();
        assertEquals(48_000, AudioSpecificConfig.parse(signalled).outputRate());
        float[][] planes = decode(new AacDecoder(signalled), sines.frames(), 44_100);
        check(planes[0], 440, 0.5, 44_100);
    }

    @Test
    void whatIsNotDecodedIsRefused() throws MalformedException {
        assertNull(refusal(2, 44_100, 2));
        for (int type : new int[] {1, 3, 4, 17, 23}) {
            String line = type >= 17
                    ? refusal(new BitWriter()
                            .bits(type, 5)
                            .bits(4, 4)
                            .bits(2, 4)
                            .bits(0, 5)
                            .toByteArray())
                    : refusal(type, 44_100, 2);
            assertNotNull(line, "type " + type);
        }
        byte[] shortFrames =
                new BitWriter().bits(2, 5).bits(4, 4).bits(2, 4).bits(4, 3).toByteArray();
        assertNotNull(refusal(shortFrames));
        assertThrows(MalformedException.class, () -> new AacDecoder(shortFrames));
        assertThrows(MalformedException.class, () -> new AacDecoder(new byte[0]));
        assertThrows(MalformedException.class, () -> new AacDecoder(new byte[] {1}));
    }

    /** Whatever comes: a sound of the right length or a MalformedException, and good frames are good afterwards. */
    @Test
    void brokenFramesAreRefusedOrDecoded() throws MalformedException {
        long seed = 20_261_122;
        Random random = new Random(seed);
        AacSines sines = AacSines.stereo();
        AacDecoder decoder = new AacDecoder(sines.config().record());
        int refused = 0;
        for (int i = 0; i < Hostility.rounds(1_000); i++) {
            byte[] frame =
                    mutated(sines.frames().get(random.nextInt(sines.frames().size())), random);
            try {
                assertEquals(1_024, decoder.decode(frame).length());
            } catch (MalformedException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertTrue(refused > 50, refused + " refused");
        check(decode(decoder, sines.frames(), 44_100)[0], 440, 0.5, 44_100);
    }

    private static byte[] mutated(byte[] frame, Random random) {
        byte[] broken = frame.clone();
        int flips = 1 + random.nextInt(8);
        for (int i = 0; i < flips; i++) {
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(broken, random.nextInt(broken.length));
            case 1 -> {
                random.nextBytes(broken);
                yield broken;
            }
            default -> broken;
        };
    }

    private static @Nullable String refusal(int type, int rate, int channels) throws MalformedException {
        return refusal(AudioSpecificConfig.write(type, rate, channels));
    }

    private static @Nullable String refusal(byte[] record) throws MalformedException {
        return AacDecoder.refusal(AudioSpecificConfig.parse(record));
    }

    private static float[][] decode(AacDecoder decoder, List<byte[]> frames, int rate) throws MalformedException {
        float[][] planes = {};
        int at = 0;
        for (byte[] frame : frames) {
            Sound sound = decoder.decode(frame);
            assertEquals(rate, sound.rate());
            if (planes.length == 0) {
                planes = new float[sound.channels()][frames.size() * 1_024];
            }
            for (int channel = 0; channel < planes.length; channel++) {
                System.arraycopy(sound.planes()[channel], 0, planes[channel], at, 1_024);
            }
            at += 1_024;
        }
        return planes;
    }

    private static void check(float[] plane, double hertz, double amplitude, int rate) {
        float[] middle = Sines.middle(plane, 6_000);
        assertEquals(amplitude, Sines.amplitude(middle, hertz, rate), 0.02, hertz + " Hz");
        double snr = Sines.snr(middle, hertz, rate);
        assertTrue(snr > 30, hertz + " Hz: " + snr + " dB");
    }
}
