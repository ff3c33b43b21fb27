package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.SdpDirection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An m-line of an offer.
 *
 * @param index its place, from 0; the answer has the same m-lines in the same places (RFC 3264 §6)
 * @param kind null for what we do not do: data channels, text
 * @param mid {@code a=mid}, null where missing
 * @param live whether it is audio or video over DTLS-SRTP and not refused by the offer itself (port 0)
 * @param bundled whether it shares the one transport
 * @param codecs those that we forward, in the offer's order of preference
 * @param extensions those that we know, each once
 * @param layers simulcast layers that the peer wants to send, best first or last as the peer lists them; empty without simulcast
 * @param sources announced SSRCs, without those of retransmissions
 * @param streamId the MediaStream of {@code a=msid}; empty where missing or {@code -}
 * @param trackId the track of {@code a=msid}; empty where missing
 * @param description the m-line as read
 */
public record OfferedMedia(
        int index,
        @Nullable MediaKind kind,
        @Nullable String mid,
        boolean live,
        boolean bundled,
        List<RtpCodec> codecs,
        List<ExtensionMapping> extensions,
        List<Layer> layers,
        List<Source> sources,
        String streamId,
        String trackId,
        MediaDescription description) {

    /**
     * A layer of {@code a=simulcast:send} (RFC 8853).
     *
     * @param rid its name, letters, digits, {@code -} and {@code _}
     * @param paused whether the sender starts without it ({@code ~})
     * @param restrictions what {@code a=rid} says after the direction (RFC 8851 §4), empty where it says nothing
     */
    public record Layer(String rid, boolean paused, String restrictions) {}

    /**
     * A source that the offer announces ({@code a=ssrc}, RFC 5576). Simulcast layers usually come without.
     *
     * @param ssrc 0 to 2³²−1
     * @param rtxSsrc that of its retransmissions ({@code a=ssrc-group:FID}), {@link #NO_RTX} where there is none
     * @param cname empty where missing
     */
    public record Source(long ssrc, long rtxSsrc, String cname) {
        /** In place of an SSRC. */
        public static final long NO_RTX = -1;
    }

    public OfferedMedia {
        codecs = List.copyOf(codecs);
        extensions = List.copyOf(extensions);
        layers = List.copyOf(layers);
        sources = List.copyOf(sources);
    }

    /** Which way media flows, as the offering side sees it. */
    public SdpDirection direction() {
        return description.direction();
    }

    boolean has(String attribute) {
        return description.attribute(attribute) != null;
    }

    /** How messages call it: {@code m-line 1 (video)}. */
    String label() {
        return "m-line " + index + " (" + WebRtcOffer.shown(description.kind()) + ")";
    }
}
