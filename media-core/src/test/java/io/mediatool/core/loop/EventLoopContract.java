package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link EventLoop} does, whatever the engine. */
abstract class EventLoopContract {
    LoopDriver driver;
    final List<String> log = new ArrayList<>();

    abstract LoopDriver open();

    @BeforeEach
    void openLoop() {
        driver = open();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void runsTasksInTheirOrderAndNeverAtOnce() throws Exception {
        driver.run(() -> {
            driver.loop.execute(() -> log.add("first"));
            driver.loop.execute(() -> log.add("second"));
            log.add("before");
            assertTrue(driver.loop.inLoop());
        });
        driver.until("both", () -> log.size() == 3);
        assertEquals(List.of("before", "first", "second"), log);
    }

    @Test
    void runsTimersByDeadlineThenByAgeAndNeverEarly() throws Exception {
        driver.run(() -> {
            long t = driver.loop.nowNs();
            timer(t + 3_000_000, "c");
            timer(t + 1_000_000, "a");
            timer(t + 2_000_000, "b1");
            timer(t + 2_000_000, "b2");
            timer(t - 1, "overdue");
        });
        driver.until("five timers", () -> log.size() == 5);
        assertEquals(List.of("overdue", "a", "b1", "b2", "c"), log);
    }

    private Timer timer(long deadlineNs, String name) {
        return driver.loop.schedule(deadlineNs, nowNs -> {
            assertTrue(nowNs - deadlineNs >= 0, name + " is early");
            assertEquals(nowNs, driver.loop.nowNs());
            log.add(name);
            driver.changed();
        });
    }

    @Test
    void cancelsTimersAlsoFromATimerOfTheSameInstant() throws Exception {
        driver.run(() -> {
            long t = driver.loop.nowNs() + 1_000_000;
            Timer[] victim = new Timer[1];
            driver.loop.schedule(t, nowNs -> victim[0].cancel());
            victim[0] = timer(t, "victim");
            Timer early = timer(t - 500_000, "cancelled");
            early.cancel();
            early.cancel();
            timer(t + 1, "last");
        });
        driver.until("the last", () -> log.contains("last"));
        assertEquals(List.of("last"), log);
    }

    @Test
    void aTimerThatIsDueAgainAtOnceDoesNotStarveTasks() throws Exception {
        int[] rounds = new int[1];
        driver.run(() -> again(rounds));
        driver.until("ten rounds", () -> rounds[0] >= 10);
        rounds[0] = Integer.MAX_VALUE;
    }

    private void again(int[] rounds) {
        driver.loop.schedule(driver.loop.nowNs() + (driver.isVirtual() ? 1_000 : 0), nowNs -> {
            if (rounds[0] < 1_000_000) {
                rounds[0]++;
                again(rounds);
            }
        });
    }

    @Test
    void anEarlierTimerOvertakesTheAlarmThatIsSet() throws Exception {
        driver.run(() -> timer(driver.loop.nowNs() + 3_600_000_000_000L, "in an hour"));
        driver.run(() -> timer(driver.loop.nowNs() + 1_000_000, "soon"));
        driver.until("soon", () -> log.size() == 1);
        assertEquals(List.of("soon"), log);
    }

    @Test
    void timeStandsStillWithinATask() throws Exception {
        long[] times = new long[2];
        driver.run(() -> {
            times[0] = driver.loop.nowNs();
            long busy = System.nanoTime();
            while (System.nanoTime() - busy < 100_000) {
                Thread.onSpinWait();
            }
            times[1] = driver.loop.nowNs();
        });
        assertEquals(times[0], times[1]);
    }

    @Test
    void reportsBugsOfTasksAndTimersAndGoesOn() throws Exception {
        driver.loop.execute(() -> {
            throw new IllegalStateException("task");
        });
        driver.run(() -> driver.loop.schedule(driver.loop.nowNs(), nowNs -> {
            throw new AssertionError("timer");
        }));
        driver.until("two bugs", () -> driver.bugs.size() == 2);
        assertEquals(
                List.of("task", "timer"),
                driver.bugs.stream().map(Throwable::getMessage).toList());
    }

    @Test
    void belongsToOneThread() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean inside = new AtomicBoolean(true);
        Thread stranger = new Thread(() -> {
            inside.set(driver.loop.inLoop());
            thrown.set(assertThrows(IllegalStateException.class, () -> driver.loop.nowNs()));
            assertThrows(IllegalStateException.class, () -> driver.loop.schedule(0, nowNs -> {}));
        });
        stranger.start();
        stranger.join();
        assertFalse(inside.get());
        assertTrue(thrown.get() != null);
    }

    @Test
    void closingRunsWhatIsQueuedAndRefusesWhatComesLater() {
        driver.loop.execute(() -> log.add("queued"));
        driver.loop.close();
        driver.loop.close();
        assertEquals(List.of("queued"), log);
        assertThrows(RejectedExecutionException.class, () -> driver.loop.execute(() -> log.add("late")));
    }

    @Test
    void closesFromItsOwnThread() throws Exception {
        driver.run(() -> {
            timer(driver.loop.nowNs() + 1, "never");
            driver.loop.close();
        });
        driver.loop.close();
        assertEquals(List.of(), log);
    }
}
