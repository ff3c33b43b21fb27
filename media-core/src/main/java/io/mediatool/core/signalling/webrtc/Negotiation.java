package io.mediatool.core.signalling.webrtc;

import static io.mediatool.core.signalling.webrtc.RefusedOfferException.unsupported;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.RtpMap;
import io.mediatool.core.sdp.SdpDirection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers offers (RFC 3264, RFC 9429 §5.3). */
public final class Negotiation {
    private static final Set<Codec> FORWARDED = EnumSet.of(
            Codec.H264, Codec.H265, Codec.VP8, Codec.VP9, Codec.AV1, Codec.OPUS, Codec.PCMU, Codec.PCMA, Codec.G722);
    private static final Set<RtpExtension> LAYER_NAMES = EnumSet.of(RtpExtension.RID, RtpExtension.REPAIRED_RID);

    private Negotiation() {}

    /** Whether browsers may send and be sent it here. */
    public static boolean isForwarded(Codec codec) {
        return FORWARDED.contains(codec);
    }

    /** Whether any of these m-lines takes packets of {@code sent}; without m-lines, whether a viewer may be offered it. */
    public static boolean takes(List<OfferedMedia> offered, RtpFormat sent) {
        return offered.isEmpty()
                ? isForwarded(sent.codec())
                : offered.stream()
                        .anyMatch(each ->
                                each.kind() == sent.codec().kind() && FormatMatch.best(sent, each.codecs()) != null);
    }

    /** Whether it names AAC, which no browser does. */
    public static boolean wantsAac(WebRtcOffer offer) {
        return offer.media().stream()
                .flatMap(each -> each.description().rtpMaps().values().stream())
                .anyMatch(each -> Codec.ofName(each.encodingName()) == Codec.AAC);
    }

    /**
     * Answers a publisher (WHIP): we receive every codec that we forward, under its own payload type, and every layer. All its
     * audio and video or nothing (RFC 9725 §4.2); data channels are refused inside the answer.
     *
     * @throws RefusedOfferException {@code UNSUPPORTED} with the first thing that is in the way
     */
    public static Answer publish(WebRtcOffer offer, LocalTransport local) throws RefusedOfferException {
        List<Answer.Media> accepted = new ArrayList<>();
        for (OfferedMedia media : offer.media()) {
            if (isLive(media)) {
                requireDirection(media, SdpDirection.SENDONLY, "publisher");
                requireTransport(media);
                accepted.add(received(media));
            }
        }
        return AnswerWriter.answer(offer, local, accepted);
    }

    /**
     * Answers a server that offers a viewer of ours what it sends (406 of WHEP): all that we know is taken, other m-lines are refused.
     *
     * @throws RefusedOfferException {@code UNSUPPORTED} when that is nothing
     */
    public static Answer receive(WebRtcOffer offer, LocalTransport local) throws RefusedOfferException {
        List<Answer.Media> accepted = new ArrayList<>();
        for (OfferedMedia media : offer.media()) {
            boolean sent = media.direction() == SdpDirection.SENDONLY || media.direction() == SdpDirection.SENDRECV;
            if (sent && media.live() && media.bundled() && !media.codecs().isEmpty()) {
                requireMux(media);
                accepted.add(received(media));
            }
        }
        if (accepted.isEmpty()) {
            throw unsupported("the server's own offer has no audio or video that can be taken");
        }
        return AnswerWriter.clientAnswer(offer, local, accepted);
    }

    /** Whether it takes part; refuses media without encryption. */
    private static boolean isLive(OfferedMedia media) throws RefusedOfferException {
        if (media.kind() != null && !media.live() && media.description().port() != 0) {
            throw unsupported(media.label() + " is over "
                    + WebRtcOffer.shown(media.description().protocol()) + ", not UDP/TLS/RTP/SAVPF");
        }
        return media.live();
    }

    private static void requireDirection(OfferedMedia media, SdpDirection wanted, String who)
            throws RefusedOfferException {
        if (media.direction() != wanted && media.direction() != SdpDirection.SENDRECV) {
            throw unsupported(media.label() + " is " + media.direction().label() + ": a " + who + " offers "
                    + wanted.label() + " or sendrecv");
        }
    }

    private static void requireTransport(OfferedMedia media) throws RefusedOfferException {
        if (!media.bundled()) {
            throw unsupported(media.label()
                    + " is not in the BUNDLE group: one transport serves all media (bundlePolicy max-bundle)");
        }
        requireMux(media);
    }

    private static void requireMux(OfferedMedia media) throws RefusedOfferException {
        if (!media.has("rtcp-mux") && !media.has("rtcp-mux-only")) {
            throw unsupported(media.label() + " has no a=rtcp-mux: RTP and RTCP share one port here");
        }
    }

    private static Answer.Media received(OfferedMedia media) throws RefusedOfferException {
        if (media.codecs().isEmpty()) {
            throw unsupported(media.label() + " offers no codec that is forwarded here, only " + encodings(media));
        }
        List<ExtensionMapping> extensions = extensions(media, SdpDirection.SENDONLY, Set.of());
        return new Answer.Media(
                media.index(),
                media.mid(),
                kindOf(media),
                SdpDirection.RECVONLY,
                usable(media.codecs(), extensions),
                extensions,
                media.layers(),
                media.sources(),
                null,
                Map.of());
    }

    /** Those that travel the way media does, from our side. */
    private static List<ExtensionMapping> extensions(OfferedMedia media, SdpDirection way, Set<RtpExtension> without) {
        return media.extensions().stream()
                .filter(each -> each.direction() == way || each.direction() == SdpDirection.SENDRECV)
                .filter(each -> !without.contains(each.extension()))
                .map(ExtensionMapping::reversed)
                .toList();
    }

    /** Early OBS offers transport-cc and never sends its extension: such a sender gets REMB. */
    private static List<RtpCodec> usable(List<RtpCodec> codecs, List<ExtensionMapping> extensions) {
        boolean counted = extensions.stream().anyMatch(each -> each.extension() == RtpExtension.TRANSPORT_SEQUENCE);
        return counted
                ? codecs
                : codecs.stream()
                        .map(each -> each.withoutFeedback("transport-cc"))
                        .toList();
    }

    /**
     * Answers a viewer (WHEP): each track goes to the first m-line of its kind that is free. An m-line for which the room has
     * nothing stays inactive; tracks without an m-line are left out.
     *
     * @param tracks in order of importance
     * @throws RefusedOfferException {@code NOT_ACCEPTABLE} when the viewer has an m-line for a track but no codec of it, or
     *     nothing can be sent at all; {@code UNSUPPORTED} with the first other thing in the way
     */
    public static Answer watch(WebRtcOffer offer, LocalTransport local, List<SentTrack> tracks)
            throws RefusedOfferException {
        List<SentTrack> waiting = new ArrayList<>(tracks);
        List<Answer.Media> accepted = new ArrayList<>();
        for (OfferedMedia media : offer.media()) {
            if (isLive(media) && media.bundled()) {
                requireDirection(media, SdpDirection.RECVONLY, "viewer");
                requireMux(media);
                SentTrack track = take(waiting, media);
                Answer.Media answered = track == null ? idle(media) : sent(media, track);
                if (!answered.codecs().isEmpty()) {
                    accepted.add(answered);
                }
            }
        }
        if (accepted.stream().noneMatch(each -> each.track() != null)) {
            throw notAcceptable("the offer has no m-line for what is sent: "
                    + tracks.stream()
                            .map(each -> each.kind().label())
                            .distinct()
                            .collect(Collectors.joining(" and ")));
        }
        return AnswerWriter.answer(offer, local, accepted);
    }

    private static @Nullable SentTrack take(List<SentTrack> waiting, OfferedMedia media) {
        for (SentTrack track : waiting) {
            if (track.kind() == media.kind()) {
                waiting.remove(track);
                return track;
            }
        }
        return null;
    }

    private static Answer.Media idle(OfferedMedia media) {
        return new Answer.Media(
                media.index(),
                media.mid(),
                kindOf(media),
                SdpDirection.INACTIVE,
                usable(media.codecs(), List.of()),
                List.of(),
                List.of(),
                List.of(),
                null,
                Map.of());
    }

    private static Answer.Media sent(OfferedMedia media, SentTrack track) throws RefusedOfferException {
        Map<Integer, Integer> payloadTypes = new LinkedHashMap<>();
        Set<RtpCodec> codecs = new LinkedHashSet<>();
        for (RtpFormat format : track.formats()) {
            RtpCodec match = FormatMatch.best(format, media.codecs());
            if (match != null) {
                payloadTypes.putIfAbsent(format.payloadType(), match.format().payloadType());
                codecs.add(match);
            }
        }
        if (codecs.isEmpty()) {
            throw notAcceptable(media.label() + " takes " + encodings(media) + "; sent is " + named(track));
        }
        List<ExtensionMapping> extensions = extensions(media, SdpDirection.RECVONLY, LAYER_NAMES);
        return new Answer.Media(
                media.index(),
                media.mid(),
                kindOf(media),
                SdpDirection.SENDONLY,
                usable(List.copyOf(codecs), extensions),
                extensions,
                List.of(),
                List.of(),
                track,
                payloadTypes);
    }

    private static MediaKind kindOf(OfferedMedia media) {
        return Objects.requireNonNull(media.kind(), "live media have a kind");
    }

    private static RefusedOfferException notAcceptable(String line) {
        return new RefusedOfferException(RefusedOfferException.Reason.NOT_ACCEPTABLE, line);
    }

    private static String encodings(OfferedMedia media) {
        String names = media.description().rtpMaps().values().stream()
                .map(RtpMap::encodingName)
                .filter(name -> !name.equalsIgnoreCase("rtx"))
                .distinct()
                .limit(12)
                .map(WebRtcOffer::shown)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "payload types without a name" : names;
    }

    /** {@code H264 (profile-level-id=64001f packetization-mode=1)}: what decides whether it matches. */
    private static String named(SentTrack track) {
        RtpFormat format = track.formats().get(0);
        String parameters = format.parameters().entrySet().stream()
                .filter(each ->
                        each.getKey().startsWith("prof") || each.getKey().startsWith("packetization"))
                .map(each -> each.getKey() + "=" + WebRtcOffer.shown(each.getValue()))
                .collect(Collectors.joining(" "));
        return format.encodingName() + (parameters.isEmpty() ? "" : " (" + parameters + ")");
    }
}
