package io.mediatool.core.signalling.webrtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.ParsedSdp;
import io.mediatool.core.sdp.SdpDirection;
import io.mediatool.core.sdp.SdpParser;
import io.mediatool.core.signalling.webrtc.RefusedOfferException.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class NegotiationTest {
    private static final List<String> PUBLISHERS = Offers.PUBLISHERS;
    private static final List<String> VIEWERS = Offers.VIEWERS;
    private static final SentTrack VP8 = Offers.track(RtpFormat.of(Codec.VP8, 100), 2000);

    private static Answer publish(String text) throws RefusedOfferException {
        return Negotiation.publish(WebRtcOffer.read(text), Offers.LOCAL);
    }

    private static Answer watch(String text, SentTrack... tracks) throws RefusedOfferException {
        return Negotiation.watch(WebRtcOffer.read(text), Offers.LOCAL, List.of(tracks));
    }

    @ParameterizedTest
    @FieldSource("PUBLISHERS")
    void acceptsEveryPublisher(String name) throws Exception {
        WebRtcOffer offer = WebRtcOffer.read(Offers.text(name));
        Answer answer = Negotiation.publish(offer, Offers.LOCAL);
        assertTrue(answer.text().startsWith("v=0\r\n"));
        assertTrue(
                answer.text().length() < 8192,
                "FFmpeg reads no more: " + answer.text().length());
        ParsedSdp read = SdpParser.parse(answer.text());
        assertEquals(List.of(), read.warnings());
        assertEquals(offer.description().attribute("group"), read.description().attribute("group"));
        assertEquals("", read.description().attribute("ice-lite"));
        for (OfferedMedia offered : offer.media()) {
            MediaDescription medium = read.description().media().get(offered.index());
            assertEquals(offered.mid(), medium.attribute("mid"));
            assertEquals(SdpDirection.RECVONLY, medium.direction());
            assertEquals(8189, medium.port());
            assertTrue(medium.rtcpMux());
            for (RtpCodec codec : offered.codecs()) {
                int type = codec.format().payloadType();
                assertEquals(
                        offered.description().rtpMaps().get(type),
                        medium.rtpMaps().get(type));
                assertEquals(codec.hasRtx(), medium.rtpMaps().containsKey(codec.rtxPayloadType()));
            }
        }
        assertReachable(offer, answer);
        // Read as an offer, the answer says what was agreed: every layer, reversed.
        assertEquals(
                offer.media().stream().map(each -> each.layers().size()).toList(),
                answer.media().stream().map(each -> each.layers().size()).toList());
        for (OfferedMedia offered : offer.media()) {
            String simulcast = offered.description().attribute("simulcast");
            MediaDescription medium = read.description().media().get(offered.index());
            assertEquals(simulcast == null ? null : simulcast.replace("send", "recv"), medium.attribute("simulcast"));
        }
    }

    /** One transport with the role that is left for us, whose first candidate, for those who read no other, is UDP over IPv4. */
    private static void assertReachable(WebRtcOffer offer, Answer answer) {
        String text = answer.text();
        assertTrue(candidateOfFfmpeg(text).matches("udp \\d+ 192\\.0\\.2\\.1 8189 typ host"), text);
        String role = offer.transport().setup() == PeerTransport.Setup.PASSIVE ? "active" : "passive";
        assertEquals(role, answer.role() == DtlsRole.CLIENT ? "active" : "passive");
        assertEquals(
                Set.of(role),
                Pattern.compile("a=setup:(.*)\r\n")
                        .matcher(text)
                        .results()
                        .map(line -> line.group(1))
                        .collect(Collectors.toSet()));
        for (MediaDescription medium : answer.description().media()) {
            assertTrue(medium.port() == 0 || medium.rtcpMux(), text);
        }
    }

    /** FFmpeg 8.0 takes the first line that has "udp" somewhere, and reads it from there: a foundation with "udp" in it was its end. */
    private static String candidateOfFfmpeg(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .map(line -> line.substring("a=candidate:".length()))
                .filter(line -> line.contains("udp"))
                .map(line -> line.substring(line.indexOf("udp")))
                .findFirst()
                .orElseThrow();
    }

    /** FFmpeg 8.0 writes Constrained Baseline with a digit too many, 422001e: a profile that nobody knows, for every viewer. */
    @Test
    void aBrokenProfileIsForEveryViewer() throws Exception {
        RtpFormat sent = WebRtcOffer.read(Offers.text("ffmpeg-publish"))
                .media()
                .get(1)
                .codecs()
                .get(0)
                .format();
        assertEquals("422001e", sent.parameter("profile-level-id", ""));
        String viewer = Offers.text("chromium-publish").replace("a=sendonly", "a=recvonly");
        Answer answer = watch(viewer, Offers.track(sent, 1));
        assertEquals(Map.of(106, 102), answer.media().get(1).payloadTypes());
    }

    @Test
    void firstCandidateIsTheFirstUdpHost() throws Exception {
        String text = publish(Offers.text("ffmpeg-publish")).text();
        assertEquals(1, text.split("a=end-of-candidates", -1).length - 1, "candidates once");
        assertTrue(candidateOfFfmpeg(text).matches("udp \\d+ 192\\.0\\.2\\.1 8189 typ host"), text);
        assertTrue(text.contains("c=IN IP4 192.0.2.1\r\n"));
    }

    @Test
    void acceptsEveryLayer() throws Exception {
        String text = publish(Offers.text("obs-simulcast")).text();
        assertTrue(text.contains("a=rid:0 recv\r\na=rid:1 recv\r\na=rid:2 recv\r\na=simulcast:recv 0;1;2\r\n"), text);
        String limited =
                Offers.text("chromium-simulcast").replace("a=rid:m send", "a=rid:m send pt=96,118;max-width=640");
        assertTrue(publish(limited).text().contains("a=rid:m recv pt=96;max-width=640\r\n"));
    }

    @Test
    void keepsOnlyWhatWeKnowAndCanCount() throws Exception {
        String chromium = publish(Offers.text("chromium-publish")).text();
        assertFalse(chromium.contains("red/90000") || chromium.contains("ulpfec") || chromium.contains("toffset"));
        assertTrue(chromium.contains("transport-cc"));
        assertTrue(chromium.contains("a=extmap-allow-mixed\r\n"));
        // OBS offered transport-cc without the extension before it was released.
        String obs = publish(Offers.text("obs30-publish")
                        .replace("96 goog-remb", "96 goog-remb\r\na=rtcp-fb:96 transport-cc"))
                .text();
        assertFalse(obs.contains("transport-cc"), obs);
        assertTrue(obs.contains("a=rtcp-fb:96 nack pli\r\n") && obs.contains("a=rtcp-fb:96 goog-remb\r\n"));
        assertTrue(obs.contains("useinbandfec=1;stereo=1\r\n"), "stereo is asked for where the sender has it: " + obs);
        // Firefox: one way extensions are answered the other way round, those of the wrong way left out.
        String firefox = publish(Offers.text("firefox-simulcast")).text();
        assertTrue(firefox.contains("a=extmap:9/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"), firefox);
        assertFalse(firefox.contains("playout-delay"));
        assertFalse(publish(Offers.text("gstreamer-publish")).text().contains("sprop-parameter-sets"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=sendonly|a=recvonly|m-line 0 (audio) is recvonly: a publisher offers sendonly or sendrecv",
                "a=sendonly|a=inactive|m-line 0 (audio) is inactive: a publisher offers sendonly or sendrecv",
                "a=rtcp-mux|x=|m-line 0 (audio) has no a=rtcp-mux: RTP and RTCP share one port here",
                "a=group.*|x=|m-line 1 (video) is not in the BUNDLE group: one transport serves all media (bundlePolicy max-bundle)",
                "H264/90000|H263/90000|m-line 1 (video) offers no codec that is forwarded here, only H263",
                "(m=video 9) UDP/TLS/RTP/SAVPF|$1 RTP/SAVP|m-line 1 (video) is over RTP/SAVP, not UDP/TLS/RTP/SAVPF"
            })
    void refusesPublishersWithOneLine(String old, String now, String line) {
        String text = Offers.text("ffmpeg-publish").replaceAll(old, now);
        RefusedOfferException refused = assertThrows(RefusedOfferException.class, () -> publish(text));
        assertEquals(line, refused.line());
        assertEquals(Reason.UNSUPPORTED, refused.reason());
    }

    @Test
    void oneMediumNeedsNoBundle() throws Exception {
        String text = Offers.text("ffmpeg-publish").replaceAll("a=group.*\r\n", "");
        Answer answer = publish(text.substring(0, text.indexOf("m=video")));
        assertNull(answer.description().attribute("group"));
        assertEquals(1, answer.media().size());
    }

    /** aiortc takes the first rtpmap for the best: PCMU, were they in the order of their numbers. */
    @Test
    void rtpmapsStandInTheOrderOfTheOffer() throws Exception {
        String text = publish(Offers.text("aiortc-publish")).text();
        assertTrue(text.contains("m=audio 8189 UDP/TLS/RTP/SAVPF 96 0 8\r\n"), text);
        assertTrue(text.indexOf("a=rtpmap:96 opus/48000/2") < text.indexOf("a=rtpmap:0 PCMU/8000"), text);
    }

    /** aiortc numbers the level of sound and the time of pictures alike, and dies of the other one's bytes. */
    @Test
    void anExtensionNumberMeansTheSameInAllMedia() throws Exception {
        String text = publish(Offers.text("aiortc-publish")).text();
        assertTrue(text.contains("a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"), text);
        assertFalse(text.contains("abs-send-time"), text);
        assertEquals(2, text.split("a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n", -1).length - 1, text);
    }

    @Test
    void dataChannelsAreRefusedInsideTheAnswer() throws Exception {
        Answer answer = watch(Offers.text("chromium-watch-data"), Offers.OPUS, VP8);
        assertEquals("BUNDLE 0 1", answer.description().attribute("group"));
        assertTrue(answer.text().contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"), answer.text());
        // And when they come first, the next m-line holds the transport.
        String offer = Offers.text("ffmpeg-publish")
                .replace("BUNDLE 0 1", "BUNDLE d 0 1")
                .replace("m=audio", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\nm=audio");
        Answer first = publish(offer);
        assertEquals("BUNDLE 0 1", first.description().attribute("group"));
        assertTrue(first.text().indexOf("a=candidate") > first.text().indexOf("m=audio"));
    }

    @ParameterizedTest
    @FieldSource("VIEWERS")
    void answersEveryViewer(String name) throws Exception {
        WebRtcOffer offer = WebRtcOffer.read(Offers.text(name));
        Answer answer = Negotiation.watch(offer, Offers.LOCAL, List.of(VP8, Offers.OPUS));
        ParsedSdp read = SdpParser.parse(answer.text());
        assertEquals(List.of(), read.warnings());
        assertReachable(offer, answer);
        MediaDescription video = read.description().media().get(1);
        Answer.Media agreed = answer.media().get(1);
        assertEquals(SdpDirection.SENDONLY, video.direction());
        assertEquals(VP8, agreed.track());
        int type = agreed.codecs().get(0).format().payloadType();
        assertEquals(Map.of(100, type), agreed.payloadTypes());
        assertEquals(List.of(type, agreed.codecs().get(0).rtxPayloadType()), video.payloadTypes());
        assertEquals("stream video", video.attribute("msid"));
        assertEquals("FID 2000 2001", video.attribute("ssrc-group"));
        assertEquals("2000 cname:cname", video.attribute("ssrc"));
        assertFalse(answer.text().contains("rtp-stream-id"), "viewers get one layer");
    }

    @ParameterizedTest
    @CsvSource({
        // sent, mode, the viewer's choice. Chromium's list:
        // 102 = 42001f/1, 104 = 42001f/0, 108 = 42e01f/1, 114 = 42e01f/0, 116 = 4d001f/1
        "42001f,1,102",
        "42001f,0,104",
        "42c028,1,108",
        "42e01f,0,114",
        "4d0032,1,116",
        "4d8032,1,108"
    })
    void h264GoesToItsProfileAndMode(String profile, String mode, int expected) throws Exception {
        String viewer = Offers.text("chromium-publish").replace("a=sendonly", "a=recvonly");
        Answer answer = watch(viewer, Offers.track(Offers.h264(profile, mode), 1));
        Answer.Media video = answer.media().get(1);
        assertEquals(Map.of(96, expected), video.payloadTypes());
        // There is no audio in the room: that m-line stays, without anything.
        assertEquals(SdpDirection.INACTIVE, answer.media().get(0).direction());
    }

    @Test
    void formatsMatchByWhatDecodersCan() {
        List<RtpCodec> none = List.of();
        assertNull(FormatMatch.best(Offers.h264("42e01f", "1"), none));
        assertMatch(true, Offers.h264("42e01f", "1"), Offers.h264("64001f", "1"));
        assertMatch(true, Offers.h264("42e01f", "0"), Offers.h264("42e01f", "1"));
        assertMatch(false, Offers.h264("42e01f", "1"), Offers.h264("42e01f", "0"));
        assertMatch(false, Offers.h264("640c1f", "1"), Offers.h264("42e01f", "1"));
        assertMatch(true, Offers.h264("640c1f", "1"), Offers.h264("64001f", "1"));
        assertMatch(true, Offers.h264("42001f", "1"), Offers.h264("42e01f", "1"));
        assertMatch(true, Offers.h264("42001f", "1"), Offers.h264("640c1f", "1"));
        assertMatch(true, Offers.h264("42001f", "1"), Offers.h264("58001f", "1"));
        assertMatch(false, Offers.h264("42001f", "1"), Offers.h264("42e01f", "0"));
        assertMatch(false, Offers.h264("58001f", "1"), Offers.h264("42e01f", "1"));
        assertMatch(false, Offers.h264("4d001f", "1"), Offers.h264("42001f", "1"));
        assertMatch(false, Offers.h264("4d001f", "1"), Offers.h264("640c1f", "1"));
        assertMatch(false, Offers.h264("6e001f", "1"), Offers.h264("64001f", "1"));
        assertMatch(true, Offers.video(Codec.H264, Map.of()), Offers.h264("64001f", "1"));
        assertMatch(true, Offers.video(Codec.VP9, Map.of()), Offers.video(Codec.VP9, Map.of("profile-id", "0")));
        assertMatch(
                false,
                Offers.video(Codec.VP9, Map.of("profile-id", "2")),
                Offers.video(Codec.VP9, Map.of("profile-id", "0")));
        assertMatch(true, Offers.video(Codec.H265, Map.of()), Offers.video(Codec.H265, Map.of("profile-id", "2")));
        assertMatch(false, Offers.video(Codec.AV1, Map.of("profile", "1")), Offers.video(Codec.AV1, Map.of()));
        assertMatch(false, Offers.video(Codec.AV1, Map.of()), Offers.video(Codec.VP8, Map.of()));
    }

    private static void assertMatch(boolean expected, RtpFormat sent, RtpFormat taken) {
        var offered = List.of(new RtpCodec(taken, RtpCodec.NO_RTX, List.of()));
        assertEquals(expected, FormatMatch.best(sent, offered) != null, sent + " to " + taken);
    }

    @Test
    void refusesViewersThatCannotPlayIt() {
        SentTrack high = Offers.track(Offers.h264("64001f", "1"), 1);
        RefusedOfferException refused =
                assertThrows(RefusedOfferException.class, () -> watch(Offers.text("firefox-watch"), Offers.OPUS, high));
        assertEquals(Reason.NOT_ACCEPTABLE, refused.reason());
        assertEquals(406, refused.reason().httpStatus());
        assertEquals(
                "m-line 1 (video) takes AV1, VP8, VP9, red, ulpfec; sent is H264 (packetization-mode=1 profile-level-id=64001f)",
                refused.line());
        String audioOnly = Offers.text("firefox-watch").replaceFirst("(?s)m=video.*", "");
        RefusedOfferException nothing = assertThrows(RefusedOfferException.class, () -> watch(audioOnly, high));
        assertEquals("the offer has no m-line for what is sent: video", nothing.line());
        RefusedOfferException direction =
                assertThrows(RefusedOfferException.class, () -> watch(Offers.text("chromium-publish"), high));
        assertEquals("m-line 0 (audio) is sendonly: a viewer offers recvonly or sendrecv", direction.line());
    }

    @Test
    void whoOffersBothWaysMayPublishAndWatch() throws Exception {
        String both = Offers.text("safari-publish");
        for (Answer.Media media : publish(both).media()) {
            assertEquals(SdpDirection.RECVONLY, media.direction());
        }
        for (Answer.Media media : watch(both, VP8, Offers.OPUS).media()) {
            assertEquals(SdpDirection.SENDONLY, media.direction());
        }
    }

    @Test
    void h265WithoutParametersIsItsMainProfile() throws Exception {
        SentTrack main = Offers.track(Offers.video(Codec.H265, Map.of("profile-id", "1", "level-id", "120")), 1);
        for (String offer : List.of("safari-publish", "safari-watch")) {
            Answer answer = watch(Offers.text(offer), Offers.OPUS, main);
            assertEquals(Map.of(96, 104), answer.media().get(1).payloadTypes(), offer);
        }
    }

    @Test
    void viewersOfAudioGetAudio() throws Exception {
        String audioOnly = Offers.text("firefox-watch").replaceFirst("(?s)m=video.*", "");
        Answer answer = watch(audioOnly, VP8, Offers.OPUS);
        assertEquals(Map.of(111, 109), answer.media().get(0).payloadTypes());
        assertEquals("BUNDLE 0", answer.description().attribute("group"));
    }
}
