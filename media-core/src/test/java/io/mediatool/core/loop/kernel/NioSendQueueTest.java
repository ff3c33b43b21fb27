package io.mediatool.core.loop.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The queue of a NIO socket against a kernel whose buffer fills. */
final class NioSendQueueTest {
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_000);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_002);

    private final List<String> taken = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private final NioSendQueue queue = new NioSendQueue(this::take);

    private int take(ByteBuffer datagram, InetSocketAddress remote) throws IOException {
        if (room == 0) {
            return 0;
        }
        if (remote.getPort() == 1) {
            throw new NoRouteToHostException();
        }
        room--;
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        taken.add(text(bytes, remote));
        return bytes.length;
    }

    private static String text(byte[] bytes, InetSocketAddress remote) {
        return remote.getPort() + ":" + bytes.length + ":" + Arrays.hashCode(bytes);
    }

    private String send(int seed, int length, InetSocketAddress remote) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        byte[] padded = Arrays.copyOf(bytes, length + 3);
        int head = seed % (length + 1);
        byte[] start = Arrays.copyOf(padded, head);
        queue.send(start, head, padded, head, length - head, remote);
        Arrays.fill(padded, (byte) 0); // the queue has copied
        return text(bytes, remote);
    }

    @Test
    void whatTheKernelDoesNotTakeFollowsInItsOrder() {
        long seed = 20_261_122;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> expected = new ArrayList<>();
        for (int turn = 0; turn < 500; turn++) {
            for (int i = random.nextInt(40); i > 0; i--) {
                expected.add(send(expected.size(), random.nextInt(1, 1_500), random.nextBoolean() ? ONE : TWO));
            }
            room = random.nextInt(25);
            int before = taken.size();
            boolean emptied = queue.flush();
            assertEquals(emptied, taken.size() == expected.size(), "seed " + seed + ", turn " + turn);
            assertTrue(taken.size() - before <= 25);
        }
        room = Integer.MAX_VALUE;
        assertTrue(queue.flush());
        assertEquals(expected, taken, "seed " + seed);
        assertEquals(expected.size(), queue.counters().sent());
        assertEquals(0, queue.counters().dropped() + queue.counters().failed());
    }

    @Test
    void aDatagramThatCannotBeSentHoldsUpNoOther() {
        queue.send(new byte[0], 0, new byte[9], 0, 9, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        String second = send(2, 100, ONE);
        assertTrue(queue.flush());
        assertEquals(List.of(second), taken);
        assertEquals(1, queue.counters().failed());
        assertEquals(1, queue.counters().sent());
        assertEquals(100, queue.counters().sentBytes());
    }

    @Test
    void isBoundedInDatagramsAndBytes() {
        room = 0;
        for (int i = 0; i < SendQueue.MAX_PENDING_DATAGRAMS + 7; i++) {
            queue.send(new byte[0], 0, new byte[1], 0, 1, ONE);
        }
        assertFalse(queue.flush());
        assertEquals(7, queue.counters().dropped());
        room = Integer.MAX_VALUE;
        assertTrue(queue.flush());
        assertEquals(SendQueue.MAX_PENDING_DATAGRAMS, queue.counters().sent());

        room = 0;
        byte[] large = new byte[SendQueue.MAX_DATAGRAM_BYTES];
        int fit = SendQueue.MAX_PENDING_BYTES / large.length;
        for (int i = 0; i < fit + 3; i++) {
            queue.send(large, 0, large, 0, large.length, TWO);
        }
        assertFalse(queue.flush());
        assertEquals(7 + 3, queue.counters().dropped());
        queue.close();
        assertEquals(fit, queue.counters().failed());
        queue.send(large, 0, large, 0, 1, TWO);
        assertTrue(queue.flush());
        assertEquals(fit + 1, queue.counters().failed());
    }
}
