package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.VirtualEventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A loop that is busy elsewhere for many turns of the one that gives: it gets all of it afterwards, as far as there is room. */
final class HandoverTest implements Handover.Taker {
    private static final InetSocketAddress FROM = new InetSocketAddress("192.0.2.1", 7);

    private final List<Throwable> bugs = new ArrayList<>();
    private final VirtualEventLoop loop = new VirtualEventLoop(new FakeNetwork(1, Link.PERFECT), bugs::add);
    private final Handover handover = new Handover(loop, this);
    private final List<Integer> taken = new ArrayList<>();

    @Override
    public void take(
            byte[] data, int offset, int length, int side, InetSocketAddress remote, @Nullable RemotePath path) {
        taken.add((data[offset] & 0xff) << 8 | data[offset + 1] & 0xff);
        assertEquals(FROM, remote);
    }

    @Override
    public void onTaken() {}

    private void add(int number, int length) {
        byte[] data = new byte[length];
        data[0] = (byte) (number >> 8);
        data[1] = (byte) number;
        handover.add(data, 0, length, 0, FROM, null);
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void manySmallTurnsAreNotMoreThanFewLargeOnes() {
        for (int i = 0; i < 300; i++) {
            add(i, 100);
            assertEquals(i >= Handover.MAX_WAITING, handover.flush());
        }
        loop.advanceBy(1);
        assertEquals(upTo(Handover.MAX_WAITING), taken);
        assertFalse(handover.flush());
        loop.advanceBy(1);
        assertEquals(upTo(300), taken);
        assertEquals(0, handover.dropped());
        assertEquals(List.of(), bugs);
    }

    @Test
    void whatIsBeyondTheBoundIsLost() {
        int each = 1_024;
        int last = Handover.MAX_WAITING + Handover.MAX_BYTES / each;
        for (int i = 0; i < last + 100; i++) {
            add(i, each);
            boolean unused = handover.flush();
        }
        assertEquals(100, handover.dropped());
        loop.advanceBy(1);
        handover.end();
        loop.advanceBy(1);
        assertEquals(upTo(last), taken);
    }

    /** Before a connection's end is told: nothing of it may come after that. */
    @Test
    void whatEndsNowDoesNotWait() {
        for (int i = 0; i < Handover.MAX_WAITING + 5; i++) {
            add(i, 100);
            handover.end();
        }
        assertEquals(5, handover.dropped());
        assertFalse(handover.flush());
        loop.advanceBy(1);
        assertEquals(upTo(Handover.MAX_WAITING), taken);
        assertTrue(bugs.isEmpty());
    }
}
