package io.mediatool.core.signalling.counter;

import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpWriter;
import io.mediatool.core.sdp.SessionDescription;
import io.mediatool.core.signalling.offer.OfferWriter;
import io.mediatool.core.signalling.webrtc.Answer;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.Negotiation;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.SentTrack;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An offer of ours that says what is sent, an m-line for each track, and what becomes of it when the viewer answers. */
public final class CounterOffer {
    private final LocalTransport local;
    private final List<SentTrack> tracks;
    private final SessionDescription description;

    private CounterOffer(LocalTransport local, List<SentTrack> tracks) {
        this.local = local;
        this.tracks = tracks;
        this.description = new OfferWriter(local, SdpDirection.SENDONLY).write(SentLines.of(tracks), true);
    }

    /** Offers {@code tracks}, those of codecs that WebRTC knows; null when there are none. */
    public static @Nullable CounterOffer of(LocalTransport local, List<SentTrack> tracks) {
        List<SentTrack> sendable = tracks.stream()
                .filter(track -> track.formats().stream().anyMatch(each -> Negotiation.isForwarded(each.codec())))
                .toList();
        return sendable.isEmpty() ? null : new CounterOffer(local, sendable);
    }

    /** The offer as {@code application/sdp}. */
    public String text() {
        return SdpWriter.write(description);
    }

    /** Our side of the transport that is offered. */
    public LocalTransport local() {
        return local;
    }

    /**
     * What is agreed on now. Each side may leave out m-lines (RFC 3264 §6): those that the answer refuses are not sent.
     *
     * @param answer as read by {@link WebRtcOffer#readAnswer}
     * @throws RefusedOfferException {@code MALFORMED} when it answers another offer, {@code NOT_ACCEPTABLE} when it takes nothing,
     *     {@code UNSUPPORTED} with the first other thing in the way
     */
    public Answer agree(WebRtcOffer answer) throws RefusedOfferException {
        if (answer.media().size() != tracks.size()) {
            throw RefusedOfferException.malformed("the answer has "
                    + answer.media().size() + " m-lines, the offer " + tracks.size() + ": they go together one by one");
        }
        List<SentTrack> taken = new ArrayList<>();
        for (OfferedMedia media : answer.media()) {
            SentTrack track = tracks.get(media.index());
            boolean named = media.mid() == null || media.mid().equals(Integer.toString(media.index()));
            if (media.kind() != track.kind() || !named) {
                throw RefusedOfferException.malformed(
                        "m-line " + media.index() + " of the answer is not that of the offer");
            }
            if (media.live() && media.bundled()) {
                taken.add(track);
            }
        }
        return Negotiation.watch(answer, local, taken);
    }
}
