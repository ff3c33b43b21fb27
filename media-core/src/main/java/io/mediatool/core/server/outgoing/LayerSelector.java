package io.mediatool.core.server.outgoing;

import io.mediatool.core.server.IncomingStreamTrack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which quality of a track is the best that a viewer may have and that its path carries. Publishers name their layers as they
 * like and list them in any order, so the best is the one with most bits. Down at once, up after a while, and later each time
 * that it went wrong.
 */
final class LayerSelector {
    /** A layer must have so much more than the present one to be worth a key frame: bitrates are never still. */
    private static final double CLEARLY = 1.3;
    /** A path with less than this much of what is sent is full now; a little less may be a dent in the estimate. */
    private static final double FULL = 0.8;
    /** What a better layer must leave free. */
    private static final double HEADROOM = 1.15;

    private static final long DENT_NS = 6_000_000_000L;
    private static final long STEADY_NS = 400_000_000L;
    private static final long FIRST_PAUSE_NS = 2_000_000_000L;
    private static final long MAX_PAUSE_NS = 60_000_000_000L;
    /** Who falls back so soon went up in vain. */
    private static final long IN_VAIN_NS = 10_000_000_000L;

    private final LayerSteps steps;
    private long shortSinceNs = Long.MAX_VALUE;
    private long roomSinceNs = Long.MAX_VALUE;
    private long pauseNs = FIRST_PAUSE_NS;
    private long pausedUntilNs = Long.MIN_VALUE;
    private long upNs = Long.MIN_VALUE / 2;
    private long wantsBps;
    private Why why = Why.WAITING;

    /** See {@link LayerSteps}. */
    LayerSelector(boolean tellsApart) {
        steps = new LayerSteps(tellsApart);
    }

    /** Why it is this one. */
    enum Why {
        /** There is none better. */
        BEST,
        /** The viewer asked for no more. */
        ASKED,
        /** The path carries no more. */
        BANDWIDTH,
        /** Nothing comes. */
        WAITING
    }

    /** The most that the viewer wants. */
    void want(LayerSteps.Limit limit) {
        steps.limit(limit);
        // Whoever asks for it shall have it tried.
        pausedUntilNs = Long.MIN_VALUE;
    }

    /**
     * @param present what is sent or waited for
     * @param budgetBps what there is for this track, {@link Long#MAX_VALUE} while nothing limits it
     */
    LayerStep choose(IncomingStreamTrack track, @Nullable LayerStep present, long budgetBps, long nowNs) {
        List<LayerStep> allowed = steps.of(track, nowNs);
        wantsBps = 0;
        if (allowed.isEmpty()) {
            why = Why.WAITING;
            return present != null && track.layers().contains(present.layer()) ? present : steps.awaited(track);
        }
        LayerStep now = present == null ? null : steps.find(allowed, present);
        LayerStep best = allowed.get(allowed.size() - 1);
        LayerStep chosen = now == null ? highest(allowed, budgetBps) : next(allowed, now, budgetBps, nowNs);
        boolean stays = now != null && chosen.isLike(now);
        if (!stays) {
            shortSinceNs = Long.MAX_VALUE;
            roomSinceNs = Long.MAX_VALUE;
        }
        boolean top = chosen.isLike(best) || stays && !isWorth(best, chosen);
        why = !top ? Why.BANDWIDTH : steps.isLimited(track, nowNs) ? Why.ASKED : Why.BEST;
        if (!top) {
            wantsBps = above(allowed, chosen).bitrateBps();
        }
        return chosen;
    }

    /** The best that fits, or the least. */
    private static LayerStep highest(List<LayerStep> allowed, long budgetBps) {
        for (int i = allowed.size() - 1; i > 0; i--) {
            if (allowed.get(i).bitrateBps() <= budgetBps) {
                return allowed.get(i);
            }
        }
        return allowed.get(0);
    }

    private LayerStep next(List<LayerStep> allowed, LayerStep now, long budgetBps, long nowNs) {
        double needed = (double) now.bitrateBps();
        if ((double) budgetBps < needed) {
            roomSinceNs = Long.MAX_VALUE;
            shortSinceNs = Math.min(shortSinceNs, nowNs);
            boolean full = (double) budgetBps < FULL * needed || nowNs - shortSinceNs >= DENT_NS;
            LayerStep less = full ? highest(allowed, budgetBps) : now;
            if (less.bitrateBps() >= now.bitrateBps()) {
                return now;
            }
            boolean inVain = nowNs - upNs < IN_VAIN_NS;
            pauseNs = inVain ? Math.min(MAX_PAUSE_NS, 2 * pauseNs) : FIRST_PAUSE_NS;
            pausedUntilNs = nowNs + pauseNs;
            return less;
        }
        shortSinceNs = Long.MAX_VALUE;
        boolean limited = budgetBps != Long.MAX_VALUE;
        LayerStep more = highest(allowed, limited ? (long) ((double) budgetBps / HEADROOM) : budgetBps);
        if (more.isLike(now) || !isWorth(more, now)) {
            roomSinceNs = Long.MAX_VALUE;
            return now;
        }
        roomSinceNs = Math.min(roomSinceNs, nowNs);
        if (limited && (nowNs < pausedUntilNs || nowNs - roomSinceNs < STEADY_NS)) {
            return now;
        }
        upNs = limited ? nowNs : upNs;
        return more;
    }

    /** Another source needs a key frame and must be clearly better; another layer of the same one need not. */
    private static boolean isWorth(LayerStep more, LayerStep than) {
        return more.layer() == than.layer()
                ? more.spatial() > than.spatial() || more.temporal() > than.temporal()
                : (double) more.bitrateBps() >= CLEARLY * (double) than.bitrateBps();
    }

    private static LayerStep above(List<LayerStep> allowed, LayerStep chosen) {
        for (LayerStep step : allowed) {
            if (step.bitrateBps() > chosen.bitrateBps() && isWorth(step, chosen)) {
                return step;
            }
        }
        return allowed.get(allowed.size() - 1);
    }

    /** What the next better one takes with some headroom, 0 when bandwidth is not what is missing or it is not time. */
    long wantsBps(long nowNs) {
        return nowNs < pausedUntilNs ? 0 : (long) (HEADROOM * (double) wantsBps);
    }

    Why why() {
        return why;
    }

    LayerSteps.Limit limit() {
        return steps.limit();
    }
}
