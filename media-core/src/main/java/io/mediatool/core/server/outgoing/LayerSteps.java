package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.LayerMeter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The qualities that a viewer may have of a track now, the least first. */
final class LayerSteps {
    private static final Comparator<LayerStep> BY_BITRATE = Comparator.comparingLong(LayerStep::bitrateBps);

    private final boolean tellsApart;
    private Limit limit = Limit.NONE;

    /** @param tellsApart whether the viewer is told of each packet which layer it is of, by the dependency descriptor */
    LayerSteps(boolean tellsApart) {
        this.tellsApart = tellsApart;
    }

    /**
     * The most that a viewer wants.
     *
     * @param rid the simulcast layer by name, null for the best
     * @param spatial of its scalable layers, −1 for all
     * @param temporal likewise
     * @param width of pictures in pixels, 0 for any
     * @param height likewise
     */
    record Limit(@Nullable String rid, int spatial, int temporal, int width, int height) {
        static final Limit NONE = new Limit(null, -1, -1, 0, 0);

        private static final Pattern SCALABLE = Pattern.compile("(?:S([0-7]))?(?:T([0-7]))?");

        /** Null when the track has no layer of that name. */
        static @Nullable Limit of(
                @Nullable IncomingStreamTrack track, @Nullable String name, int spatial, int temporal) {
            if (name == null || name.isEmpty() || track != null && track.layer(name) != null) {
                return new Limit(name == null || name.isEmpty() ? null : name, spatial, temporal, 0, 0);
            }
            Matcher parts = SCALABLE.matcher(name);
            if (track == null || !parts.matches()) {
                return null;
            }
            String ofSpace = parts.group(1);
            String ofTime = parts.group(2);
            return new Limit(
                    null,
                    ofSpace == null ? spatial : Integer.parseInt(ofSpace),
                    ofTime == null ? temporal : Integer.parseInt(ofTime),
                    0,
                    0);
        }

        /** Pictures no larger than this, 0 for any; of layers that are all larger the smallest. */
        Limit within(int newWidth, int newHeight) {
            return new Limit(rid, spatial, temporal, newWidth, newHeight);
        }

        /** Whether pictures of that step are no larger, or of a size that nobody knows. */
        private boolean takes(LayerStep step) {
            return (width <= 0 || step.layer().width(step.spatial()) <= width)
                    && (height <= 0 || step.layer().height(step.spatial()) <= height);
        }

        private boolean bySize() {
            return width > 0 || height > 0;
        }

        @Override
        public String toString() {
            String layers = (spatial < 0 ? "" : "S" + spatial) + (temporal < 0 ? "" : "T" + temporal);
            String size = !bySize() ? "" : (width > 0 ? width : "") + "x" + (height > 0 ? height : "");
            return Stream.of(rid == null ? "" : rid, layers, size)
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining(" "));
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
                addSteps(layer, steps, nowNs);
            }
        }
        if (limit.bySize()) {
            keepSmall(steps);
        }
        steps.sort(BY_BITRATE);
        if (most != null && most.isActive(nowNs)) {
            // It is the last, also among those of as many bits or while nobody knows how many.
            steps.sort((one, other) -> Boolean.compare(one.layer() == most, other.layer() == most));
        }
        return steps;
    }

    private void keepSmall(List<LayerStep> steps) {
        if (steps.stream().anyMatch(limit::takes)) {
            steps.removeIf(step -> !limit.takes(step));
            return;
        }
        long least = steps.stream().mapToLong(LayerSteps::pixels).min().orElse(0);
        steps.removeIf(step -> pixels(step) > least);
    }

    private static long pixels(LayerStep step) {
        return (long) step.layer().width(step.spatial()) * step.layer().height(step.spatial());
    }

    /** Each spatial layer at full and at half its pictures, and the least at as few as there are. */
    private void addSteps(IncomingLayer layer, List<LayerStep> steps, long nowNs) {
        LayerMeter scalable = layer.scalable();
        int tops = scalable.spatialLayers() - 1;
        int fast = scalable.temporalLayers() - 1;
        int limitSpatial = limitSpatial(layer);
        int mostSpatial = limitSpatial < 0 ? tops : Math.min(tops, limitSpatial);
        int mostTemporal = limit.temporal < 0 ? fast : Math.min(fast, limit.temporal);
        for (int spatial = 0; spatial <= mostSpatial; spatial++) {
            for (int temporal = 0; temporal <= mostTemporal; temporal++) {
                if (spatial == 0 || temporal >= mostTemporal - 1) {
                    int upToSpatial = spatial == tops ? openTop(limitSpatial) : spatial;
                    int upToTemporal = temporal == fast ? openTop(limit.temporal) : temporal;
                    long bps = bitrateBps(layer, upToSpatial, upToTemporal, nowNs);
                    steps.add(new LayerStep(layer, upToSpatial, upToTemporal, bps));
                }
            }
        }
    }

    /** Of AV1 whose spatial layers nothing tells apart Chromium shows not one picture, of its lowest layer alone all. */
    private int limitSpatial(IncomingLayer layer) {
        return tellsApart || layer.format().codec() != Codec.AV1 ? limit.spatial : 0;
    }

    /** Browsers begin with few layers and add others at a key frame: those come along at once, up to what is asked for and no further. */
    private static int openTop(int most) {
        return most < 0 ? LayerStep.ALL : most;
    }

    /** What a source takes up to these of its layers. */
    static long bitrateBps(IncomingLayer layer, int spatial, int temporal, long nowNs) {
        long all = layer.bitrateBps(nowNs);
        boolean whole = spatial == LayerStep.ALL && temporal == LayerStep.ALL;
        return whole ? all : Math.min(all, layer.scalable().bitrateBps(spatial, temporal));
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
        IncomingLayer layer = most == null ? track.layers().get(0) : most;
        LayerMeter scalable = layer.scalable();
        if (limit.spatial >= 0 && limit.spatial < scalable.spatialLayers() - 1
                || limit.temporal >= 0 && limit.temporal < scalable.temporalLayers() - 1) {
            return true;
        }
        if (most == null) {
            return limit.bySize()
                    && track.layers().stream()
                            .map(each -> new LayerStep(each, LayerStep.ALL, LayerStep.ALL, 0))
                            .anyMatch(each -> each.layer().isActive(nowNs) && !limit.takes(each));
        }
        for (IncomingLayer other : track.layers()) {
            if (other != most && other.bitrateBps(nowNs) > most.bitrateBps(nowNs)) {
                return true;
            }
        }
        return false;
    }
}
