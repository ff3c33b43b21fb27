package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mediatool.core.rtcp.ReportBlock;
import org.junit.jupiter.api.Test;

final class ReceptionStatisticsTest {
    private static final long MS = 1_000_000L;
    private final ReceptionStatistics statistics = new ReceptionStatistics();

    /** Feeds packets {@code from} to {@code to} (exclusive), 20 ms apart, on time. */
    private void feed(int from, int to) {
        for (int i = from; i < to; i++) {
            statistics.onPacket(i & 0xffff, i * 160L, i * 20 * MS, 8000);
        }
    }

    @Test
    void countsLossByInterval() {
        assertFalse(statistics.started());
        feed(0, 75);
        feed(100, 200);
        ReportBlock first = statistics.report(9, 0);
        assertEquals(new ReportBlock(9, 25 * 256 / 200, 25, 199, 0, 0, 0), first);
        feed(200, 300);
        assertEquals(0, statistics.report(9, 0).fractionLost());
        assertEquals(25, statistics.lost());
    }

    @Test
    void countsCyclesAndReordering() {
        feed(65_530, 65_536);
        statistics.onPacket(1, 0, 0, 8000);
        statistics.onPacket(0, 0, 0, 8000);
        statistics.onPacket(65_535, 0, 0, 8000); // a duplicate from before the wrap
        ReportBlock report = statistics.report(1, 0);
        assertEquals(0x1_0001L, report.highestSequence());
        assertEquals(-1, report.cumulativeLost());
        assertEquals(0, report.fractionLost());
    }

    @Test
    void restartsOnlyWhenASecondPacketFollowsTheJump() {
        feed(0, 10);
        statistics.onPacket(30_000, 0, 0, 8000);
        assertEquals(10, statistics.received());
        feed(10, 20);
        assertEquals(0, statistics.lost());
        statistics.onPacket(30_000, 0, 0, 8000);
        statistics.onPacket(30_001, 0, 0, 8000);
        assertEquals(1, statistics.received());
        assertEquals(30_001, statistics.report(1, 0).highestSequence());
    }

    /** RFC 3550 A.8: J += (|D| − J) / 16, from which a steady |D| of 8 ms (64 units) tends to 64. */
    @Test
    void smoothsJitter() {
        for (int i = 0; i < 1000; i++) {
            statistics.onPacket(i, i * 160L, (i * 20L + (i & 1) * 8) * MS, 8000);
            if (i == 1) {
                assertEquals(4, statistics.jitter());
            }
        }
        assertEquals(64, statistics.jitter(), 1);
    }

    @Test
    void jitterSurvivesTheWrapOfTimestampAndArrival() {
        long base = 0xffff_ffffL - 1000;
        for (int i = 0; i < 100; i++) {
            statistics.onPacket(i, (base + i * 1800L) & 0xffff_ffffL, Long.MAX_VALUE / 2 + i * 20 * MS, 90_000);
        }
        assertEquals(0, statistics.jitter(), 1);
    }

    @Test
    void reportsTheDelaySinceTheSenderReport() {
        feed(0, 1);
        statistics.onSenderReport(0x1122334455667788L, 5_000 * MS);
        ReportBlock report = statistics.report(1, 6_500 * MS);
        assertEquals(0x33445566, report.lastSenderReport());
        assertEquals(65_536 + 32_768, report.delaySinceLastSenderReport());
    }
}
