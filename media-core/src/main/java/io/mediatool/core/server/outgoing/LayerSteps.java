package io.mediatool.core.server.outgoing;

import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The qualities that a viewer may have of a track now, the least first. */
final class LayerSteps {
    private static final Comparator<LayerStep> BY_BITRATE = Comparator.comparingLong(LayerStep::bitrateBps);

    private Limit limit = Limit.NONE;

    /**
     * The most that a viewer wants.
     *
     * @param rid the simulcast layer by name, null for the best
     * @param spatial of its scalable layers, −1 for all
     * @param temporal likewise
     */
    record Limit(@Nullable String rid, int spatial, int temporal) {
        static final Limit NONE = new Limit(null, -1, -1);

        @Override
        public String toString() {
            String layers = (spatial < 0 ? "" : "S" + spatial) + (temporal < 0 ? "" : "T" + temporal);
            return rid == null ? layers : layers.isEmpty() ? rid : rid + " " + layers;
        }
    }

    void limit(Limit newLimit) {
        limit = newLimit;
    }

    Limit limit() {
        return limit;
    }

    /** Those of layers that come; that of the name which is asked for alone, or while it does not come those of fewer bits. */
    List<LayerStep> of(IncomingStreamTrack track, long nowNs) {
        List<LayerStep> steps = new ArrayList<>();
        IncomingLayer most = most(track);
        for (IncomingLayer layer : track.layers()) {
            boolean allowed = most == null || layer == most || layer.bitrateBps(nowNs) <= most.bitrateBps(nowNs);
            if (layer.isActive(nowNs) && allowed) {
                steps.add(new LayerStep(layer, LayerStep.ALL, LayerStep.ALL, layer.bitrateBps(nowNs)));
            }
        }
        steps.sort(BY_BITRATE);
        if (most != null && most.isActive(nowNs)) {
            // It is the last, also among those of as many bits or while nobody knows how many.
            steps.sort((one, other) -> Boolean.compare(one.layer() == most, other.layer() == most));
        }
        return steps;
    }

    private @Nullable IncomingLayer most(IncomingStreamTrack track) {
        String rid = limit.rid();
        return rid == null ? null : track.layer(rid);
    }

    /** What to wait for when nothing comes: what is asked for, or whichever is first. */
    LayerStep awaited(IncomingStreamTrack track) {
        IncomingLayer most = most(track);
        return new LayerStep(most != null ? most : track.layers().get(0), LayerStep.ALL, LayerStep.ALL, 0);
    }

    /** The same quality as it is now, or null when it does not come any more. */
    @Nullable LayerStep find(List<LayerStep> steps, LayerStep present) {
        for (LayerStep step : steps) {
            if (step.isLike(present)) {
                return step;
            }
        }
        return null;
    }

    /** Whether there is more than the viewer wants. */
    boolean isLimited(IncomingStreamTrack track, long nowNs) {
        IncomingLayer most = most(track);
        if (most == null) {
            return false;
        }
        for (IncomingLayer layer : track.layers()) {
            if (layer != most && layer.bitrateBps(nowNs) > most.bitrateBps(nowNs)) {
                return true;
            }
        }
        return false;
    }
}
