package io.mediatool.core.signalling.admission;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much there is to do on a loop: what was measured in the last seconds, and what those will need who came since. Of some seconds
 * the one with the least counts: what a handful of arrivals take, and compilers that have not begun, is over soon, and nobody
 * who has crossed comes back.
 */
public final class LoopLoad {
    /** Up to here the viewers of a room stay on its loop: to cross costs a copy, a wake-up, and shorter runs of packets for each. */
    static final double KEPT_TOGETHER = 0.25;

    /** What another loop must have less to do for somebody to go there, so that rooms are not strewn for nothing. */
    static final double WORTH_CROSSING = 0.016;

    /**
     * What a session is taken to need, of a core, until it was measured, and at least: what sends little now may send much later, and stays
     * where it is. A viewer of 1.5 Mbit/s takes 0.0006.
     */
    static final double SESSION = 0.001;

    private static final long EVERY_NS = 1_000_000_000L;
    /** Seconds that a loop must have been busy for. */
    static final int LASTING = 4;

    /** What was seen in a second. */
    private record Measured(double share, int sessions) {
        double expected(int sessionsNow) {
            return share + SESSION * Math.max(0, sessionsNow - sessions);
        }
    }

    private static final List<Measured> NOTHING = Collections.nCopies(LASTING, new Measured(0, 0));

    private final EventLoop loop;
    /** Written on the loop. */
    private final AtomicInteger sessions = new AtomicInteger();

    private volatile List<Measured> measured = NOTHING;
    private @Nullable Timer timer;
    private long sinceNs;
    private long busyNs;

    public LoopLoad(EventLoop loop) {
        this.loop = loop;
    }

    /** A session lives here now; with the first of them measuring begins. On the loop. */
    public void enter() {
        if (sessions.getAndIncrement() == 0) {
            sinceNs = loop.nowNs();
            busyNs = loop.busyNs();
            timer = loop.schedule(sinceNs + EVERY_NS, this::measure);
        }
    }

    /** It has ended; with the last of them measuring does: an idle loop wakes for nothing. On the loop. */
    public void leave() {
        if (sessions.decrementAndGet() == 0 && timer != null) {
            timer.cancel();
            measured = NOTHING;
        }
    }

    private void measure(long nowNs) {
        long busy = loop.busyNs();
        var last = new Measured(Math.min(1, (busy - busyNs) / (double) (nowNs - sinceNs)), sessions.get());
        measured = Stream.concat(measured.stream().skip(1), Stream.of(last)).toList();
        sinceNs = nowNs;
        busyNs = busy;
        timer = loop.schedule(nowNs + EVERY_NS, this::measure);
    }

    /** What there will be to do, in cores. */
    double expected() {
        int now = sessions.get();
        double lasting =
                measured.stream().mapToDouble(each -> each.expected(now)).min().orElseThrow();
        return Math.max(lasting, SESSION * now);
    }

    /** Where a viewer of a room should live: {@code home}, where the room does, unless that is busy and another of {@code all} clearly less so. Any thread. */
    public static <T> T leastBusy(T home, List<T> all, Function<T, LoopLoad> loadOf) {
        double atHome = loadOf.apply(home).expected();
        if (atHome < KEPT_TOGETHER) {
            return home;
        }
        T best = home;
        double least = atHome - WORTH_CROSSING;
        for (T each : all) {
            double expected = loadOf.apply(each).expected();
            if (expected < least) {
                best = each;
                least = expected;
            }
        }
        return best;
    }
}
