package io.mediatool.core.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is read of an object tells by the sum whether it was read. */
final class WorkingSetTest {
    private static WorkingSet of(Object... objects) {
        var parts = new WorkingSet.Builder();
        List.of(objects).forEach(parts);
        return parts.build();
    }

    @Test
    void nothingIsReadOfNothing() {
        assertEquals(0, WorkingSet.EMPTY.fetch());
        assertEquals(0, WorkingSet.EMPTY.size());
    }

    @Test
    void theFirstLineOfEachObjectIsRead() {
        WorkingSet inner = of();
        WorkingSet set = of("a", inner, new byte[0], inner);
        assertEquals(4, set.size());
        assertEquals(2, set.fetch(), "two of its class are among them");
    }

    @Test
    void aLongArrayIsReadInEachLineUpToTheFourth() {
        for (int length = 0; length < 100; length++) {
            int[] ints = new int[length];
            Arrays.fill(ints, 1);
            long[] longs = new long[length];
            Arrays.fill(longs, 1);
            assertEquals(Math.min(4, (length + 7) / 16), of(ints).fetch(), length + " ints");
            assertEquals(Math.min(4, (length + 3) / 8), of(longs).fetch(), length + " longs");
        }
    }

    @Test
    void addressesAreReadToTheirBytes() throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 4);
        assertEquals(Objects.hashCode(loopback.getAddress()) + 4, of(loopback).fetch());
        var six = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 5);
        assertNotEquals(0, of(six).fetch());
        assertEquals(0, of(InetSocketAddress.createUnresolved("example.org", 1)).fetch());
    }
}
