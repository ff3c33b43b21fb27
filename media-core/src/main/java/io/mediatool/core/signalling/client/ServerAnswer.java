package io.mediatool.core.signalling.client;

import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.signalling.session.Terms;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.ExtensionMapping;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.PeerTransport;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.RtpCodec;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import io.mediatool.core.transport.TransportSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a server has agreed to of an offer of ours, or offers in its place. Servers may be ICE-lite or not, of any DTLS role, and may leave m-lines out.
 *
 * @param setup for the transport
 * @param peer its side of the transport
 * @param candidates where it may be; names are still names
 * @param incoming what a viewer is sent, one for each m-line
 * @param outgoing what a publisher may send, likewise
 * @param left what the server does not take, for people: {@code audio}
 */
public record ServerAnswer(
        TransportSetup setup,
        PeerTransport peer,
        List<IceCandidate> candidates,
        List<IncomingTerms> incoming,
        List<OutgoingTerms> outgoing,
        List<String> left) {

    /** A server that goes on telling more candidates than this means no good. */
    private static final int MAX_CANDIDATES = 64;

    public ServerAnswer {
        candidates = List.copyOf(candidates);
        incoming = List.copyOf(incoming);
        outgoing = List.copyOf(outgoing);
        left = List.copyOf(left);
    }

    /**
     * Reads the answer to {@code offer}.
     *
     * @throws RefusedOfferException when it is none, or nothing of the offer is left; the message is one line
     */
    public static ServerAnswer read(String text, ClientOffer offer) throws RefusedOfferException, NothingLeftException {
        WebRtcOffer read = WebRtcOffer.readAnswer(text);
        // RFC 8842 §5.3: who answers active says ClientHello. Actpass is no answer, and then both could.
        DtlsRole role = read.transport().setup() == PeerTransport.Setup.ACTIVE ? DtlsRole.SERVER : DtlsRole.CLIENT;
        List<Answer.Media> agreed = new ArrayList<>();
        List<OfferedTrack> tracks = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (int i = 0; i < offer.tracks().size(); i++) {
            OfferedTrack track = offer.tracks().get(i);
            Answer.Media media = media(find(read, track, i), track, offer.direction());
            if (media == null) {
                left.add(track.kind().label());
            } else {
                agreed.add(media);
                tracks.add(track);
            }
        }
        if (agreed.isEmpty()) {
            throw new NothingLeftException(left);
        }
        Answer answer = new Answer(read.description(), role, agreed);
        List<IncomingTerms> incoming = new ArrayList<>();
        List<OutgoingTerms> outgoing = new ArrayList<>();
        for (int i = 0; i < agreed.size(); i++) {
            if (offer.direction() == SdpDirection.RECVONLY) {
                incoming.add(Terms.incoming(answer, agreed.get(i)));
            } else {
                outgoing.add(outgoing(offer, tracks.get(i), Terms.media(answer, agreed.get(i))));
            }
        }
        var setup =
                new TransportSetup(offer.local().ice(), role, read.transport().fingerprints());
        return new ServerAnswer(setup, read.transport(), candidates(read), incoming, outgoing, left);
    }

    /** What a server offers in place of ours, of which {@code answer} takes what it can. */
    static ServerAnswer of(WebRtcOffer offer, Answer answer, LocalTransport local) {
        List<String> left = offer.media().stream()
                .filter(each ->
                        each.live() && answer.media().stream().noneMatch(taken -> taken.index() == each.index()))
                .map(each -> each.description().kind())
                .toList();
        List<IncomingTerms> incoming = answer.media().stream()
                .map(each -> Terms.incoming(answer, each))
                .toList();
        var setup =
                new TransportSetup(local.ice(), answer.role(), offer.transport().fingerprints());
        return new ServerAnswer(setup, offer.transport(), candidates(offer), incoming, List.of(), left);
    }

    /** The server's m-line for ours: by name, or by its place where it names none. */
    private static @Nullable OfferedMedia find(WebRtcOffer read, OfferedTrack track, int place) {
        for (OfferedMedia media : read.media()) {
            if (track.mid().equals(media.mid())) {
                return media;
            }
        }
        OfferedMedia there = place < read.media().size() ? read.media().get(place) : null;
        return there == null || there.mid() != null ? null : there;
    }

    private static Answer.@Nullable Media media(
            @Nullable OfferedMedia media, OfferedTrack track, SdpDirection direction) {
        boolean taken = media != null
                && media.live()
                && media.kind() == track.kind()
                && (media.direction() == direction.reversed() || media.direction() == SdpDirection.SENDRECV);
        if (media == null || !taken) {
            return null;
        }
        List<ExtensionMapping> extensions = media.extensions().stream()
                .filter(each -> ClientOffer.EXTENSIONS.stream()
                        .anyMatch(own -> own.extension() == each.extension() && own.id() == each.id()))
                .toList();
        boolean numbered = extensions.stream().anyMatch(each -> each.extension() == RtpExtension.TRANSPORT_SEQUENCE);
        List<RtpCodec> codecs = media.codecs().stream()
                .filter(each -> isOffered(each, track))
                .map(each -> numbered ? each : withoutTransportCc(each))
                .toList();
        return codecs.isEmpty()
                ? null
                : new Answer.Media(
                        media.index(),
                        track.mid(),
                        track.kind(),
                        direction,
                        codecs,
                        extensions,
                        List.of(),
                        media.sources(),
                        null,
                        Map.of());
    }

    /** An answer may give payload types other numbers (RFC 3264 §6.1), but of codecs that were offered. */
    private static boolean isOffered(RtpCodec answered, OfferedTrack track) {
        return track.codecs().stream()
                .anyMatch(each -> each.format().codec() == answered.format().codec());
    }

    private static RtpCodec withoutTransportCc(RtpCodec codec) {
        List<String> feedback = codec.feedback().stream()
                .filter(each -> !each.equals("transport-cc"))
                .toList();
        return new RtpCodec(codec.format(), codec.rtxPayloadType(), feedback);
    }

    private static OutgoingTerms outgoing(ClientOffer offer, OfferedTrack track, MediaTerms media) {
        // What the server agreed to is what is sent: profiles need not be compared again.
        return new OutgoingTerms(
                media,
                track.ssrc(),
                track.rtxSsrc(),
                offer.cname(),
                sent -> track.carries(sent) ? media.payloads().get(0) : null);
    }

    /** Most servers tell them in the first m-line, some in each, and some in another one. */
    private static List<IceCandidate> candidates(WebRtcOffer read) {
        List<IceCandidate> found = read.transport().candidates().stream()
                .filter(each -> each.component() == 1) // RTCP goes with RTP
                .collect(Collectors.toCollection(ArrayList::new));
        for (OfferedMedia media : read.media()) {
            media.description().attributes().stream()
                    .filter(each -> each.name().equals("candidate"))
                    .map(each -> IceCandidate.parse(each.value()))
                    .forEach(each -> {
                        if (each != null && each.component() == 1 && !found.contains(each)) {
                            found.add(each);
                        }
                    });
        }
        return found.stream().limit(MAX_CANDIDATES).toList();
    }
}
