package io.mediatool.core.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimescaleTest {
    private static final long YEAR_S = 31_536_000L;

    @ParameterizedTest
    @ValueSource(ints = {1, 25, 600, 8_000, 44_100, 48_000, 90_000, 10_000_000})
    void unitsComeBackFromNanoseconds(int rate) {
        Timescale scale = new Timescale(rate);
        for (long units : new long[] {0, 1, rate - 1, rate, 1_234_567, -1, -rate - 1, 50 * YEAR_S * rate + 1}) {
            assertEquals(units, scale.fromNs(scale.toNs(units)));
            assertEquals(units, scale.from(units, rate));
        }
    }

    @Test
    void nanosecondsAreRoundedDownAndUnitsToTheNearest() {
        Timescale video = new Timescale(90_000);
        assertEquals(11_111, video.toNs(1));
        assertEquals(-11_112, video.toNs(-1));
        assertEquals(0, video.fromNs(5_555));
        assertEquals(1, video.fromNs(5_556));
        assertEquals(-1, video.fromNs(-11_111));
    }

    @Test
    void unitsOfOtherClocksGoToTheNearest() {
        Timescale video = new Timescale(90_000);
        assertEquals(7_508, video.from(3_679, 44_100));
        assertEquals(-7_508, video.from(-3_679, 44_100));
        assertEquals(90_000 * YEAR_S, video.from(48_000 * YEAR_S, 48_000));
    }
}
