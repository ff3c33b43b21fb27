package io.mediatool.core.stream.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SequenceGapsTest {
    @Test
    void whatIsLeftOutLeavesNoGapAndWhatIsLostDoes() {
        SequenceGaps gaps = new SequenceGaps(10);
        assertEquals(0, gaps.pass(10));
        assertEquals(-1, gaps.drop(11));
        assertEquals(1, gaps.pass(12)); // leaves as 11
        assertEquals(1, gaps.pass(15)); // 13 and 14 are missing: 12 and 13 wait for them, this is 14
        assertEquals(12, gaps.source(11));
        assertEquals(1, gaps.drop(13), "left out after all: its place has to be filled");
        assertEquals(-1, gaps.drop(13));
        assertEquals(1, gaps.pass(14));
        assertEquals(14, gaps.source(13));
        assertEquals(-1, gaps.source(12), "an empty one is there, and not in the history");
        assertEquals(15, gaps.source(14));
        assertEquals(-1, gaps.source(15), "not sent yet");
    }

    /** Packets in any order with losses: numbers are given once, in order, and lead back to where they came from. */
    @Test
    void numbersAreUniqueAndLeadBack() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            SequenceGaps gaps = new SequenceGaps(0);
            TreeMap<Long, Long> out = new TreeMap<>();
            TreeMap<Long, Long> late = new TreeMap<>();
            long filled = 0;
            for (long sequence = 0; sequence < 5_000; sequence++) {
                int fate = random.nextInt(20);
                if (fate == 0) {
                    late.put(sequence + 1 + random.nextInt(30), sequence);
                } else if (fate > 1) {
                    filled += one(gaps, out, sequence, random);
                }
                while (!late.isEmpty() && late.firstKey() <= sequence) {
                    filled += one(gaps, out, late.pollFirstEntry().getValue(), random);
                }
            }
            assertTrue(filled > 10, "seed " + seed);
            long newest = out.lastKey();
            for (var entry : out.tailMap(newest - 400).entrySet()) {
                long source = entry.getValue();
                assertEquals(source, gaps.source(entry.getKey()), "seed " + seed);
            }
        }
    }

    private static int one(SequenceGaps gaps, TreeMap<Long, Long> out, long sequence, Random random) {
        boolean drops = random.nextInt(3) == 0;
        int behind = drops ? gaps.drop(sequence) : gaps.pass(sequence);
        if (behind >= 0) {
            assertEquals(null, out.put(sequence - behind, drops ? -1 : sequence), "given once");
        }
        return drops && behind >= 0 ? 1 : 0;
    }
}
