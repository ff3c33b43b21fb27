package io.mediatool.core.signalling.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.VirtualEventLoop;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class LoopLoadTest {
    private static final long S = 1_000_000_000L;

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final VirtualEventLoop otherLoop = new VirtualEventLoop();
    private final LoopLoad home = new LoopLoad(loop);
    private final LoopLoad other = new LoopLoad(otherLoop);

    private static void enter(LoopLoad load, int sessions) {
        for (int i = 0; i < sessions; i++) {
            load.enter();
        }
    }

    private LoopLoad next() {
        return LoopLoad.leastBusy(home, List.of(home, other), Function.identity());
    }

    private void pass(long durationNs) {
        loop.advanceBy(durationNs);
        otherLoop.advanceBy(durationNs);
    }

    @Test
    void viewersStayTogetherWhileTheirLoopHasTime() {
        loop.busyShare(0.1);
        enter(home, 200);
        pass(3 * S);
        assertEquals(0.2, home.expected(), 1e-9);
        assertSame(home, next());
    }

    @Test
    void aBusyLoopSendsTheNextToAnother() {
        loop.busyShare(0.3);
        enter(home, 10);
        assertSame(home, next(), "not measured yet");
        pass(LoopLoad.LASTING * S);
        assertSame(other, next());
    }

    /** A cold start: three seconds of compilers and handshakes. */
    @Test
    void whatIsOverSoonSendsNobodyAway() {
        enter(home, 1);
        loop.busyShare(0.9);
        for (int i = 1; i < LoopLoad.LASTING; i++) {
            pass(S);
            enter(home, 10);
            assertSame(home, next());
        }
        loop.busyShare(0.5); // of all the time until now, that is: a second without work
        pass(S);
        assertSame(home, next());
    }

    @Test
    void nobodyCrossesForLittle() {
        loop.busyShare(0.5);
        otherLoop.busyShare(0.49);
        enter(home, 10);
        enter(other, 10);
        pass(LoopLoad.LASTING * S);
        assertSame(home, next());
        enter(home, 10);
        assertSame(other, next());
    }

    @Test
    void manyWhoComeAtOnceAreSpreadBeforeTheyAreMeasured() {
        for (int i = 0; i < 1000; i++) {
            next().enter();
        }
        assertEquals(0.5, home.expected(), 0.01);
        assertEquals(0.5, other.expected(), 0.01);
    }

    @Test
    void newcomersAreAddedToWhatWasMeasured() {
        loop.busyShare(0.2);
        enter(home, 20);
        pass(LoopLoad.LASTING * S);
        enter(home, 40);
        assertEquals(0.24, home.expected(), 1e-9);
        pass(S);
        assertEquals(0.2, home.expected(), 1e-9);
    }

    @Test
    void anIdleLoopWakesForNothing() {
        loop.busyShare(0.4);
        enter(home, 2);
        pass(3 * S);
        home.leave();
        assertTrue(!loop.runUntilIdle(10 * S), "one is there still, and is measured");
        home.leave();
        assertTrue(loop.runUntilIdle(20 * S));
        assertEquals(0, home.expected());
    }
}
