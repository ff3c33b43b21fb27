package io.mediatool.cli.street;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether this machine, which other work and other machines may share, gives its programs the time that they ask for. A thread does
 * the same small piece of work ten times a second, and notes by how much it came later and took longer than the fastest; the kernel
 * tells for how long somebody had to wait for a processor. What is measured in milliseconds of real programs tells something about
 * them only where the machine kept pace.
 */
public final class Pace {
    private static final long EVERY_NS = 100_000_000;
    private static final int ROUNDS = 2_000_000; // a few milliseconds: longer than a scheduler's slice
    private static final int KEPT = 6_000; // ten minutes
    private static final long STALLED_NS = 100_000_000;
    private static final double SLOW = 1.6;
    private static final double CROWDED = 0.5;
    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final Pattern WAITED = Pattern.compile("some .*total=([0-9]+)");

    private static final Pace MACHINE = new Pace();

    private record Sample(long atNs, long stalledNs, long workedNs, long waitedUs) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private long fastestNs = Long.MAX_VALUE;
    private long sum;

    private Pace() {
        var thread = new Thread(this::work, "pace");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on something is measured. @return this moment of {@link System#nanoTime} */
    public static long begin() {
        return System.nanoTime();
    }

    /** What the machine was like from such a moment until now. */
    public static Kept since(long fromNs) {
        return MACHINE.kept(fromNs);
    }

    /**
     * What was seen.
     *
     * @param stalledMs the longest time for which nothing was done that should have been
     * @param slowness how much longer than the fastest a piece of work took on average, at least 1
     * @param crowded the part of the time for which some program waited for a processor; 0 where the kernel does not tell
     */
    public record Kept(long stalledMs, double slowness, double crowded) {
        /** Whether what took longer than it should took longer for reasons of its own. */
        public boolean isSteady() {
            return stalledMs < STALLED_NS / 1_000_000 && slowness < SLOW && crowded < CROWDED;
        }
    }

    private synchronized Kept kept(long fromNs) {
        List<Sample> seen =
                samples.stream().filter(one -> one.atNs - fromNs >= 0).toList();
        if (seen.size() < 2) {
            return new Kept(0, 1, 0);
        }
        Sample first = seen.get(0);
        Sample last = seen.get(seen.size() - 1);
        long stalledNs = seen.stream()
                .mapToLong(one -> one.stalledNs + one.workedNs - fastestNs)
                .max()
                .orElseThrow();
        double workedNs = seen.stream().mapToLong(Sample::workedNs).average().orElseThrow();
        return new Kept(
                TimeUnit.NANOSECONDS.toMillis(stalledNs),
                workedNs / fastestNs,
                1e3 * (last.waitedUs - first.waitedUs) / (last.atNs - first.atNs));
    }

    private void work() {
        while (true) {
            long asleepNs = System.nanoTime();
            LockSupport.parkNanos(EVERY_NS);
            long awakeNs = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                sum = sum * 31 + i;
            }
            long doneNs = System.nanoTime();
            add(new Sample(doneNs, Math.max(0, awakeNs - asleepNs - EVERY_NS), doneNs - awakeNs, waitedUs()));
        }
    }

    private static long waitedUs() {
        try {
            Matcher waited = WAITED.matcher(Files.readString(PRESSURE));
            return waited.find() ? Long.parseLong(waited.group(1)) : 0;
        } catch (IOException e) {
            return 0; // this kernel does not tell
        }
    }

    private synchronized void add(Sample sample) {
        fastestNs = Math.min(fastestNs, sample.workedNs);
        samples.addLast(sample);
        if (samples.size() > KEPT) {
            samples.removeFirst();
        }
    }
}
