package io.mediatool.core.server;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One track of a published stream: one source, or with simulcast several of the same picture. For the loop's thread. */
public final class IncomingStreamTrack {
    private final String id;
    private final List<IncomingLayer> layers;
    private Renditions renditions = Renditions.NONE;

    IncomingStreamTrack(String id, List<IncomingLayer> layers) {
        this.id = id;
        this.layers = List.copyOf(layers);
        for (IncomingLayer layer : layers) {
            layer.besides(layers.stream().filter(each -> each != layer).toList());
        }
    }

    /** A track that is made of another, in a format that it keeps. */
    public static IncomingStreamTrack made(String id, RtpFormat format, TimeService time) {
        var source = new RtpIncomingSourceGroup(format.codec().kind(), List.of(format));
        return new IncomingStreamTrack(
                id,
                List.of(new IncomingLayer(
                        "", source, time, IncomingLayer.KeyFrameMaker.NONE, ExtensionMap.NONE, false)));
    }

    void setRenditions(Renditions made) {
        renditions = made;
    }

    /** What can be made of it. */
    public Renditions renditions() {
        return renditions;
    }

    /** Unique in its stream: {@code video0}, {@code audio0}. */
    public String id() {
        return id;
    }

    public MediaKind kind() {
        return source().kind();
    }

    /** Where its packets come out; with simulcast those of the layer that the publisher names first. */
    public RtpIncomingSourceGroup source() {
        return layers.get(0).source();
    }

    /** At least one, as the publisher lists them. */
    public List<IncomingLayer> layers() {
        return layers;
    }

    /** The layer of that name, or null. */
    public @Nullable IncomingLayer layer(String rid) {
        for (IncomingLayer layer : layers) {
            if (layer.rid().equals(rid)) {
                return layer;
            }
        }
        return null;
    }

    /** Wants a key frame of every layer that is being sent. */
    public void requestKeyFrame(long nowNs) {
        for (IncomingLayer layer : layers) {
            if (layer.isActive(nowNs)) {
                layer.requestKeyFrame(nowNs);
            }
        }
    }

    void end(long nowNs) {
        layers.forEach(layer -> layer.source().end(nowNs));
    }
}
