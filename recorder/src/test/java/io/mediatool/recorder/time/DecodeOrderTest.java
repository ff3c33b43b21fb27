package io.mediatool.recorder.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DecodeOrderTest {
    private final List<String> out = new ArrayList<>();
    private final List<Long> dtsOut = new ArrayList<>();
    private final DecodeOrder order = new DecodeOrder((frame, dts, pts, arrivalNs) -> {
        out.add(dts + ">" + pts);
        dtsOut.add(dts);
    });

    private void frames(int depth, long... pts) {
        var config = DecoderConfig.video(Codec.H264, new byte[0], 16, 16, depth);
        for (long one : pts) {
            order.onFrame(new MediaFrame(new byte[1], one, 0, false, config, false), one, 0);
        }
    }

    @Test
    void withoutBFramesNothingWaits() {
        frames(0, 0, 40, 80);
        assertEquals(List.of("0>0", "40>40", "80>80"), out);
    }

    @Test
    void aPyramidGetsTheSortedTimes() {
        frames(2, 0, 160, 80, 40, 120, 320, 240, 200, 280);
        order.flush();
        assertEquals(
                List.of("0>0", "40>160", "80>80", "120>40", "160>120", "200>320", "240>240", "280>200", "320>280"), out);
    }

    @Test
    void adaptsWhenTheConfigurationPromisedTooLittle() {
        for (int i = 0; i < 10; i++) {
            frames(0, i * 120L, i * 120L + 120 - 40, i * 120L + 40);
        }
        order.flush();
        assertEquals(30, out.size());
        for (int i = 1; i < 30; i++) {
            assertTrue(dtsOut.get(i) > dtsOut.get(i - 1), out.toString());
        }
        assertEquals("1120>1160", out.get(28));
    }

    @Test
    void equalTimesAreKeptATickApart() {
        frames(0, 0, 40, 40, 80);
        assertEquals(List.of("0>0", "40>40", "41>41", "80>80"), out);
    }

    @Test
    void alwaysIncreasesWhateverComes() {
        long seed = 11;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            frames(random.nextInt(17), random.nextInt(1_000_000) - 500_000);
        }
        order.flush();
        assertEquals(20_000, out.size());
        for (int i = 1; i < dtsOut.size(); i++) {
            assertTrue(dtsOut.get(i) > dtsOut.get(i - 1), "seed " + seed + " at " + i);
        }
    }
}
