package io.mediatool.core.loop.crossing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.EventLoops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BatchLaneTest {
    /** The bytes of an entry all have its length; an empty one is a place among them. */
    @Test
    void packedBytesComeOutAsTheyWentIn() {
        PackedBytes packed = new PackedBytes();
        Random random = new Random(5);
        for (int round = 0; round < 3; round++) {
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int length = i % 7 == 0 ? 0 : random.nextInt(200);
                lengths.add(length);
                if (length == 0) {
                    packed.addEmpty();
                } else {
                    byte[] data = new byte[length + 3];
                    Arrays.fill(data, 2, 2 + length, (byte) length);
                    packed.add(data, 2, length);
                }
            }
            assertEquals(lengths.size(), packed.size());
            assertTrue(packed.capacity() >= packed.size());
            for (int i = 0; i < lengths.size(); i++) {
                byte[] expected = new byte[lengths.get(i)];
                Arrays.fill(expected, (byte) expected.length);
                int from = packed.offset(i);
                assertArrayEquals(expected, Arrays.copyOfRange(packed.array(), from, from + packed.length(i)));
            }
            assertEquals(lengths.stream().mapToInt(Integer::intValue).sum(), packed.bytes());
            packed.clear();
            assertEquals(0, packed.bytes() + packed.size());
        }
    }

    /** Two real loops: nothing is lost or overtaken, and nothing that is being taken is filled. */
    @Test
    void batchesArriveInOrder() throws InterruptedException {
        int batches = 20_000;
        List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
        List<Integer> got = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        try (EventLoop from = EventLoops.open("from", bugs::add);
                EventLoop to = EventLoops.open("to", bugs::add)) {
            BatchLane<List<Integer>> lane = new BatchLane<>(to, ArrayList::new, batch -> {
                got.addAll(batch);
                batch.clear();
                if (got.size() == 3 * batches) {
                    done.countDown();
                }
            });
            give(from, lane, 0, batches);
            assertTrue(done.await(60, TimeUnit.SECONDS), () -> got.size() + " of " + 3 * batches + " " + bugs);
        }
        for (int i = 0; i < got.size(); i++) {
            assertEquals(i, got.get(i));
        }
        assertEquals(List.of(), bugs);
    }

    @Test
    void whatHasBeenTakenComesBack() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        try (EventLoop to = EventLoops.open("to", bug -> {})) {
            BatchLane<List<Integer>> lane = new BatchLane<>(
                    to,
                    () -> {
                        made.incrementAndGet();
                        return new ArrayList<>();
                    },
                    List::clear);
            for (int i = 0; i < 100; i++) {
                lane.filling().add(i);
                lane.pass();
                CountDownLatch taken = new CountDownLatch(1);
                to.execute(taken::countDown);
                assertTrue(taken.await(60, TimeUnit.SECONDS));
            }
        }
        assertEquals(2, made.get(), "one that is filled and one that is taken");
    }

    /** A batch a turn, as long as the other loop keeps up. */
    private static void give(EventLoop from, BatchLane<List<Integer>> lane, int batch, int batches) {
        from.execute(() -> {
            int next = batch;
            if (lane.waiting() < 8) {
                lane.filling().addAll(List.of(3 * next, 3 * next + 1, 3 * next + 2));
                lane.pass();
                next++;
            }
            if (next < batches) {
                give(from, lane, next, batches);
            }
        });
    }

    /** A loop that is closed takes nothing, and nothing is thrown for it. */
    @Test
    void aClosedLoopTakesNothing() {
        EventLoop to = EventLoops.open("to", bug -> {});
        to.close();
        BatchLane<List<Integer>> lane = new BatchLane<>(to, ArrayList::new, List::clear);
        lane.filling().add(1);
        lane.pass();
        assertEquals(0, lane.waiting());
        assertTrue(lane.filling().isEmpty());
    }
}
