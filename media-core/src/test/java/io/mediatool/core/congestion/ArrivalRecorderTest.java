package io.mediatool.core.congestion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtcp.feedback.FeedbackPackets;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ArrivalRecorderTest {
    private static final long MS = 1_000_000L;
    private static final int N = TransportFeedback.NOT_RECEIVED;

    private final List<TransportFeedback> out = new ArrayList<>();
    private final ArrivalRecorder recorder = new ArrivalRecorder(100 * MS, (feedback, nowNs) -> out.add(feedback));

    @Test
    void reportsWhatCameAndWhen() {
        recorder.identify(1, 2);
        recorder.onPacket(65_534, 1000 * MS);
        recorder.onPacket(65_535, 1001 * MS);
        recorder.onPacket(2, 1002 * MS);
        recorder.onPacket(1, 1003 * MS);
        recorder.onPacket(1, 1004 * MS);
        assertEquals(1100 * MS, recorder.nextDeadlineNs());
        recorder.onDeadline(1099 * MS);
        assertTrue(out.isEmpty());
        recorder.onDeadline(1100 * MS);
        // 1000 ms are 15 times 64 ms and 160 quarters of a ms.
        assertEquals(new TransportFeedback(1, 2, 65_534, 0, 15, new int[] {160, 4, N, 8, -4}), out.get(0));
        assertEquals(Long.MAX_VALUE, recorder.nextDeadlineNs());
        recorder.onPacket(0, 1110 * MS);
        recorder.onPacket(3, 1120 * MS);
        recorder.onDeadline(1210 * MS);
        assertEquals(0, out.get(1).baseSequence());
        assertEquals(1, out.get(1).feedbackCount());
        assertEquals(4, out.get(1).deltas().length);
    }

    @Test
    void splitsWhereDeltasDoNotReach() {
        recorder.onPacket(1, 0);
        recorder.onPacket(2, 20_000 * MS);
        recorder.onDeadline(20_000 * MS);
        assertEquals(2, out.size());
        assertArrayEquals(new int[] {0}, out.get(0).deltas());
        assertArrayEquals(new int[] {128}, out.get(1).deltas());
        assertEquals(312, out.get(1).referenceTime());
    }

    @Test
    void followsAJump() {
        recorder.onPacket(100, 0);
        recorder.onPacket(30_000, MS);
        recorder.onDeadline(101 * MS);
        assertEquals(1, out.size());
        assertEquals(30_000, out.get(0).baseSequence());
        assertEquals(1, recorder.jumps());
    }

    @Test
    void everyArrivalIsReportedToAQuarterOfAMillisecond() throws MalformedException {
        long seed = 1018;
        Random random = new Random(seed);
        Map<Integer, Long> came = new HashMap<>();
        long nowNs = 1_000_000_000_000L;
        for (int i = 0; i < 60_000; i++) {
            nowNs += random.nextInt(2_000_000);
            int sequence = i + random.nextInt(4) & 0xffff;
            if (random.nextInt(20) != 0) {
                recorder.onPacket(sequence, nowNs);
                came.putIfAbsent(sequence, nowNs);
            }
            recorder.onDeadline(nowNs);
        }
        recorder.onDeadline(nowNs + 100 * MS);
        Map<Integer, Long> reported = new HashMap<>();
        for (TransportFeedback feedback : out) {
            assertEquals(feedback, FeedbackPackets.parse(FeedbackPackets.write(feedback)));
            long clock = feedback.referenceTime() * TransportFeedback.REFERENCE_NS;
            for (int i = 0; i < feedback.deltas().length; i++) {
                if (feedback.deltas()[i] != N) {
                    clock += feedback.deltas()[i] * TransportFeedback.DELTA_NS;
                    reported.put(feedback.baseSequence() + i & 0xffff, clock);
                }
            }
        }
        assertEquals(came.keySet(), reported.keySet(), "seed " + seed);
        came.forEach((sequence, ns) -> {
            long error = ns - reported.get(sequence);
            assertTrue(error >= 0 && error < TransportFeedback.DELTA_NS, "seed " + seed + " at " + sequence);
        });
    }
}
