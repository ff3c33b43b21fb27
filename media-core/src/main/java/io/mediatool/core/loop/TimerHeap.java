package io.mediatool.core.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: a binary heap by deadline, in order of scheduling where deadlines are equal. Every entry knows its
 * place, so cancelling frees it at once.
 */
final class TimerHeap {
    private @Nullable Entry[] heap = new @Nullable Entry[64];
    private int size;
    private long scheduled;
    private final List<Entry> due = new ArrayList<>();

    Entry schedule(long deadlineNs, TimeService.Task task) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        Entry entry = new Entry(this, deadlineNs, scheduled++, task);
        size++;
        up(size - 1, entry);
        return entry;
    }

    int size() {
        return size;
    }

    /** The soonest; null when there is none. */
    @Nullable Entry first() {
        return heap[0];
    }

    /**
     * Runs what is due. What the tasks themselves schedule waits for the next call even when it is due at once, so a
     * call always ends.
     */
    void runDue(long nowNs, Guard guard) {
        for (Entry e = heap[0]; e != null && e.deadlineNs - nowNs <= 0; e = heap[0]) {
            removeAt(0);
            due.add(e);
        }
        for (int i = 0; i < due.size(); i++) {
            TimeService.Task task = due.get(i).take();
            if (task != null) {
                guard.run(task, nowNs);
            }
        }
        due.clear();
    }

    /** Drops all, also what is due in the call that is running. */
    void clear() {
        due.forEach(Entry::cancel);
        while (size > 0) {
            Entry last = at(size - 1);
            removeAt(size - 1);
            last.cancel();
        }
    }

    private Entry at(int index) {
        Entry entry = heap[index];
        if (entry == null) {
            throw new IllegalStateException("timer heap of " + size + " has a hole at " + index);
        }
        return entry;
    }

    private void removeAt(int index) {
        at(index).index = -1;
        size--;
        Entry last = at(size);
        heap[size] = null;
        if (index == size) {
            return;
        }
        down(index, last);
        if (heap[index] == last) {
            up(index, last);
        }
    }

    private void up(int start, Entry entry) {
        int index = start;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            Entry above = at(parent);
            if (!entry.before(above)) {
                break;
            }
            place(index, above);
            index = parent;
        }
        place(index, entry);
    }

    private void down(int start, Entry entry) {
        int index = start;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).before(at(child))) {
                child++;
            }
            Entry below = at(child);
            if (!below.before(entry)) {
                break;
            }
            place(index, below);
            index = child;
        }
        place(index, entry);
    }

    private void place(int index, Entry entry) {
        heap[index] = entry;
        entry.index = index;
    }

    /** Runs a task and deals with what it throws. */
    interface Guard {
        void run(TimeService.Task task, long nowNs);
    }

    /** One timer. */
    static final class Entry implements Timer {
        private final TimerHeap owner;
        final long deadlineNs;
        private final long order;
        private TimeService.@Nullable Task task;
        private int index = -1;

        private Entry(TimerHeap owner, long deadlineNs, long order, TimeService.Task task) {
            this.owner = owner;
            this.deadlineNs = deadlineNs;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            task = null;
            if (index >= 0) {
                owner.removeAt(index);
            }
        }

        TimeService.@Nullable Task peek() {
            return task;
        }

        private TimeService.@Nullable Task take() {
            TimeService.Task taken = task;
            task = null;
            return taken;
        }

        // By difference: the monotonic clock may wrap.
        private boolean before(Entry other) {
            long difference = deadlineNs - other.deadlineNs;
            return difference != 0 ? difference < 0 : order - other.order < 0;
        }
    }
}
