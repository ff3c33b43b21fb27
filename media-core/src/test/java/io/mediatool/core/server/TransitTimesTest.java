package io.mediatool.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Buckets by hand. */
final class TransitTimesTest {
    private static final long MS = 1_000_000L;

    @Test
    void packetsAreCountedByTheTimeFromTheirTurnToTheKernel() {
        TransitTimes times = new TransitTimes();
        times.onQueued(10 * MS);
        times.onQueued(10 * MS);
        times.onFlushed(10 * MS + 50_000);
        times.onQueued(20 * MS);
        times.onFlushed(20 * MS + 50_001);
        times.onQueued(30 * MS);
        times.onFlushed(31 * MS);
        times.onQueued(40 * MS);
        times.onFlushed(1_000 * MS);
        times.onFlushed(2_000 * MS); // nothing was queued
        assertEquals(
                "[2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]",
                Arrays.toString(times.snapshot().counts()));
        assertEquals(2 * 50_000 + 50_001 + MS + 960 * MS, times.snapshot().sumNs());
        assertEquals(times.snapshot().counts().length, TransitTimes.Snapshot.boundsNs().length + 1);
    }

    @Test
    void whatCameByAnotherLoopCountsFromThere() {
        TransitTimes times = new TransitTimes();
        for (int turn = 1; turn <= 20; turn++) { // more than are told apart
            times.beginRelayed(100 * MS - turn * MS);
            times.onQueued(100 * MS);
            times.endRelayed();
        }
        times.onQueued(100 * MS);
        times.onFlushed(100 * MS + 10_000);
        TransitTimes.Snapshot seen = times.snapshot();
        assertEquals(21, seen.total());
        assertEquals(42, seen.plus(seen).total());
        assertEquals(1, seen.counts()[5], "the first, of 1 ms");
    }
}
