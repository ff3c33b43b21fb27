package io.mediatool.core.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SdpParserTest {
    private static final String VIDEO =
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\n";

    static byte[] fixture(String name) throws IOException {
        try (InputStream in = SdpParserTest.class.getResourceAsStream(name + ".sdp")) {
            return present(in, name).readAllBytes();
        }
    }

    private static InputStream present(@org.jspecify.annotations.Nullable InputStream in, String name) {
        if (in == null) {
            throw new IllegalArgumentException("no fixture " + name);
        }
        return in;
    }

    private static String warningOf(String text) throws MalformedException {
        List<SdpWarning> warnings = SdpParser.parse(text).warnings();
        assertEquals(1, warnings.size(), warnings::toString);
        return warnings.get(0).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffmpeg-h264",
                "ffmpeg-h265",
                "ffmpeg-opus",
                "ffmpeg-pcmu",
                "vlc-es",
                "vlc-ts",
                "vlc-webm",
                "gstreamer",
                "mediamtx",
                "chrome-offer"
            })
    void readsWhatTheFieldWritesWithoutAWarning(String name) throws Exception {
        ParsedSdp parsed = SdpParser.parse(fixture(name));
        assertEquals(List.of(), parsed.warnings());
        // And the strict writer's text says the same.
        ParsedSdp again = SdpParser.parse(SdpWriter.write(parsed.description()));
        assertEquals(parsed.description(), again.description());
        assertEquals(List.of(), again.warnings());
    }

    @Test
    void readsVlc() throws Exception {
        SessionDescription session = SdpParser.parse(fixture("vlc-es")).description();
        MediaDescription video = session.media().get(0);
        assertEquals("video", video.kind());
        assertEquals(6010, video.port());
        assertEquals(List.of(96), video.payloadTypes());
        assertEquals(new RtpMap(96, "H264", 90_000, 1), video.rtpMaps().get(96));
        assertEquals("64000c", video.parameters(96).get("profile-level-id"));
        assertEquals(
                "Z2QADKzZQUGfnwEQAAADABAAAAMDIPFCmWA=,aOvjyyLA",
                video.parameters(96).get("sprop-parameter-sets"));
        assertEquals(SdpDirection.RECVONLY, video.direction());
        assertEquals(SdpConnection.of("127.0.0.1"), video.connection());
        assertEquals(6011, video.rtcpPort());
        assertEquals(47L, video.bandwidths().get("AS"));
        MediaDescription audio = session.media().get(1);
        assertEquals("13", audio.parameters(96).get("sizelength"));
        assertEquals(2, audio.rtpMaps().get(96).channels());
        assertEquals("vlc 3.0.24", session.attribute("tool"));
    }

    @Test
    void readsChrome() throws Exception {
        MediaDescription audio =
                SdpParser.parse(fixture("chrome-offer")).description().media().get(0);
        assertTrue(audio.rtcpMux());
        assertEquals(9, audio.rtcpPort());
        assertEquals(List.of(111, 63, 9, 0, 8, 13, 110, 126), audio.payloadTypes());
        assertEquals(SdpDirection.SENDONLY, audio.direction());
        assertEquals("actpass", audio.attribute("setup"));
        MediaDescription data =
                SdpParser.parse(fixture("chrome-offer")).description().media().get(2);
        assertEquals(List.of(), data.payloadTypes());
        assertEquals(List.of("webrtc-datachannel"), data.formats());
    }

    @Test
    void skipsTheLineThatFfmpegPrintsFirst() throws Exception {
        ParsedSdp parsed = SdpParser.parse(fixture("ffmpeg-stdout"));
        assertEquals(2, parsed.description().media().size());
        assertEquals(List.of(new SdpWarning(1, "not a description line", "ignored")), parsed.warnings());
    }

    @Test
    void readsEveryLineEndAndByteOrderMark() throws Exception {
        byte[] crlf = fixture("ffmpeg-h264");
        String text = new String(crlf, StandardCharsets.UTF_8);
        SessionDescription expected = SdpParser.parse(crlf).description();
        for (String variant : List.of(
                text.replace("\r\n", "\n"),
                text.replace("\r\n", "\r"),
                "\uFEFF" + text,
                "\n\n" + text,
                text.replace("\r\n", "\r\n\r\n"),
                text.replace("\r\n", " \r\n  "))) {
            assertEquals(expected, SdpParser.parse(variant).description());
            assertEquals(
                    expected,
                    SdpParser.parse(variant.getBytes(StandardCharsets.UTF_8)).description());
        }
        byte[] utf16 = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
        assertEquals(expected, SdpParser.parse(utf16).description());
    }

    @Test
    void orphanedParametersGoToTheCodecTheyFit() throws Exception {
        String text =
                VIDEO + "a=rtpmap:96 H264/90000\r\na=fmtp:97 packetization-mode=1; sprop-parameter-sets=Zw==,aA==\r\n";
        ParsedSdp parsed = SdpParser.parse(text);
        assertEquals("1", parsed.description().media().get(0).parameters(96).get("packetization-mode"));
        assertEquals("line 7: a=fmtp of unknown payload type 97: taken as that of 96", warningOf(text));
    }

    @Test
    void orphanedParametersThatFitNobodyAreDropped() throws Exception {
        String text = VIDEO + "a=rtpmap:96 VP8/90000\r\na=fmtp:97 packetization-mode=1\r\n";
        assertEquals("line 7: a=fmtp of unknown payload type 97: ignored", warningOf(text));
        String two = VIDEO.replace("96", "96 98")
                + "a=rtpmap:96 H264/90000\r\na=rtpmap:98 H264/90000\r\na=fmtp:97 packetization-mode=1\r\n";
        assertEquals("line 8: a=fmtp of unknown payload type 97: ignored", warningOf(two));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c=IN ", "c=", "c=IN IP4", "c=IN IP4 /127", "c=XX IP4 1.2.3.4", "c=IN IP9 1.2.3.4"})
    void brokenConnectionsAreIgnored(String line) throws Exception {
        String text = VIDEO + line + "\r\na=rtpmap:96 H264/90000\r\n";
        assertEquals("line 6: broken c= line: ignored", warningOf(text));
        String session = VIDEO.replace("t=0 0", line + "\r\nt=0 0") + "a=rtpmap:96 H264/90000\r\n";
        assertEquals("line 4: broken c= line: ignored", warningOf(session));
    }

    @Test
    void readsMulticastConnections() throws Exception {
        assertEquals(new SdpConnection("IP4", "239.1.2.3", 127, 3), SdpConnection.read("IN IP4 239.1.2.3/127/3"));
        assertEquals(new SdpConnection("IP6", "ff15::1", -1, 2), SdpConnection.read("IN IP6 ff15::1/2"));
        assertEquals("IN IP4 239.1.2.3/127/3", new SdpConnection("IP4", "239.1.2.3", 127, 3).write());
    }

    @Test
    void mendsWhatIsMissing() throws Exception {
        ParsedSdp bare = SdpParser.parse("m=audio 5006 RTP/AVP 0\n");
        assertEquals(4, bare.warnings().size());
        assertEquals("no v= line: read without it", bare.warnings().get(0).toString());
        assertEquals("line 5: payload type 96 without a=rtpmap: kept, its codec is unknown", warningOf(VIDEO));
        assertEquals(
                "line 5: a=rtpmap of payload type 97 not on the m= line: added",
                warningOf(VIDEO.replace(" 96", " 0") + "a=rtpmap:97 H264/90000\r\n"));
    }

    @Test
    void oneBrokenMediumDoesNotTakeTheOthersAlong() throws Exception {
        String text = VIDEO + "a=rtpmap:96 H264/90000\r\nm=audio x RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\n";
        assertEquals(1, SdpParser.parse(text).description().media().size());
        assertEquals("line 7: m= line without a valid port: medium ignored", warningOf(text));
    }

    @Test
    void refusesWhatHoldsNoMedium() {
        assertReason("sdp: not a session description", "");
        assertReason("sdp: not a session description", "hello\nworld\n");
        assertReason("sdp: no m= line", "v=0\r\ns=x\r\n");
        assertReason("sdp: no usable m= line", "v=0\r\nm=video\r\nm=audio 70000 RTP/AVP 0\r\nm=video 5 RTP/AVP\r\n");
        assertReason("sdp: larger than 256 kB", "x".repeat(SdpParser.MAX_SIZE + 1));
    }

    private static void assertReason(String reason, String text) {
        MalformedException thrown = assertThrows(MalformedException.class, () -> SdpParser.parse(text));
        assertEquals(reason, thrown.reason());
        assertThrows(MalformedException.class, () -> SdpParser.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void boundsWhatAHostilePeerCanGrow() throws Exception {
        ParsedSdp many = SdpParser.parse(VIDEO + "a=rtpmap:96 VP8/90000\r\n" + "m=audio 1 RTP/AVP 0\n".repeat(5000));
        assertEquals(SdpParser.MAX_MEDIA, many.description().media().size());
        assertEquals(SdpParser.MAX_WARNINGS, many.warnings().size());
        String longLine = VIDEO + "a=rtpmap:96 VP8/90000\r\na=x:" + "y".repeat(SdpParser.MAX_LINE) + "\r\n";
        assertEquals("line 7: longer than 16384 characters: ignored", warningOf(longLine));
        ParsedSdp types = SdpParser.parse("m=video 1 RTP/AVP" + " 1".repeat(8000) + "\n");
        assertEquals(128, types.description().media().get(0).formats().size());
    }

    @Test
    void readsOrRefusesAnything() throws Exception {
        long seed = 0x5d90L;
        Random random = new Random(seed);
        for (String name : List.of("ffmpeg-stdout", "vlc-es", "chrome-offer", "mediamtx")) {
            byte[] valid = fixture(name);
            for (int end = 0; end < valid.length; end++) {
                readOrRefuse(Arrays.copyOf(valid, end), "prefix " + end);
            }
            for (int round = 0; round < Hostility.rounds(5000); round++) {
                byte[] mutated = valid.clone();
                for (int i = random.nextInt(8); i >= 0; i--) {
                    int at = random.nextInt(mutated.length);
                    mutated[at] = (byte) "\r\n=:/ 0aczm\u00ff-".charAt(random.nextInt(13));
                }
                readOrRefuse(mutated, "seed " + seed + " round " + round);
            }
        }
    }

    private static void readOrRefuse(byte[] data, String what) {
        try {
            ParsedSdp parsed = SdpParser.parse(data);
            assertTrue(!parsed.description().media().isEmpty(), what);
            parsed.description().media().forEach(medium -> medium.payloadTypes().forEach(medium::parameters));
        } catch (MalformedException refused) {
            assertTrue(refused.reason().startsWith("sdp: "), what);
        } catch (RuntimeException escaped) {
            throw new AssertionError(what, escaped);
        }
    }

    @Test
    void writerRefusesInjectedLines() {
        SessionDescription bad = new SessionDescription("x\r\na=evil", "", null, List.of(), List.of());
        assertThrows(IllegalArgumentException.class, () -> SdpWriter.write(bad));
    }
}
