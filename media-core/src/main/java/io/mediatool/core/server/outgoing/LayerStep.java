package io.mediatool.core.server.outgoing;

import io.mediatool.core.server.IncomingLayer;

/**
 * One of the qualities that a track comes in: a simulcast layer, and of its scalable layers those up to two limits.
 *
 * @param spatial highest of its spatial layers, {@link #ALL} where it has but one
 * @param temporal highest of its temporal layers, likewise
 * @param bitrateBps what it takes now, 0 while unknown
 */
record LayerStep(IncomingLayer layer, int spatial, int temporal, long bitrateBps) {
    /** All that there are. */
    static final int ALL = 7;

    /** As a viewer names it: rid, and the limits where there are any. */
    String name() {
        boolean flat = spatial == ALL || layer.scalable().spatialLayers() == 1;
        String layers = (flat ? "" : "S" + spatial) + (temporal == ALL ? "" : "T" + temporal);
        return layers.isEmpty() || layer.rid().isEmpty() ? layer.rid() + layers : layer.rid() + " " + layers;
    }

    boolean isLike(LayerStep other) {
        return layer == other.layer && spatial == other.spatial && temporal == other.temporal;
    }
}
