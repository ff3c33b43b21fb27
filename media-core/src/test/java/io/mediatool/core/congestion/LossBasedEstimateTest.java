package io.mediatool.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossBasedEstimateTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Long> out = new ArrayList<>();
    private final LossBasedEstimate estimate =
            new LossBasedEstimate(100_000, 4_000_000, (bitrateBps, nowNs) -> out.add(bitrateBps));

    private void second(int second, int packets, int expected, int lost) {
        for (int i = 0; i < packets; i++) {
            estimate.onPacket(1250, second * SECOND + i);
        }
        estimate.onDeadline(expected, lost, (second + 1) * SECOND);
    }

    @Test
    void fallsWithLossesAndGrowsWithoutWithinItsBounds() {
        estimate.onDeadline(0, 0, SECOND);
        assertEquals(Long.MAX_VALUE, estimate.nextDeadlineNs());
        second(0, 100, 100, 0);
        assertEquals(List.of(4_000_000L), out);
        second(1, 100, 225, 25); // 20 % lost of 1 Mbit/s: at most twice what came, less a tenth
        assertEquals(1_800_000L, out.get(1));
        second(2, 100, 330, 30); // 5 %: stays
        assertEquals(1_800_000L, out.get(2));
        second(3, 100, 430, 30);
        assertEquals(1_945_000L, out.get(3));
        for (int i = 4; i < 40; i++) {
            second(i, 1, 430, 30);
        }
        assertEquals(4_000_000L, estimate.bitrateBps());
        for (int i = 40; i < 60; i++) {
            second(i, 1, 430 + i * 100, 30 + i * 90);
        }
        assertEquals(100_000L, estimate.bitrateBps());
        assertTrue(estimate.nextDeadlineNs() > 60 * SECOND);
    }
}
