package io.mediatool.core.server.outgoing;

import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.server.Counters;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import io.mediatool.core.stream.repair.Retransmitter;
import org.jspecify.annotations.Nullable;

/** Sends again what a viewer misses, within what its path has to spare. For the loop's thread. */
final class Repairs {
    private static final long LEAST_BPS = 200_000;
    private static final long MOST_BPS = 40_000_000;
    private static final long PAUSE_NS = 2_000_000L;

    private final Carrier transport;
    private final TimeService time;
    private final boolean resends;
    private final Retransmitter retransmitter;
    private @Nullable Timer waiting;
    private long messages;

    /** @param resends whether that has been agreed; else NACKs are only counted */
    Repairs(RtpStreamTransponder transponder, Carrier transport, TimeService time, boolean resends) {
        this.transport = transport;
        this.time = time;
        this.resends = resends;
        this.retransmitter = new Retransmitter(transponder);
    }

    /** The viewer misses packets. */
    void onNack(Nack nack, long nowNs) {
        messages++;
        if (resends) {
            retransmitter.onNack(nack, rateBps(nowNs), nowNs);
            schedule(nowNs);
        }
    }

    void onRtt(long rttNs) {
        retransmitter.onRtt(rttNs);
    }

    private long rateBps(long nowNs) {
        return Math.max(LEAST_BPS, Math.min(MOST_BPS, transport.burstBps(nowNs)));
    }

    private void schedule(long nowNs) {
        long nextNs = retransmitter.nextDeadlineNs(rateBps(nowNs), nowNs);
        if (waiting == null && nextNs != Long.MAX_VALUE) {
            waiting = time.schedule(Math.max(nextNs, nowNs + PAUSE_NS), laterNs -> {
                waiting = null;
                retransmitter.onDeadline(rateBps(laterNs), laterNs);
                schedule(laterNs);
            });
        }
    }

    void close() {
        Timer timer = waiting;
        waiting = null;
        if (timer != null) {
            timer.cancel();
        }
    }

    void addCounters(Counters counters) {
        counters.add("nacks", messages);
        counters.add("nackedPackets", retransmitter.asked());
        counters.add("nackMissing", retransmitter.missing());
        counters.add("nackOverBudget", retransmitter.overBudget());
    }
}
