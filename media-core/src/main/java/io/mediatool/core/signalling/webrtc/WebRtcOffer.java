package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.sdp.SessionDescription;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a WebRTC offer, or the answer to one, holds (RFC 9429).
 *
 * @param transport the peer's side of the one transport
 * @param media its m-lines, all of them, in order
 * @param description the offer as read
 */
public record WebRtcOffer(PeerTransport transport, List<OfferedMedia> media, SessionDescription description) {
    /** Characters of the longest offer; browsers with simulcast and every codec stay below 16,000. */
    public static final int MAX_SIZE = 64 * 1024;

    public WebRtcOffer {
        media = List.copyOf(media);
    }

    /** {@link #read(String)} of UTF-8. */
    public static WebRtcOffer read(byte[] body) throws RefusedOfferException {
        return read(new String(body, StandardCharsets.UTF_8));
    }

    /**
     * Reads an offer.
     *
     * @throws RefusedOfferException when it is none, or has nothing that a transport with ICE, DTLS-SRTP and rtcp-mux needs
     */
    public static WebRtcOffer read(String text) throws RefusedOfferException {
        return OfferReader.read(text, "offer");
    }

    /**
     * Reads the answer to an offer of ours: the same lines, seen from the side that answers. {@code a=setup} says its part in DTLS.
     *
     * @throws RefusedOfferException as {@link #read(String)} does, with messages that say answer
     */
    public static WebRtcOffer readAnswer(String text) throws RefusedOfferException {
        return OfferReader.read(text, "answer");
    }

    /**
     * Reads what a server offers in place of what it was offered (406 of WHEP). It may be ICE-lite.
     *
     * @throws RefusedOfferException as {@link #read(String)} does, with messages that say counter-offer
     */
    public static WebRtcOffer readCounterOffer(String text) throws RefusedOfferException {
        return OfferReader.read(text, "counter-offer");
    }

    /** Words of the peer in messages: short. */
    static String shown(String word) {
        return word.length() <= 40 ? word : word.substring(0, 40) + "…";
    }
}
