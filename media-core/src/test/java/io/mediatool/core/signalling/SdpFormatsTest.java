package io.mediatool.core.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.ParsedSdp;
import io.mediatool.core.sdp.SdpParser;
import io.mediatool.core.sdp.SdpWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SdpFormatsTest {

    private static MediaDescription medium(String lines) throws Exception {
        return SdpParser.parse("v=0\no=-\ns=-\nt=0 0\n" + lines)
                .description()
                .media()
                .get(0);
    }

    @Test
    void mapsKnownCodecsAndNamesTheRest() throws Exception {
        MediaFormats formats =
                SdpFormats.read(medium("m=video 5004 RTP/AVP 96 33 97 98 99 31 0\na=rtpmap:96 H264/90000\n"
                        + "a=fmtp:96 packetization-mode=1\na=rtpmap:97 rtx/90000\na=rtpmap:98 theora/90000\n"));
        assertEquals(
                List.of(
                        new RtpFormat(Codec.H264, 96, "H264", 90_000, 1, Map.of("packetization-mode", "1")),
                        RtpFormat.of(Codec.PCMU, 0)),
                formats.formats());
        assertEquals(List.of(33), formats.transportStreams());
        assertEquals(List.of(99), formats.undescribed());
        assertEquals(
                List.of(
                        "payload type 98: theora is not supported",
                        "payload type 31: static payload type 31 is not supported"),
                formats.warnings());
    }

    @Test
    void mapsTransportStreamsOnDynamicTypes() throws Exception {
        MediaFormats formats = SdpFormats.read(medium("m=video 5004 RTP/AVP 96\na=rtpmap:96 MP2T/90000\n"));
        assertEquals(List.of(96), formats.transportStreams());
        assertEquals(List.of(), formats.formats());
    }

    @Test
    void saysWhenItIsNotRtp() throws Exception {
        MediaFormats formats = SdpFormats.read(medium("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n"));
        assertEquals(List.of("application over UDP/DTLS/SCTP is not RTP"), formats.warnings());
    }

    @Test
    void describesWhatItReads() throws Exception {
        RtpFormat video = new RtpFormat(
                Codec.H264, 96, "H264", 90_000, 1, Map.of("packetization-mode", "1", "profile-level-id", "64000C"));
        RtpFormat audio = RtpFormat.of(Codec.OPUS, 97);
        InetAddress address = InetAddress.getByName("127.0.0.1");
        String text = SdpWriter.write(SdpFormats.describe(
                "a\nb",
                7,
                List.of(
                        new RtpDestination(video, address, 5004, false),
                        new RtpDestination(audio, address, 5006, true))));
        assertEquals("""
                v=0
                o=- 7 7 IN IP4 127.0.0.1
                s=a b
                c=IN IP4 127.0.0.1
                t=0 0
                a=tool:mediatool
                m=video 5004 RTP/AVP 96
                a=rtpmap:96 H264/90000
                a=fmtp:96 packetization-mode=1; profile-level-id=64000C
                m=audio 5006 RTP/AVP 97
                a=rtpmap:97 opus/48000/2
                a=rtcp:5006
                a=rtcp-mux
                """.replace("\n", "\r\n"), text);
        ParsedSdp parsed = SdpParser.parse(text);
        assertEquals(List.of(), parsed.warnings());
        assertEquals(
                List.of(video),
                SdpFormats.read(parsed.description().media().get(0)).formats());
        assertEquals(
                List.of(audio),
                SdpFormats.read(parsed.description().media().get(1)).formats());
    }

    @Test
    void describesGroupsAndIpv6() throws Exception {
        InetAddress group = InetAddress.getByName("239.1.2.3");
        InetAddress six = InetAddress.getByName("::1");
        RtpFormat format = RtpFormat.of(Codec.VP8, 96);
        String text = SdpWriter.write(SdpFormats.describe(
                "x",
                1,
                List.of(new RtpDestination(format, group, 5004, false), new RtpDestination(format, six, 5006, false))));
        assertTrue(text.contains("c=IN IP4 239.1.2.3/127\r\n"), text);
        assertTrue(text.contains("c=IN IP6 0:0:0:0:0:0:0:1\r\n"), text);
    }
}
