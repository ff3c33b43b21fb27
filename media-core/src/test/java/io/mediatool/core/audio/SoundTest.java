package io.mediatool.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class SoundTest {
    private static final float SIDE = (float) Math.sqrt(0.5);

    @Test
    void monoIsHeardOnBothSidesAndStereoInTheMiddle() {
        Sound mono = new Sound(new float[][] {{0.25f}}, 8_000);
        assertSame(mono, mono.withChannels(1));
        assertArrayEquals(new float[][] {{0.25f}, {0.25f}}, mono.withChannels(2).planes());
        assertArrayEquals(
                new float[][] {{0.5f}},
                new Sound(new float[][] {{1}, {0}}, 8_000).withChannels(1).planes());
    }

    /** Centre, left, right, left and right behind, low frequencies. */
    @Test
    void surroundIsMixedAndNeverClips() {
        float scale = 1 / (1 + 2 * SIDE);
        float[][] expected = {
            {scale * SIDE, scale * SIDE}, {scale, 0}, {0, scale}, {scale * SIDE, 0}, {0, scale * SIDE}, {0, 0}
        };
        for (int channel = 0; channel < 6; channel++) {
            float[][] planes = new float[6][1];
            planes[channel][0] = 1;
            float[][] stereo = new Sound(planes, 48_000).withChannels(2).planes();
            assertEquals(expected[channel][0], stereo[0][0], 1e-6, "left of " + channel);
            assertEquals(expected[channel][1], stereo[1][0], 1e-6, "right of " + channel);
        }
        for (int channels = 3; channels <= 8; channels++) {
            float[][] loud = new float[channels][1];
            for (float[] plane : loud) {
                plane[0] = 1;
            }
            float[][] stereo = new Sound(loud, 48_000).withChannels(2).planes();
            assertEquals(1, stereo[0][0], 1e-5, channels + " channels, left");
            assertEquals(1, stereo[1][0], 1e-5, channels + " channels, right");
        }
    }

    @Test
    void whatIsTooLoudIsClipped() {
        assertEquals(32_767, Sound.to16(1.5f));
        assertEquals(-32_768, Sound.to16(-1.5f));
        assertEquals(-16_384, Sound.to16(-0.5f));
    }
}
