package io.mediatool.core.bits;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Objects that are about to be used one after the other, each found by the one before: every step waits for memory then. {@link #fetch}
 * reads a word of each of them, and since none of these reads needs another's result, the processor waits for all at once. It pays where what is
 * used lies out of the caches' reach by the next time: many peers, served in turn.
 *
 * <p>Keeps its objects from being collected. For one thread at a time.
 */
public final class WorkingSet {
    /** No objects. */
    public static final WorkingSet EMPTY = new Builder().build();

    private static final int LINE_INTS = 16;
    private static final int LINE_LONGS = 8;
    /** Of an array no more than these lines; the first comes with the object. */
    private static final int MAX_LINES = 4;

    private final Object[] objects;
    private final int[][] ints;
    private final long[][] longs;
    private final InetSocketAddress[] addresses;

    private WorkingSet(Object[] objects, int[][] ints, long[][] longs, InetSocketAddress[] addresses) {
        this.objects = objects;
        this.ints = ints;
        this.longs = longs;
        this.addresses = addresses;
    }

    /** Is told the objects. */
    public static final class Builder implements Consumer<Object> {
        private final List<Object> objects = new ArrayList<>();

        @Override
        public void accept(Object object) {
            objects.add(object);
        }

        /** All that was accepted. */
        public WorkingSet build() {
            return new WorkingSet(
                    objects.toArray(),
                    objects.stream()
                            .filter(each -> each instanceof int[] array && array.length > LINE_INTS / 2)
                            .toArray(int[][]::new),
                    objects.stream()
                            .filter(each -> each instanceof long[] array && array.length > LINE_LONGS / 2)
                            .toArray(long[][]::new),
                    objects.stream()
                            .filter(each -> each instanceof InetSocketAddress address && !address.isUnresolved())
                            .toArray(InetSocketAddress[]::new));
        }
    }

    /** How many objects. */
    public int size() {
        return objects.length;
    }

    /** Reads from all objects. @return what has no meaning but must be used, or the compiler leaves the reading out */
    public int fetch() {
        int read = 0;
        for (Object each : objects) {
            read += each.getClass() == WorkingSet.class ? 1 : 0; // the class is in each object's first line
        }
        for (int[] each : ints) {
            int end = Math.min(each.length, MAX_LINES * LINE_INTS);
            for (int i = LINE_INTS / 2; i < end; i += LINE_INTS) {
                read += each[i];
            }
        }
        for (long[] each : longs) {
            int end = Math.min(each.length, MAX_LINES * LINE_LONGS);
            for (int i = LINE_LONGS / 2; i < end; i += LINE_LONGS) {
                read += (int) each[i];
            }
        }
        for (InetSocketAddress each : addresses) {
            read += each.getAddress().hashCode() + each.getPort(); // their holders are not ours to see
        }
        return read;
    }
}
