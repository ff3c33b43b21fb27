package io.mediatool.core.signalling.session;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.SentTrack;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what was agreed on in the words of the server. */
public final class Terms {
    private static final Map<String, MediaTerms.Feedback> FEEDBACK = Map.of(
            "nack", MediaTerms.Feedback.NACK,
            "nack pli", MediaTerms.Feedback.PLI,
            "ccm fir", MediaTerms.Feedback.FIR,
            "transport-cc", MediaTerms.Feedback.TRANSPORT_CC,
            "goog-remb", MediaTerms.Feedback.REMB);

    private Terms() {}

    /** What a peer sends in an m-line. */
    public static IncomingTerms incoming(Answer answer, Answer.Media media) {
        List<IncomingTerms.Source> sources = media.sources().stream()
                .map(each -> new IncomingTerms.Source(each.ssrc(), each.rtxSsrc()))
                .toList();
        List<String> rids = media.layers().stream().map(OfferedMedia.Layer::rid).toList();
        boolean reducedSize = answer.description().media().get(media.index()).attribute("rtcp-rsize") != null;
        return new IncomingTerms(media(answer, media), rids, sources).withReducedSize(reducedSize);
    }

    static OutgoingTerms outgoing(Answer answer, Answer.Media media, SentTrack track) {
        MediaTerms terms = media(answer, media);
        return new OutgoingTerms(
                terms, (int) track.ssrc(), (int) track.rtxSsrc(), track.cname(), sent -> match(media, terms, sent));
    }

    private static MediaTerms.@Nullable Payload match(Answer.Media media, MediaTerms terms, RtpFormat sent) {
        RtpCodec codec = media.codecFor(sent);
        if (codec == null) {
            return null;
        }
        return terms.payloads().stream()
                .filter(each -> each.format().payloadType() == codec.format().payloadType())
                .findFirst()
                .orElse(null);
    }

    /** What was agreed on for an m-line, whichever way its media flows. */
    public static MediaTerms media(Answer answer, Answer.Media media) {
        List<MediaTerms.Payload> payloads = media.codecs().stream()
                .map(each -> new MediaTerms.Payload(each.format(), each.rtxPayloadType(), feedback(each)))
                .toList();
        Map<Integer, RtpExtension> kinds = new HashMap<>();
        media.extensions().forEach(each -> {
            RtpExtension kind = RtpExtension.ofUri(each.extension().uri());
            if (kind != null) {
                kinds.put(each.id(), kind);
            }
        });
        boolean mixed = answer.description().attribute("extmap-allow-mixed") != null
                || answer.description().media().get(media.index()).attribute("extmap-allow-mixed") != null;
        return new MediaTerms(media.mid(), media.kind(), payloads, ExtensionMap.of(kinds), mixed);
    }

    private static Set<MediaTerms.Feedback> feedback(RtpCodec codec) {
        Set<MediaTerms.Feedback> kinds = EnumSet.noneOf(MediaTerms.Feedback.class);
        for (String word : codec.feedback()) {
            MediaTerms.Feedback kind = FEEDBACK.get(word);
            if (kind != null) {
                kinds.add(kind);
            }
        }
        return kinds;
    }
}
