package io.mediatool.recorder;

import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** A loop without sockets whose time is moved by hand. */
final class ManualLoop implements EventLoop {
    private record Entry(long deadlineNs, long order, Task task) {}

    private final PriorityQueue<Entry> timers =
            new PriorityQueue<>(Comparator.comparingLong(Entry::deadlineNs).thenComparingLong(Entry::order));
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long nowNs = 1_000_000_000_000L;
    private long order;

    void advanceTo(long timeNs) {
        runTasks();
        while (!timers.isEmpty() && timers.peek().deadlineNs <= timeNs) {
            Entry next = timers.poll();
            nowNs = Math.max(nowNs, next.deadlineNs);
            next.task.run(nowNs);
            runTasks();
        }
        nowNs = Math.max(nowNs, timeNs);
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public Timer schedule(long deadlineNs, Task task) {
        var entry = new Entry(deadlineNs, order++, task);
        timers.add(entry);
        return () -> timers.remove(entry);
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public UdpSocket bind(UdpBinding binding, DatagramListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
