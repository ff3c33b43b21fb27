package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.Renditions;
import io.mediatool.core.stream.PayloadTypes;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer's track is made from: the publisher's track itself or, where the viewer takes nothing of what is sent, what the server makes
 * of it. For the loop's thread.
 */
final class TakenTrack {
    private final OutgoingTerms terms;
    private final IncomingLayer.Watcher layers;
    private final IncomingLayer.Watcher formats;
    private @Nullable IncomingStreamTrack source;
    private @Nullable IncomingStreamTrack carried;
    private Renditions.@Nullable Rendition rendition;
    private PayloadTypes payloadTypes = new PayloadTypes();

    /**
     * @param layers learns of the layers of what is forwarded
     * @param formats learns of the formats of the track that something else is made of
     */
    TakenTrack(OutgoingTerms terms, IncomingLayer.Watcher layers, IncomingLayer.Watcher formats) {
        this.terms = terms;
        this.layers = layers;
        this.formats = formats;
    }

    void take(IncomingStreamTrack track) {
        source = track;
        IncomingStreamTrack taken = taken(track);
        carried = taken;
        payloadTypes = payloadTypes(taken.source());
        taken.layers().forEach(each -> each.addWatcher(layers));
        if (taken != track) {
            track.layers().forEach(each -> each.addWatcher(formats));
        }
    }

    void leave() {
        IncomingStreamTrack before = source;
        IncomingStreamTrack taken = carried;
        if (before != null) {
            before.layers().forEach(each -> each.removeWatcher(formats));
        }
        if (taken != null) {
            taken.layers().forEach(each -> each.removeWatcher(layers));
        }
        Renditions.Rendition opened = rendition;
        rendition = null;
        if (opened != null) {
            opened.release();
        }
        source = null;
        carried = null;
    }

    /** The publisher's track, or null. */
    @Nullable IncomingStreamTrack source() {
        return source;
    }

    /** The track that is forwarded, or null. */
    @Nullable IncomingStreamTrack carried() {
        return carried;
    }

    /** From the numbers of what is forwarded to those of the viewer. */
    PayloadTypes payloadTypes() {
        return payloadTypes;
    }

    /** What it is made of, {@code mp4a.40.2}; null when it is the publisher's track itself. */
    @Nullable String transcodedFrom() {
        Renditions.Rendition opened = rendition;
        return opened == null ? null : opened.from();
    }

    /** Whether something else could be made of the publisher's track. */
    boolean hasRenditions() {
        IncomingStreamTrack track = source;
        return track != null && !track.renditions().formats().isEmpty();
    }

    private IncomingStreamTrack taken(IncomingStreamTrack track) {
        if (terms.match().of(track.layers().get(0).format()) != null) {
            return track;
        }
        for (RtpFormat each : track.renditions().formats()) {
            if (terms.match().of(each) != null) {
                Renditions.Rendition opened = track.renditions().open(each);
                rendition = opened;
                return opened == null ? track : opened.track();
            }
        }
        return track;
    }

    private PayloadTypes payloadTypes(RtpIncomingSourceGroup of) {
        PayloadTypes types = new PayloadTypes();
        for (RtpFormat format : of.formats()) {
            MediaTerms.Payload match = terms.match().of(format);
            if (match != null) {
                types.map(format.payloadType(), match.format().payloadType(), match.rtxPayloadType());
                if (format.isRedundant() && !match.format().isRedundant()) {
                    types.unwrap(format.payloadType());
                }
            }
        }
        return types;
    }
}
