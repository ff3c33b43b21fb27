package io.mediatool.core.stream.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtpNackGeneratorTest {
    private static final long MS = 1_000_000L;

    private final List<String> out = new ArrayList<>();
    private final RtpNackGenerator nacks = new RtpNackGenerator(400 * MS, new RtpNackGenerator.Listener() {
        @Override
        public void onNack(long[] sequences, int count, long nowNs) {
            out.add(nowNs / MS + " ask " + Arrays.toString(Arrays.copyOf(sequences, count)));
        }

        @Override
        public void onGivenUp(int count, long nowNs) {
            out.add(nowNs / MS + " give up " + count);
        }
    });

    private void run(long untilMs) {
        while (nacks.nextDeadlineNs() <= untilMs * MS) {
            nacks.onDeadline(nacks.nextDeadlineNs());
        }
    }

    @Test
    void asksEachRoundTripAndGivesUpByAge() {
        nacks.onRtt(100 * MS);
        nacks.onPacket(1, 0);
        nacks.onPacket(4, 0);
        nacks.onPacket(3, 5 * MS); // was only late
        run(2000);
        assertEquals(List.of("10 ask [2]", "135 ask [2]", "260 ask [2]", "385 ask [2]", "400 give up 1"), out);
        assertEquals(1, nacks.repaired());
        assertEquals(1, nacks.givenUp());
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
    }

    /** A publisher that answers each NACK after a round trip, however often it comes. @return how often a packet was asked for */
    private double answerAfter(long rttMs, int packets) {
        long asked = nacks.asked();
        long sequence = 1_000_000;
        for (int i = 0; i < packets; i++) {
            long startMs = 2_000L * (i + 1) + 1_000 * rttMs;
            nacks.onPacket(sequence += 2, startMs * MS);
            if (i > 0) {
                run(startMs + 10 + rttMs);
                nacks.onRetransmission(sequence - 1, (startMs + 10 + rttMs) * MS);
            }
        }
        return (double) (nacks.asked() - asked) / (packets - 1);
    }

    @Test
    void learnsTheRoundTripFromWhatWasAskedForOnce() {
        assertEquals(1, answerAfter(60, 10));
        assertEquals(60 * MS, nacks.rttNs());
        nacks.reset();
        assertTrue(answerAfter(350, 40) < 2, "a path that became longer");
        assertEquals(350.0, (double) nacks.rttNs() / MS, 5);
        nacks.reset();
        assertEquals(1, answerAfter(360, 10), "and stays so");
    }

    /** A repeat that is answered at once is the answer to what was asked before. */
    @Test
    void repeatsDoNotShortenTheRoundTrip() {
        nacks.onRtt(80 * MS);
        nacks.onPacket(1, 0);
        nacks.onPacket(3, 0);
        run(110);
        assertEquals(List.of("10 ask [2]", "110 ask [2]"), out);
        nacks.onRetransmission(2, 111 * MS);
        assertEquals(80 * MS, nacks.rttNs());
        assertEquals(1, nacks.repaired());
    }

    @Test
    void asksForManyInOneGo() {
        nacks.onPacket(65_534, 0);
        nacks.onPacket(65_540, 0);
        run(50);
        assertEquals(List.of("10 ask [65535, 65536, 65537, 65538, 65539]"), out);
    }

    @Test
    void boundsWhatIsMissing() {
        nacks.onPacket(0, 0);
        for (int i = 1; i <= 600; i++) {
            nacks.onPacket(2L * i, 0);
        }
        assertEquals(600 - RtpNackGenerator.MAX_MISSING, nacks.givenUp());
        nacks.onPacket(1_000_000, 1);
        assertTrue(nacks.givenUp() > 990_000);
        assertEquals(Long.MAX_VALUE, nacks.nextDeadlineNs());
    }

    @Test
    void asksForNothingThatArrived() {
        long seed = 4585;
        Random random = new Random(seed);
        nacks.onRtt(30 * MS);
        long[] arrived = new long[5000];
        for (int i = 0; i < 5000; i++) {
            arrived[i] = random.nextInt(10) == 0 ? Long.MAX_VALUE : i * MS + random.nextInt(15) * MS;
        }
        arrived[0] = 0;
        for (long ms = 0; ms < 6000; ms++) {
            for (int i = (int) Math.max(0, ms - 20); i <= Math.min(4999, ms); i++) {
                if (arrived[i] == ms * MS) {
                    nacks.onPacket(i, ms * MS);
                }
            }
            int before = out.size();
            run(ms);
            for (String line : out.subList(before, out.size())) {
                if (line.contains("ask")) {
                    for (String number : line.replaceAll(".*\\[|]", "").split(", ")) {
                        assertTrue(arrived[Integer.parseInt(number)] > ms * MS, "seed " + seed + " " + line);
                    }
                }
            }
        }
        long lost = Arrays.stream(arrived).filter(ns -> ns == Long.MAX_VALUE).count();
        // Those behind the last arrival cannot be missed.
        assertTrue(nacks.givenUp() <= lost && nacks.givenUp() > lost - 20, nacks.givenUp() + " of " + lost);
    }
}
