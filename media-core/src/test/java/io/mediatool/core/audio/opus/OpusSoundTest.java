package io.mediatool.core.audio.opus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.audio.Sines;
import io.mediatool.core.audio.Sound;
import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OpusSoundTest {
    @Test
    void aSineComesBackLateByTheDelayThatIsSaid() throws MalformedException {
        OpusSoundEncoder encoder = new OpusSoundEncoder(2);
        OpusSoundDecoder decoder = new OpusSoundDecoder(2);
        assertEquals(312, encoder.delaySamples());
        float[] left = Sines.sine(300, 0.4, 48_000, 0, 48_000);
        float[] right = Sines.sine(1_100, 0.4, 48_000, 0, 48_000);
        float[][] heard = new float[2][48_000];
        for (int at = 0; at < 48_000; at += 960) {
            byte[] packet = encoder.encode(new float[][] {piece(left, at), piece(right, at)});
            assertTrue(packet.length < 600, packet.length + " bytes");
            Sound sound = decoder.decode(packet);
            assertEquals(960, sound.length());
            System.arraycopy(sound.planes()[0], 0, heard[0], at, 960);
            System.arraycopy(sound.planes()[1], 0, heard[1], at, 960);
        }
        float[] middle = Arrays.copyOfRange(heard[0], 9_600 + 312, 48_000);
        assertTrue(Sines.snr(middle, 300, 48_000) > 25, "SNR " + Sines.snr(middle, 300, 48_000));
        assertEquals(0, Sines.delay(middle, 300, 48_000), 1e-4);
        assertTrue(Sines.snr(Sines.middle(heard[1], 9_600), 1_100, 48_000) > 25);
    }

    @Test
    void brokenPacketsAreRefusedOrDecoded() throws MalformedException {
        long seed = 7;
        Random random = new Random(seed);
        OpusSoundEncoder encoder = new OpusSoundEncoder(1);
        OpusSoundDecoder decoder = new OpusSoundDecoder(2);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] packet = encoder.encode(new float[][] {Sines.sine(300, 0.4, 48_000, i / 50.0, 960)});
            byte[] broken = Arrays.copyOf(packet, random.nextInt(packet.length + 1));
            for (int flip = 0; flip < 4 && broken.length > 0; flip++) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertTrue(decoder.decode(broken).length() <= 5_760);
            } catch (MalformedException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertTrue(refused > 10, refused + " refused");
    }

    private static float[] piece(float[] plane, int at) {
        return Arrays.copyOfRange(plane, at, at + 960);
    }
}
