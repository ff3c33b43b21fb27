package io.mediatool.core.stream.forward;

import io.mediatool.core.codec.PacketLayers;

/**
 * Which packets of a source with scalable layers one viewer is sent. Goes down at the next picture; up only where the source says that
 * what follows needs nothing that the viewer does not have. Lower spatial layers are forwarded also where the upper ones do not
 * need them (K-SVC), so that the way down is always open.
 */
final class LayerFilter {
    private int wantedSpatial = PacketLayers.MAX;
    private int wantedTemporal = PacketLayers.MAX;
    private int spatial = PacketLayers.MAX;
    private int temporal = PacketLayers.MAX;
    private boolean started;
    private long pictureTimestamp;
    private int spatialBefore;
    private int temporalBefore;
    private int top;
    private int topNow;

    /** At most these from now on. @return whether there may be more than before */
    boolean want(int newSpatial, int newTemporal) {
        boolean more = newSpatial > wantedSpatial;
        wantedSpatial = newSpatial;
        wantedTemporal = newTemporal;
        return more;
    }

    /** Another source, from its key frame on. */
    void restart() {
        started = false;
        spatial = wantedSpatial;
        temporal = wantedTemporal;
        top = 0;
        topNow = 0;
    }

    /** Whether the viewer is sent this packet, in order of arrival. */
    boolean takes(PacketLayers at, long timestamp) {
        if (started && timestamp < pictureTimestamp) {
            return at.spatial() <= spatialBefore && at.temporal() <= temporalBefore; // late: as it was decided then
        }
        if (!started || timestamp > pictureTimestamp) {
            onPicture(timestamp);
        }
        topNow = Math.max(topNow, at.spatial());
        if (at.startsFrame()) {
            rise(at);
        }
        return at.spatial() <= spatial && at.temporal() <= temporal;
    }

    private void onPicture(long timestamp) {
        spatialBefore = started ? spatial : wantedSpatial;
        temporalBefore = started ? temporal : wantedTemporal;
        top = started ? topNow : PacketLayers.MAX;
        topNow = 0;
        started = true;
        pictureTimestamp = timestamp;
        spatial = Math.min(spatial, wantedSpatial);
        temporal = Math.min(temporal, wantedTemporal);
    }

    private void rise(PacketLayers at) {
        if (at.isKey()) {
            spatial = wantedSpatial;
            temporal = wantedTemporal;
            return;
        }
        if (at.isApart() && at.spatial() == spatial + 1 && at.spatial() <= wantedSpatial && at.temporal() <= temporal) {
            spatial = at.spatial();
        }
        if (temporal >= wantedTemporal) {
            return;
        }
        if (at.isSync() && at.temporal() == temporal + 1) {
            temporal++;
        } else if (at.temporal() <= temporal && at.spatial() == Math.min(spatial, top)) {
            temporal = Math.max(temporal, at.highestUp(wantedTemporal));
        }
    }

    /** Whether this packet, which is forwarded, is the last of its picture for this viewer. */
    boolean endsPicture(PacketLayers at) {
        return at.endsFrame() && at.spatial() == spatial;
    }

    /**
     * Whether this packet, which is forwarded, may be the last of its picture for this viewer all the same: encoders leave out layer
     * frames, and the packet that ends the picture for others may be of a layer that this viewer is not sent.
     */
    boolean mayEndPicture(PacketLayers at) {
        return at.endsFrame() && at.spatial() < spatial && Math.max(top, topNow) > spatial;
    }

    /** Whether a key frame would bring more. */
    boolean waits() {
        return spatial < Math.min(wantedSpatial, Math.max(top, topNow));
    }
}
