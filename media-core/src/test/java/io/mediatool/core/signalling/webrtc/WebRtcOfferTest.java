package io.mediatool.core.signalling.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.sdp.SdpDirection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WebRtcOfferTest {
    @Test
    void readsAllThatChromiumOffers() throws Exception {
        WebRtcOffer offer = WebRtcOffer.read(Offers.text("chromium-simulcast"));
        PeerTransport transport = offer.transport();
        assertEquals("zoeN", transport.ice().ufrag());
        assertEquals("md9sArG8qSafXA558Wed7DdK", transport.ice().password());
        assertEquals(List.of("trickle"), transport.iceOptions());
        assertEquals(1, transport.fingerprints().size());
        assertEquals(PeerTransport.Setup.ACTPASS, transport.setup());
        assertEquals(2, transport.candidates().size());
        assertTrue(transport.candidates().get(0).host().endsWith(".local"));
        OfferedMedia audio = offer.media().get(0);
        assertEquals(List.of(111, 63, 9, 0, 8), payloadTypes(audio));
        assertEquals(
                List.of(new OfferedMedia.Source(4054767091L, OfferedMedia.Source.NO_RTX, "g3N/j0RCP8dtTgXY")),
                audio.sources());
        OfferedMedia video = offer.media().get(1);
        assertEquals("1", video.mid());
        assertEquals(SdpDirection.SENDONLY, video.direction());
        assertEquals(List.of(96, 102, 104, 108, 114, 116, 39, 45, 98, 100), payloadTypes(video));
        RtpCodec vp8 = video.codecs().get(0);
        assertEquals(Codec.VP8, vp8.format().codec());
        assertEquals(97, vp8.rtxPayloadType());
        assertEquals(List.of("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"), vp8.feedback());
        assertEquals(9, video.extensions().size()); // offset, content type, timing and colour are not ours
        assertEquals(
                List.of("l", "m", "h"),
                video.layers().stream().map(OfferedMedia.Layer::rid).toList());
        assertEquals("c043d2f7-5fb2-42fd-bff8-ba5d772378f7", video.streamId());
        assertEquals("482a3179-2a50-47ff-841d-b1f8b188f6c3", video.trackId());
    }

    private static List<Integer> payloadTypes(OfferedMedia media) {
        return media.codecs().stream().map(each -> each.format().payloadType()).toList();
    }

    @Test
    void readsRetransmissionsAndPausedLayers() throws Exception {
        OfferedMedia published =
                WebRtcOffer.read(Offers.text("gstreamer-publish")).media().get(0);
        assertEquals(
                List.of(new OfferedMedia.Source(2891066732L, 1028376455, "user1947623541@host-6e1e60cb")),
                published.sources());
        assertEquals("user1947623541@host-6e1e60cb", published.streamId());
        String paused = Offers.text("obs-simulcast")
                .replace("send 0;1;2", "send 0;~1,2;2")
                .replace("a=rid:1 send", "a=rid:1 send pt=96;max-width=640");
        assertEquals(
                List.of(
                        new OfferedMedia.Layer("0", false, ""),
                        new OfferedMedia.Layer("1", true, "pt=96;max-width=640"),
                        new OfferedMedia.Layer("2", false, "")),
                WebRtcOffer.read(paused).media().get(1).layers());
    }

    @Test
    void theTaggedMediumSpeaksForTheTransport() throws Exception {
        // aiortc: credentials of its own for each m-line, although it bundles. The group names the second one first.
        String text =
                Offers.text("ffmpeg-publish").replaceFirst("1f30845c", "other").replace("BUNDLE 0 1", "BUNDLE 1 0");
        assertEquals("1f30845c", WebRtcOffer.read(text).transport().ice().ufrag());
        String back = text.replace("BUNDLE 1 0", "BUNDLE 0 1");
        assertEquals("other", WebRtcOffer.read(back).transport().ice().ufrag());
    }

    @ParameterizedTest
    @CsvSource({"actpass,SERVER", "active,SERVER", "passive,CLIENT"})
    void setupDecidesTheDtlsRole(String setup, DtlsRole role) throws Exception {
        String text = Offers.text("ffmpeg-publish").replace("setup:passive", "setup:" + setup);
        Answer answer = Negotiation.publish(WebRtcOffer.read(text), Offers.LOCAL);
        assertEquals(role, answer.role());
        assertTrue(answer.text().contains("a=setup:" + (role == DtlsRole.CLIENT ? "active" : "passive") + "\r\n"));
    }

    @Test
    void anOfferWithoutSetupIsActive() throws Exception {
        String text = Offers.text("ffmpeg-publish").replace("a=setup:passive\r\n", "");
        assertEquals(
                PeerTransport.Setup.ACTIVE, WebRtcOffer.read(text).transport().setup());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=fingerprint:.*|x=|MALFORMED|the offer has no a=fingerprint: media must be encrypted",
                "fingerprint:sha-256|fingerprint:sha-1|MALFORMED|the offer has no a=fingerprint of sha-256, sha-384 or sha-512",
                "a=ice-ufrag.*|x=|MALFORMED|the offer has no a=ice-ufrag",
                "a=ice-pwd.*|x=|MALFORMED|the offer has no a=ice-pwd",
                "a=ice-pwd.*|a=ice-pwd:short|MALFORMED|the offer's a=ice-ufrag or a=ice-pwd has a wrong length or strange characters",
                "setup:passive|setup:holdconn|MALFORMED|the offer's a=setup is holdconn, not actpass, active or passive",
                "a=mid:1|a=mid:0|MALFORMED|two m-lines have the mid 0",
                "a=mid:1|a=mid:|MALFORMED|m-line 1 has a broken a=mid",
                "m=video 9|m=video x|MALFORMED|the offer has a broken m= line (line 21: m= line without a valid port: medium ignored)",
                "UDP/TLS/RTP/SAVPF|RTP/AVP|UNSUPPORTED|the offer has no audio or video m-line over DTLS-SRTP (UDP/TLS/RTP/SAVPF)",
                "t=0 0|a=ice-lite|UNSUPPORTED|the offer is ice-lite as this server is: nobody would send checks",
                "a=mid:1|a=simulcast:send 1|MALFORMED|m-line 1 sends a simulcast layer without its a=rid line"
            })
    void refusesWithOneLine(String old, String now, RefusedOfferException.Reason reason, String line) {
        String text = Offers.text("ffmpeg-publish").replaceAll(old, now);
        RefusedOfferException refused = assertThrows(RefusedOfferException.class, () -> WebRtcOffer.read(text));
        assertEquals(line, refused.line());
        assertEquals(reason, refused.reason());
    }

    @Test
    void refusesWhatIsNoOffer() {
        assertThrows(RefusedOfferException.class, () -> WebRtcOffer.read(""));
        assertThrows(RefusedOfferException.class, () -> WebRtcOffer.read("{\"sdp\": 1}"));
        assertThrows(RefusedOfferException.class, () -> WebRtcOffer.read("x".repeat(WebRtcOffer.MAX_SIZE + 1)));
        String control = Offers.text("ffmpeg-publish").replace("a=mid:0", "a=mid:0\u000b");
        assertThrows(RefusedOfferException.class, () -> WebRtcOffer.read(control));
    }

    @Test
    void fragmentsTrickleAndRestart() throws Exception {
        IceFragment trickled = IceFragment.read("""
                a=ice-options:trickle
                a=group:BUNDLE 0 1
                m=audio 9 UDP/TLS/RTP/SAVPF 0
                a=mid:0
                a=ice-ufrag:EsAw
                a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
                a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
                a=candidate:broken
                a=end-of-candidates
                """);
        assertEquals("0", trickled.mid());
        assertEquals(1, trickled.candidates().size());
        assertTrue(trickled.endOfCandidates());
        var current = new IceCredentials("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1");
        assertFalse(trickled.restarts(current));
        assertTrue(trickled.restarts(Offers.LOCAL.ice()));
        assertTrue(IceFragment.read("a=ice-ufrag:older\na=end-of-candidates\n").isStale(current));
        assertThrows(RefusedOfferException.class, () -> IceFragment.read("m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"));
        assertThrows(RefusedOfferException.class, () -> IceFragment.read("a=ice-ufrag:abcd\r\na=ice-pwd:x\r\n"));
    }

    @Test
    void theReplyToARestartReadsBack() throws Exception {
        Answer answer = Negotiation.publish(WebRtcOffer.read(Offers.text("obs-publish")), Offers.LOCAL);
        String text = IceFragment.write(answer, Offers.LOCAL);
        assertTrue(text.startsWith("a=ice-lite\r\na=ice-options:trickle\r\na=group:BUNDLE 0 1\r\nm=audio 9 "), text);
        IceFragment read = IceFragment.read(text);
        assertEquals(Offers.LOCAL.ice(), read.credentials());
        assertEquals(Offers.LOCAL.candidates(), read.candidates());
        assertTrue(read.endOfCandidates());
        assertEquals("0", read.mid());
    }
}
