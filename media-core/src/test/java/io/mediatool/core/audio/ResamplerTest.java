package io.mediatool.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResamplerTest {
    @ParameterizedTest
    @CsvSource({
        "44100, 48000, 997", "44100, 48000, 15000", "32000, 48000, 9000", "22050, 48000, 7000", "16000, 48000, 5000",
        "8000, 48000, 3000", "48000, 8000, 3000", "48000, 16000, 6000", "44100, 8000, 440", "48000, 44100, 15000",
        "96000, 48000, 12000", "11025, 48000, 3000"
    })
    void aSineComesOutAsItWentInAndWhereItWas(int in, int out, int hertz) {
        float[] got = run(new Resampler(in, out, 1), Sines.sine(hertz, 0.5, in, 0, in), 777);
        float[] middle = Sines.middle(got, out / 50);
        assertEquals(out, got.length, 1, "a second is a second");
        assertTrue(Sines.snr(middle, hertz, out) > 75, "SNR " + Sines.snr(middle, hertz, out));
        assertEquals(0.5, Sines.amplitude(middle, hertz, out), 0.002);
        assertEquals(0, Sines.delay(got, hertz, out), 2e-7, "where it was");
    }

    @ParameterizedTest
    @CsvSource({"48000, 8000, 4400", "48000, 8000, 11000", "48000, 16000, 9000", "44100, 8000, 6000"})
    void whatDoesNotFitIsCutOffAndNotFolded(int in, int out, int hertz) {
        float[] got = Sines.middle(run(new Resampler(in, out, 1), Sines.sine(hertz, 0.5, in, 0, in), 1_024), out / 50);
        double energy = 0;
        for (float sample : got) {
            energy += sample * sample;
        }
        double decibels = 10 * Math.log10(energy / got.length / 0.125);
        assertTrue(decibels < -60, decibels + " dB");
    }

    @Test
    void theSameRateLeavesEverySampleAsItIs() {
        float[] noise = new float[5_000];
        Random random = new Random(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextFloat() - 0.5f;
        }
        assertArrayEquals(noise, run(new Resampler(48_000, 48_000, 1), noise, 333));
    }

    @Test
    void itsPiecesDoNotMatter() {
        float[] sine = Sines.sine(1_000, 0.5, 44_100, 0, 20_000);
        assertArrayEquals(
                run(new Resampler(44_100, 48_000, 1), sine, 20_000), run(new Resampler(44_100, 48_000, 1), sine, 7));
    }

    @Test
    void aBentRateGivesSoMuchMoreOrLess() {
        for (int ppm : new int[] {-2_000, -37, 37, 2_000}) {
            Resampler resampler = new Resampler(48_000, 48_000, 1);
            resampler.bend(ppm);
            float[] got = run(resampler, Sines.sine(1_000, 0.5, 48_000, 0, 480_000), 960);
            assertEquals(480_000 / (1 + ppm / 1e6), got.length, 2);
            float[] middle = Sines.middle(got, 1_000);
            assertTrue(Sines.snr(middle, 1_000 * (1 + ppm / 1e6), 48_000) > 75);
        }
    }

    @Test
    void thePositionIsThatOfTheNextSample() {
        Resampler resampler = new Resampler(44_100, 48_000, 1);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(i * 1_024 * 48_000.0 / 44_100, resampler.position(), 1e-6);
            resampler.push(new float[1][1_024], 0, 1_024);
            resampler.take(new float[1][resampler.available()], 0, resampler.available());
        }
    }

    private static float[] run(Resampler resampler, float[] in, int piece) {
        float[][] out = new float[1][2 * in.length * 8];
        int length = 0;
        for (int at = 0; at < in.length; at += piece) {
            resampler.push(new float[][] {in}, at, Math.min(piece, in.length - at));
            int ready = resampler.available();
            resampler.take(out, length, ready);
            length += ready;
        }
        resampler.drain();
        int rest = resampler.available();
        resampler.take(out, length, rest);
        return Arrays.copyOf(out[0], length + rest);
    }
}
