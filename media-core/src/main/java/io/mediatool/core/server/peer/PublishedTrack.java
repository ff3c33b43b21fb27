package io.mediatool.core.server.peer;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.stream.RtpSourceTable;
import io.mediatool.core.transport.RtpReceiver;
import java.util.ArrayList;
import java.util.List;

/** One m-line of a peer that publishes. For the loop's thread. */
public final class PublishedTrack implements IncomingLayer.KeyFrameMaker {
    private final IncomingTerms terms;
    private final IncomingStreamTrack track;
    private final List<PublishedLayer> layers = new ArrayList<>();

    PublishedTrack(Transport transport, IncomingStream stream, IncomingTerms terms) {
        this.terms = terms;
        MediaTerms media = terms.media();
        List<RtpFormat> formats =
                media.payloads().stream().map(MediaTerms.Payload::format).toList();
        this.track = stream.addTrack(media.kind(), formats, names(terms), media.extensions(), this);
        track.layers().forEach(layer -> layers.add(new PublishedLayer(transport, terms, layer)));
    }

    /** Layers by rid, or by their place where they have only SSRCs. */
    private static List<String> names(IncomingTerms terms) {
        if (!terms.rids().isEmpty()) {
            return terms.rids();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < terms.sources().size(); i++) {
            names.add(String.valueOf(i));
        }
        return names.size() > 1 ? names : List.of("");
    }

    /** Says which packets are ours: by SSRC, by MID and RID, and where nothing else is known by payload type. */
    void register(RtpSourceTable<RtpReceiver> table, List<PublishedTrack> others) {
        boolean alone = layers.size() == 1;
        for (int i = 0; i < terms.sources().size() && (alone || terms.rids().isEmpty()); i++) {
            IncomingTerms.Source source = terms.sources().get(i);
            PublishedLayer layer = layers.get(alone ? 0 : i);
            table.addSsrc((int) source.ssrc(), layer);
            if (source.rtxSsrc() != IncomingTerms.Source.NO_RTX) {
                table.addSsrc((int) source.rtxSsrc(), layer);
            }
        }
        String mid = terms.media().mid();
        String name = mid == null ? "" : mid;
        for (PublishedLayer layer : layers) {
            String rid = layer.layer().rid();
            if (!terms.rids().isEmpty()) {
                table.addRid(name, rid, layer);
                table.addRepairedRid(name, rid, layer);
            }
        }
        if (alone) {
            table.addMid(name, layers.get(0));
            for (MediaTerms.Payload payload : terms.media().payloads()) {
                registerType(payload.format().payloadType(), table, others);
                registerType(payload.rtxPayloadType(), table, others);
            }
        }
    }

    private void registerType(int payloadType, RtpSourceTable<RtpReceiver> table, List<PublishedTrack> others) {
        if (payloadType != MediaTerms.NO_RTX && others.stream().noneMatch(each -> each.takes(payloadType))) {
            table.addPayloadType(payloadType, layers.get(0));
        }
    }

    private boolean takes(int payloadType) {
        return terms.media().payloads().stream()
                .anyMatch(each -> each.format().payloadType() == payloadType || each.rtxPayloadType() == payloadType);
    }

    @Override
    public boolean canMake() {
        return terms.media().has(MediaTerms.Feedback.PLI) || terms.media().has(MediaTerms.Feedback.FIR);
    }

    @Override
    public void requestKeyFrame(IncomingLayer wanted, long nowNs) {
        for (PublishedLayer layer : layers) {
            if (layer.layer() == wanted) {
                layer.requestKeyFrame();
            }
        }
    }

    public IncomingTerms terms() {
        return terms;
    }

    /** As the room sees it. */
    public IncomingStreamTrack track() {
        return track;
    }

    List<PublishedLayer> layers() {
        return layers;
    }

    /** Adds what came and what was asked for until now, of all layers together. */
    public void addCounters(Counters counters, long nowNs) {
        layers.forEach(layer -> layer.addCounters(counters, nowNs));
    }
}
