package io.mediatool.core.signalling.client;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsFingerprint;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.MediaTerms.Feedback;
import io.mediatool.core.server.peer.IncomingTerms;
import io.mediatool.core.signalling.webrtc.LocalTransport;
import io.mediatool.core.signalling.webrtc.OfferedMedia;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import io.mediatool.core.signalling.webrtc.WebRtcOffer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Our offers as others read them, and answers as several servers write them. */
final class ServerAnswerTest {
    private static final LocalTransport LOCAL = new LocalTransport(
            7,
            new IceCredentials("ufrag123", "a".repeat(24)),
            new DtlsFingerprint("sha-256", "AB:".repeat(31) + "CD"),
            List.of(IceCandidate.host("udp", new InetSocketAddress("192.0.2.1", 4000), 65_535)));

    private static final String HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    private static final String TRANSPORT =
            "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 " + "00:".repeat(31)
                    + "11\r\n";

    private static ClientOffer publishing() {
        return ClientOffer.publish(
                LOCAL,
                List.of(
                        RtpFormat.of(Codec.H264, 96, Map.of("profile-level-id", "64001F")),
                        RtpFormat.of(Codec.OPUS, 97, Map.of("sprop-stereo", "1"))),
                new Random(1));
    }

    @Test
    void anOfferToWatchNamesEveryCodecOnceForAll() throws RefusedOfferException {
        WebRtcOffer read = WebRtcOffer.read(ClientOffer.watch(LOCAL).text());
        assertEquals(LOCAL.ice(), read.transport().ice());
        assertEquals(1, read.transport().candidates().size());
        assertTrue(read.transport().endOfCandidates());
        Set<Integer> types = new HashSet<>();
        Set<Codec> codecs = new HashSet<>();
        for (OfferedMedia media : read.media()) {
            assertTrue(media.live() && media.bundled());
            assertEquals("recvonly", media.direction().label());
            media.description().payloadTypes().forEach(type -> assertTrue(types.add(type), "twice: " + type));
            media.codecs().forEach(each -> codecs.add(each.format().codec()));
            assertTrue(media.codecs().get(0).hasRtx());
            assertTrue(media.codecs().get(0).feedback().containsAll(List.of("nack", "transport-cc")));
        }
        assertTrue(types.stream().noneMatch(type -> type >= 64 && type < 96), "taken for RTCP: " + types);
        assertEquals(OfferedTrack.CODECS, codecs);
    }

    @Test
    void anOfferToPublishTellsItsSources() throws RefusedOfferException {
        ClientOffer offer = publishing();
        WebRtcOffer read = WebRtcOffer.read(offer.text());
        OfferedMedia video = read.media().get(0);
        assertEquals(MediaKind.VIDEO, video.kind());
        assertEquals("sendonly", video.direction().label());
        assertEquals("64001F", video.codecs().get(0).format().parameter("profile-level-id", ""));
        assertEquals("1", video.codecs().get(0).format().parameter("packetization-mode", ""));
        OfferedMedia.Source source = video.sources().get(0);
        assertEquals(Integer.toUnsignedLong(offer.tracks().get(0).ssrc()), source.ssrc());
        assertEquals(Integer.toUnsignedLong(offer.tracks().get(0).rtxSsrc()), source.rtxSsrc());
        assertEquals(offer.cname(), source.cname());
        OfferedMedia.Source sound = read.media().get(1).sources().get(0);
        assertEquals(OfferedMedia.Source.NO_RTX, sound.rtxSsrc());
        assertEquals(offer.cname(), sound.cname());
    }

    @Test
    void aFullIceServerWithItsOwnNumbers() throws Exception {
        // As Pion writes: one fingerprint, candidates in each m-line, fewer extensions and feedback than offered.
        String answer = HEAD + "a=fingerprint:sha-256 " + "00:".repeat(31) + "11\r\na=group:BUNDLE 0 1\r\n"
                + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=setup:active\r\na=mid:0\r\n"
                + "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
                + "a=ssrc:5 cname:x\r\na=sendonly\r\na=candidate:1 1 udp 2130706431 media.example.com 8189 typ host\r\n"
                + "a=candidate:1 2 udp 2130706431 192.0.2.9 8189 typ host\r\n"
                + "m=video 9 UDP/TLS/RTP/SAVPF 125 126\r\nc=IN IP4 0.0.0.0\r\na=setup:active\r\na=mid:1\r\n"
                + "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=rtcp-mux\r\na=rtpmap:125 H264/90000\r\n"
                + "a=fmtp:125 packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:126 rtx/90000\r\na=fmtp:126 apt=125\r\n"
                + "a=rtcp-fb:125 nack\r\na=rtcp-fb:125 nack pli\r\na=rtcp-fb:125 transport-cc\r\n"
                + "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
                + "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
                + "a=ssrc-group:FID 6 7\r\na=ssrc:6 cname:x\r\na=ssrc:7 cname:x\r\na=sendonly\r\n"
                + "a=candidate:2 1 udp 1694498815 198.51.100.7 8189 typ srflx raddr 0.0.0.0 rport 8189\r\n";
        ServerAnswer read = ServerAnswer.read(answer, ClientOffer.watch(LOCAL));
        assertTrue(read.incoming().stream().noneMatch(IncomingTerms::reducedSize), "it has not taken that");
        String taken = answer.replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\na=rtcp-rsize\r\n");
        assertTrue(ServerAnswer.read(taken, ClientOffer.watch(LOCAL)).incoming().stream()
                .allMatch(IncomingTerms::reducedSize));
        assertEquals(DtlsRole.SERVER, read.setup().role());
        assertEquals(List.of("media.example.com", "198.51.100.7"), hosts(read));
        assertEquals(List.of(), read.left());
        assertEquals(2, read.incoming().size());
        MediaTerms sound = read.incoming().get(0).media();
        assertFalse(sound.has(Feedback.TRANSPORT_CC) || sound.has(Feedback.NACK));
        IncomingTerms video = read.incoming().get(1);
        assertEquals(new IncomingTerms.Source(6, 7), video.sources().get(0));
        assertEquals(125, video.media().payloads().get(0).format().payloadType());
        assertEquals(126, video.media().payloads().get(0).rtxPayloadType());
        assertTrue(video.media().has(Feedback.NACK) && video.media().has(Feedback.TRANSPORT_CC));
        assertFalse(video.media().has(Feedback.FIR));
        assertEquals(3, video.media().extensions().idOf(RtpExtension.TRANSPORT_SEQUENCE));
        assertEquals(0, video.media().extensions().idOf(RtpExtension.MID), "an id that was not offered");
    }

    private static List<String> hosts(ServerAnswer read) {
        return read.candidates().stream().map(IceCandidate::host).toList();
    }

    @Test
    void aServerThatTakesPicturesOnly() throws Exception {
        ClientOffer offer = publishing();
        int type = offer.tracks().get(0).codecs().get(0).format().payloadType();
        String answer = HEAD + "a=ice-lite\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF " + type + "\r\n" + TRANSPORT
                + "a=setup:passive\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:" + type + " H264/90000\r\n"
                + "a=fmtp:" + type + " profile-level-id=42e01f\r\nm=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\n";
        ServerAnswer read = ServerAnswer.read(answer, offer);
        assertEquals(DtlsRole.CLIENT, read.setup().role());
        assertEquals(List.of("audio"), read.left());
        var video = read.outgoing().get(0);
        assertEquals(offer.tracks().get(0).ssrc(), video.ssrc());
        // Whatever profile the server writes: it said yes to what was offered
        MediaTerms.Payload payload = video.match().of(RtpFormat.of(Codec.H264, 33));
        assertNotNull(payload);
        assertEquals(type, payload.format().payloadType());
        assertEquals(MediaTerms.NO_RTX, payload.rtxPayloadType());
        assertNull(video.match().of(RtpFormat.of(Codec.VP8, 33)));
    }

    @Test
    void whatLiveKitAnswers() throws Exception {
        String answer;
        try (InputStream captured = requireNonNull(ServerAnswerTest.class.getResourceAsStream("livekit-publish.sdp"))) {
            answer = new String(captured.readAllBytes(), StandardCharsets.US_ASCII);
        }
        ServerAnswer read = ServerAnswer.read(answer, publishing());
        assertEquals(DtlsRole.SERVER, read.setup().role());
        assertEquals(List.of(), read.left());
        assertEquals("IrNjKqZbQGzVKlRG", read.peer().ice().ufrag());
        List<IceCandidate> byUdp = read.candidates().stream()
                .filter(each -> each.transport().equals("udp"))
                .toList();
        assertEquals(3, byUdp.size(), "each once, not again as component 2: " + byUdp);
        MediaTerms.Payload video = read.outgoing().get(0).match().of(RtpFormat.of(Codec.H264, 33));
        MediaTerms.Payload sound = read.outgoing().get(1).match().of(RtpFormat.of(Codec.OPUS, 34));
        assertNotNull(video);
        assertNotNull(sound);
        assertEquals(
                List.of(96, 97, 98),
                List.of(
                        video.format().payloadType(),
                        video.rtxPayloadType(),
                        sound.format().payloadType()));
    }

    @Test
    void answersThatAgreeToNothingAreRefusedInOneLine() {
        String refused = HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" + TRANSPORT
                + "a=setup:active\r\na=mid:0\r\na=inactive\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
                + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n";
        var nothing =
                assertThrows(NothingLeftException.class, () -> ServerAnswer.read(refused, ClientOffer.watch(LOCAL)));
        assertTrue(String.valueOf(nothing.getMessage()).endsWith("audio and video"), nothing.getMessage());
        var broken = assertThrows(
                RefusedOfferException.class, () -> ServerAnswer.read("<html>no</html>", ClientOffer.watch(LOCAL)));
        assertTrue(broken.line().startsWith("the answer is no usable session description"), broken.line());
    }

    @Test
    void anyHarmIsRefusedOrRead() {
        byte[] whole = (HEAD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" + TRANSPORT
                        + "a=setup:active\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
                        + "a=candidate:1 1 udp 2130706431 192.0.2.9 8189 typ host\r\na=ssrc:5 cname:x\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        ClientOffer offer = ClientOffer.watch(LOCAL);
        for (int length = 0; length < whole.length; length++) {
            assertReadOrRefused(Arrays.copyOf(whole, length), offer);
        }
        Random random = new Random(81);
        for (int i = 0; i < Hostility.rounds(3_000); i++) {
            byte[] harmed = whole.clone();
            for (int j = 0; j < 1 + i % 4; j++) {
                harmed[random.nextInt(harmed.length)] = (byte) random.nextInt(256);
            }
            assertReadOrRefused(harmed, offer);
        }
    }

    private static void assertReadOrRefused(byte[] answer, ClientOffer offer) {
        try {
            assertNotNull(ServerAnswer.read(new String(answer, StandardCharsets.ISO_8859_1), offer));
        } catch (RefusedOfferException | NothingLeftException e) {
            assertNotNull(e.getMessage());
        }
    }
}
