package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimerHeapTest {
    private record Planned(long deadlineNs, int id, Timer timer) {}

    @Test
    void agreesWithASortedListOverRandomUse() {
        long seed = 77;
        SplittableRandom random = new SplittableRandom(seed);
        TimerHeap heap = new TimerHeap();
        List<Planned> model = new ArrayList<>();
        List<Integer> ran = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        // Across the wrap of the monotonic clock.
        long now = Long.MAX_VALUE - 50_000;
        for (int i = 0; i < 20_000; i++) {
            int id = i;
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long deadline = now + random.nextInt(1_000);
                    model.add(new Planned(deadline, id, heap.schedule(deadline, nowNs -> ran.add(id))));
                }
                case 2 -> {
                    if (!model.isEmpty()) {
                        model.remove(random.nextInt(model.size())).timer().cancel();
                    }
                }
                default -> {
                    now += random.nextInt(20);
                    long at = now;
                    heap.runDue(at, (task, nowNs) -> task.run(nowNs));
                    model.stream()
                            .filter(planned -> planned.deadlineNs() - at <= 0)
                            .sorted(Comparator.comparingLong((Planned planned) -> planned.deadlineNs() - at)
                                    .thenComparingInt(Planned::id))
                            .forEach(planned -> expected.add(planned.id()));
                    model.removeIf(planned -> planned.deadlineNs() - at <= 0);
                }
            }
            assertEquals(model.size(), heap.size(), "seed " + seed + " step " + i);
        }
        assertEquals(expected, ran, "seed " + seed);
    }

    @Test
    void clearingStopsWhatIsDueInTheSameCall() {
        TimerHeap heap = new TimerHeap();
        List<String> ran = new ArrayList<>();
        heap.schedule(1, nowNs -> {
            ran.add("first");
            heap.clear();
        });
        heap.schedule(1, nowNs -> ran.add("second"));
        heap.schedule(9, nowNs -> ran.add("third"));
        heap.runDue(5, (task, nowNs) -> task.run(nowNs));
        heap.runDue(10, (task, nowNs) -> task.run(nowNs));
        assertEquals(List.of("first"), ran);
    }
}
