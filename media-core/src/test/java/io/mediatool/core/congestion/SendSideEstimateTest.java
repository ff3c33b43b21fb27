package io.mediatool.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.rtcp.feedback.TransportFeedback;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Frames over a path of some rate, queue, jitter and loss, with the receiver's feedback each 50 ms. */
final class SendSideEstimateTest {
    private static final long MS = 1_000_000L;
    private static final long SEED = 4;

    private final Random random = new Random(SEED);
    private final SendSideEstimate estimate = new SendSideEstimate();
    private final TreeMap<Long, Runnable> events = new TreeMap<>();
    private final ArrivalRecorder receiver = new ArrivalRecorder(50 * MS, (feedback, atNs) -> tell(feedback));
    private long nowNs = 5_000 * MS;
    private long rateBps = 100_000_000;
    private long queueBytes = 200_000;
    private long delayNs = 30 * MS;
    private long jitterNs;
    private double loss;
    private long freeNs;
    private long lastArrivalNs;
    private long mediaBps;
    private boolean probing;

    private void tell(TransportFeedback feedback) {
        at(nowNs + delayNs, () -> estimate.onFeedback(feedback, nowNs));
    }

    private void at(long timeNs, Runnable event) {
        long free = timeNs;
        while (events.containsKey(free)) {
            free++;
        }
        events.put(free, event);
    }

    private void run(long ms) {
        long endNs = nowNs + ms * MS;
        while (!events.isEmpty() && events.firstKey() <= endNs) {
            var next = events.pollFirstEntry();
            nowNs = next.getKey();
            next.getValue().run();
        }
        nowNs = endNs;
    }

    private void media(long bps) {
        boolean starts = mediaBps == 0;
        mediaBps = bps;
        if (starts) {
            at(nowNs, this::frame);
            at(nowNs, this::feedback);
        }
    }

    private void frame() {
        long bytes = (long) ((double) mediaBps / 30 / 8 * (0.8 + 0.4 * random.nextDouble()));
        for (long left = bytes; left > 0; left -= 1_200) {
            send((int) Math.min(1_200, left));
        }
        at(nowNs + 33_333_333L, this::frame);
    }

    private void feedback() {
        receiver.onDeadline(nowNs);
        at(nowNs + 10 * MS, this::feedback);
    }

    private void send(int size) {
        int number = (int) estimate.onSent(size, nowNs) & 0xffff;
        long startsNs = Math.max(nowNs, freeNs);
        if ((startsNs - nowNs) * rateBps / 8_000_000_000L > queueBytes || random.nextDouble() < loss) {
            return;
        }
        freeNs = startsNs + size * 8_000_000_000L / rateBps;
        lastArrivalNs = Math.max(lastArrivalNs, freeNs + delayNs + (long) (random.nextDouble() * jitterNs));
        long arrivalNs = lastArrivalNs;
        at(arrivalNs, () -> receiver.onPacket(number, nowNs));
    }

    /** 20 packets at this rate above the media. */
    private void probe(long bps) {
        estimate.beginProbe();
        probing = true;
        for (int i = 0; i < 20; i++) {
            at(nowNs + i * 9_600_000_000_000L / bps, () -> send(1_200));
        }
        at(nowNs + 20 * 9_600_000_000_000L / bps, () -> {
            estimate.endProbe();
            probing = false;
        });
    }

    private double mbps() {
        return (double) estimate.bitrateBps(nowNs) / 1e6;
    }

    @Test
    void nothingSpeaksAgainstAPathWithRoom() {
        rateBps = 4_000_000;
        media(2_500_000);
        run(30_000);
        assertEquals(SendSideEstimate.Basis.UNLIMITED, estimate.basis(nowNs));
        assertEquals(2.5, (double) estimate.arrivedBps() / 1e6, 0.3);
    }

    @Test
    void aQueueThatGrowsIsSeenBeforeItIsFull() {
        rateBps = 1_000_000;
        media(2_500_000);
        run(1_000);
        assertTrue(mbps() < 1.1, "after a second " + mbps());
        assertEquals(SendSideEstimate.Basis.DELAY, estimate.basis(nowNs));
        media(700_000);
        double least = mbps();
        for (int i = 0; i < 100; i++) {
            run(100);
            least = Math.min(least, mbps());
        }
        assertTrue(least > 0.5, "what the path carries is not thrown away: " + least);
        assertTrue(mbps() > 0.75 && mbps() < 1.1, "it settles near what the path carries: " + mbps());
    }

    @Test
    void lossAndJitterAloneAreNoFullPath() {
        jitterNs = 50 * MS;
        loss = 0.05;
        media(2_000_000);
        for (int i = 0; i < 600; i++) {
            run(100);
            assertTrue(
                    mbps() > 1.6, "seed " + SEED + " after " + i + "00 ms: " + mbps() + " by " + estimate.basis(nowNs));
        }
    }

    @Test
    void aPolicerThatQueuesNothingIsSeenByItsLosses() {
        rateBps = 1_000_000;
        queueBytes = 6_000;
        media(3_000_000);
        run(1_500);
        assertTrue(mbps() < 1.6, "" + mbps());
        media(600_000);
        run(5_000);
        assertTrue(mbps() > 0.6 && mbps() < 1.6, "" + mbps());
    }

    @Test
    void aProbeFindsTheRoomThatMediaDoesNotUse() {
        rateBps = 1_000_000;
        media(2_500_000);
        run(1_000);
        media(500_000);
        run(3_000);
        probe(3_000_000);
        run(1_000);
        assertTrue(!probing && mbps() < 1.2, "a probe into a full path proves nothing more: " + mbps());
        rateBps = 10_000_000;
        run(3_000);
        double before = mbps();
        probe(3_000_000);
        run(1_000);
        assertTrue(mbps() > 2.5, "from " + before + " to " + mbps() + ", probe " + estimate.probeBps());
        media(2_400_000);
        run(20_000);
        assertTrue(mbps() > 2.4, "" + mbps());
    }

    @Test
    void theReceiversOwnWordCountsUntilItIsOld() {
        media(1_000_000);
        run(1_000);
        estimate.onRemote(800_000, nowNs);
        assertEquals(800_000, estimate.bitrateBps(nowNs));
        assertEquals(SendSideEstimate.Basis.REMB, estimate.basis(nowNs));
        run(11_000);
        assertEquals(SendSideEstimate.Basis.UNLIMITED, estimate.basis(nowNs));
    }

    @Test
    void reportsCountWhereThereIsNothingElse() {
        for (int i = 0; i < 5; i++) {
            nowNs += 1_000 * MS;
            estimate.onReport(0.2, 2_000_000, nowNs);
        }
        assertEquals(1.8, mbps(), 0.01);
        assertEquals(SendSideEstimate.Basis.LOSS, estimate.basis(nowNs));
        for (int i = 0; i < 10; i++) {
            nowNs += 1_000 * MS;
            estimate.onReport(0, 1_000_000, nowNs);
        }
        assertTrue(mbps() > 3, "" + mbps());
    }

    @Test
    void feedbackOnWhatWasNeverSentIsNothing() {
        media(1_000_000);
        run(1_000);
        long before = estimate.arrivedBps();
        Random liar = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            int[] deltas = liar.ints(1 + liar.nextInt(40), -32_768, 32_768).toArray();
            for (int j = 0; j < deltas.length; j++) {
                deltas[j] = liar.nextInt(3) == 0 ? Integer.MIN_VALUE : deltas[j];
            }
            estimate.onFeedback(
                    new TransportFeedback(
                            1, 1, liar.nextInt(0x1_0000), i & 0xff, liar.nextInt(1 << 24) - (1 << 23), deltas),
                    nowNs);
            assertTrue(estimate.bitrateBps(nowNs) >= 50_000);
        }
        assertTrue(before > 0 && estimate.arrivedBps() >= 0);
    }
}
