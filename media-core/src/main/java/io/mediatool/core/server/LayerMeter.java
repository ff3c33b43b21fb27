package io.mediatool.core.server;

import io.mediatool.core.codec.PacketLayers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which scalable layers a source sends under its one SSRC, and how many bits each of them takes. */
public final class LayerMeter {
    private static final int LAYERS = PacketLayers.MAX + 1;
    private static final long WINDOW_NS = 1_000_000_000L;

    private long @Nullable [] bits;
    private long @Nullable [] ratesBps;
    private int @Nullable [] widths;
    private int @Nullable [] heights;
    private int spatial;
    private int temporal;
    private int spatialNow;
    private int temporalNow;
    private long sinceNs;

    LayerMeter() {}

    void reset() {
        bits = null;
        ratesBps = null;
        widths = null;
        heights = null;
        spatial = 0;
        temporal = 0;
        spatialNow = 0;
        temporalNow = 0;
    }

    void onPacket(PacketLayers at, int length, long nowNs) {
        if (!at.isKnown()) {
            return;
        }
        if (at.sized() > 0) {
            widths = IntStream.range(0, at.sized()).map(at::width).toArray();
            heights = IntStream.range(0, at.sized()).map(at::height).toArray();
        }
        long[] counted = bits;
        if (counted == null) {
            counted = new long[LAYERS * LAYERS];
            bits = counted;
            sinceNs = nowNs;
        }
        counted[at.spatial() * LAYERS + at.temporal()] += 8L * length;
        spatialNow = Math.max(spatialNow, at.spatial());
        temporalNow = Math.max(temporalNow, at.temporal());
        // A new layer is there at once, one that has gone when it has been missing for a while.
        spatial = Math.max(spatial, spatialNow);
        temporal = Math.max(temporal, temporalNow);
        if (nowNs - sinceNs >= WINDOW_NS) {
            long[] rates = ratesBps == null ? new long[LAYERS * LAYERS] : ratesBps;
            ratesBps = rates;
            for (int i = 0; i < rates.length; i++) {
                rates[i] = counted[i] * 1_000_000L / ((nowNs - sinceNs) / 1_000L);
                counted[i] = 0;
            }
            spatial = spatialNow;
            temporal = temporalNow;
            spatialNow = 0;
            temporalNow = 0;
            sinceNs = nowNs;
        }
    }

    /** How many spatial layers come, 1 at least. */
    public int spatialLayers() {
        return spatial + 1;
    }

    /** How many temporal layers come, 1 at least. */
    public int temporalLayers() {
        return temporal + 1;
    }

    /** Of all layers up to these, over the last second; 0 while unknown. */
    public long bitrateBps(int upToSpatial, int upToTemporal) {
        long[] rates = ratesBps;
        long sum = 0;
        for (int s = 0; rates != null && s <= upToSpatial; s++) {
            for (int t = 0; t <= upToTemporal; t++) {
                sum += rates[s * LAYERS + t];
            }
        }
        return sum;
    }

    /** In pixels, of pictures of all spatial layers up to this one that come; 0 while unknown. */
    int width(int upToSpatial) {
        return of(widths, upToSpatial);
    }

    /** Likewise. */
    int height(int upToSpatial) {
        return of(heights, upToSpatial);
    }

    private int of(int @Nullable [] sizes, int upToSpatial) {
        return sizes == null ? 0 : sizes[Math.min(Math.min(upToSpatial, spatial), sizes.length - 1)];
    }

    /** {@code S0T0}, {@code S0T1} …; empty where there is but one. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (int s = 0; s <= spatial && spatial + temporal > 0; s++) {
            for (int t = 0; t <= temporal; t++) {
                names.add("S" + s + "T" + t);
            }
        }
        return names;
    }
}
