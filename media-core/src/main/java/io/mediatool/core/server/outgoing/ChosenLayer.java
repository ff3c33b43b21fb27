package io.mediatool.core.server.outgoing;

import io.mediatool.core.congestion.SendSideEstimate;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import org.jspecify.annotations.Nullable;

/** The layer that a viewer gets or waits for, what there is for it, and why it is no better. For the loop's thread. */
final class ChosenLayer {
    private final LayerSelector selector;
    private @Nullable LayerStep step;
    private long budgetBps = Long.MAX_VALUE;
    private SendSideEstimate.Basis basis = SendSideEstimate.Basis.UNLIMITED;

    ChosenLayer(LayerSelector selector) {
        this.selector = selector;
    }

    @Nullable IncomingLayer layer() {
        LayerStep chosen = step;
        return chosen == null ? null : chosen.layer();
    }

    /** The most that is wanted. */
    void want(LayerSteps.Limit limit) {
        selector.want(limit);
    }

    /** What the path has for it, {@link Long#MAX_VALUE} while nothing limits it. */
    void onBudget(long bps, SendSideEstimate.Basis why) {
        budgetBps = bps;
        basis = why;
    }

    /** Chooses anew. @return null when there is no track */
    @Nullable LayerStep of(@Nullable IncomingStreamTrack track, long nowNs) {
        LayerStep chosen = track == null ? null : selector.choose(track, step, budgetBps, nowNs);
        if (chosen != null) {
            step = chosen;
        }
        return chosen;
    }

    void forget() {
        step = null;
    }

    /** Adds the size of pictures of the layer that is forwarded now, as far as it is known. */
    void addSize(@Nullable IncomingLayer forwarded, Counters counters) {
        LayerStep chosen = step;
        if (chosen == null) {
            return;
        }
        IncomingLayer now = forwarded == null ? chosen.layer() : forwarded;
        int spatial = chosen.layer() == now ? chosen.spatial() : LayerStep.ALL;
        if (now.width(spatial) > 0) {
            counters.max("width", now.width(spatial));
            counters.max("height", now.height(spatial));
        }
    }

    /** Bits a second of it now. */
    long neededBps(long nowNs) {
        LayerStep chosen = step;
        return chosen == null ? 0 : LayerSteps.bitrateBps(chosen.layer(), chosen.spatial(), chosen.temporal(), nowNs);
    }

    /** What the next better one would take, 0 when it is not bandwidth that is missing. */
    long wantsBps(long nowNs) {
        return selector.wantsBps(nowNs);
    }

    /** Null while there is none. */
    OutgoingStreamTrack.@Nullable Selection selection(long nowNs) {
        LayerStep chosen = step;
        if (chosen == null) {
            return null;
        }
        long available = budgetBps == Long.MAX_VALUE ? 0 : budgetBps;
        String limit = selector.limit().toString();
        return new OutgoingStreamTrack.Selection(chosen.name(), limit, reason(), neededBps(nowNs), available);
    }

    private String reason() {
        return switch (selector.why()) {
            case BEST -> "best";
            case ASKED -> "asked";
            case WAITING -> "waiting";
            case BANDWIDTH ->
                switch (basis) {
                    case LOSS -> "loss";
                    case REMB -> "remb";
                    default -> "bandwidth";
                };
        };
    }
}
