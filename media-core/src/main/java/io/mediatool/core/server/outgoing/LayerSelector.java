package io.mediatool.core.server.outgoing;

import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import org.jspecify.annotations.Nullable;

/**
 * Which layer of a track is the best that a viewer may have. Publishers name their layers as they like and list them in any
 * order, so the best is the one with most bits.
 */
final class LayerSelector {
    /** A layer must have so much more than the present one to be worth a key frame: bitrates are never still. */
    private static final double CLEARLY = 1.3;

    private @Nullable String wanted;

    /** @param rid the layer that is wanted at most, null for the best */
    void want(@Nullable String rid) {
        wanted = rid;
    }

    /** @param present the layer that is sent or waited for */
    @Nullable IncomingLayer choose(IncomingStreamTrack track, @Nullable IncomingLayer present, long nowNs) {
        String rid = wanted;
        IncomingLayer limit = rid == null ? null : track.layer(rid);
        if (limit != null && limit.isActive(nowNs)) {
            return limit;
        }
        IncomingLayer best = null;
        for (IncomingLayer layer : track.layers()) {
            boolean allowed = limit == null || layer.bitrateBps(nowNs) <= limit.bitrateBps(nowNs);
            if (layer.isActive(nowNs) && allowed && (best == null || isBetter(layer, best, nowNs))) {
                best = layer;
            }
        }
        if (best == null) {
            // Nothing comes: stay, or wait for the one asked for, or for whichever is first.
            return present != null
                    ? present
                    : limit != null ? limit : track.layers().get(0);
        }
        boolean stays = limit == null
                && present != null
                && present.isActive(nowNs)
                && (double) best.bitrateBps(nowNs) < CLEARLY * (double) present.bitrateBps(nowNs);
        return stays ? present : best;
    }

    private static boolean isBetter(IncomingLayer layer, IncomingLayer than, long nowNs) {
        return layer.bitrateBps(nowNs) > than.bitrateBps(nowNs);
    }
}
