package io.mediatool.ingest.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTargetTest {

    @Test
    void defaults() throws Exception {
        ForwardTarget target = ForwardTarget.parse("rtp://127.0.0.1:5004");
        assertEquals("127.0.0.1", target.address().getHostAddress());
        assertEquals(List.of(5004, 5006, 5008), List.of(target.videoPort(), target.audioPort(), target.furtherPort()));
        assertFalse(target.rtcpMux());
        assertEquals(1, target.ttl());
    }

    @Test
    void options() throws Exception {
        ForwardTarget target =
                ForwardTarget.parse("rtp://[::1]:5004?rtcp-mux&ttl=7&video-port=6000&audio-port=7000&interface=lo");
        assertEquals("0:0:0:0:0:0:0:1", target.address().getHostAddress());
        assertEquals(List.of(6000, 7000, 7002), List.of(target.videoPort(), target.audioPort(), target.furtherPort()));
        assertTrue(target.rtcpMux());
        assertEquals(7, target.ttl());
    }

    @Test
    void reachesSocketsOfThisMachine() throws Exception {
        ForwardTarget target = ForwardTarget.parse("rtp://127.0.0.1:5004");
        assertTrue(target.reaches(new InetSocketAddress("127.0.0.1", 5004), MediaKind.VIDEO));
        assertTrue(target.reaches(new InetSocketAddress("::", 5004), MediaKind.VIDEO));
        assertTrue(target.reaches(new InetSocketAddress("0.0.0.0", 5006), MediaKind.AUDIO));
        assertFalse(target.reaches(new InetSocketAddress("::", 5006), MediaKind.VIDEO));
        assertFalse(target.reaches(new InetSocketAddress("::1", 5004), MediaKind.VIDEO));
        ForwardTarget group = ForwardTarget.parse("rtp://239.1.2.3:5004");
        assertTrue(
                group.reaches(new InetSocketAddress("239.1.2.3", 5004), MediaKind.VIDEO), "the group we have joined");
        assertFalse(group.reaches(new InetSocketAddress("::", 5004), MediaKind.VIDEO));
        ForwardTarget elsewhere = ForwardTarget.parse("rtp://192.0.2.1:5004");
        assertFalse(elsewhere.reaches(new InetSocketAddress("::", 5004), MediaKind.VIDEO));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "udp://127.0.0.1:5004",
                "rtp://",
                "rtp://127.0.0.1",
                "rtp://[::1]",
                "rtp://:5004",
                "rtp://::1:5004",
                "rtp://127.0.0.1:0",
                "rtp://127.0.0.1:65535",
                "rtp://127.0.0.1:99999999999",
                "rtp://127.0.0.1:5004?tll=1",
                "rtp://127.0.0.1:5004?ttl=256",
                "rtp://127.0.0.1:5004?audio-port=5005",
                "rtp://127.0.0.1:5004?interface=no-such",
                "rtp://0.0.0.0:5004"
            })
    void refusalsAreOneLineThatNamesTheTarget(String text) {
        var refused = assertThrows(ForwardException.class, () -> ForwardTarget.parse(text));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith(text + ": "), message);
        assertFalse(message.contains("\n"));
    }

    @Test
    void portsDoNotDependOnTheOrderOfTracks() throws Exception {
        var description = new ForwardDescription(ForwardTarget.parse("rtp://127.0.0.1:5004"), 1);
        RtpFormat video = RtpFormat.of(Codec.VP8, 96);
        RtpFormat audio = RtpFormat.of(Codec.OPUS, 97);
        assertEquals(List.of(5006, 5004, 5008, 5010), description.ports(List.of(audio, video, audio, video)));
        String sdp = description.of("x", List.of(audio, video));
        assertTrue(sdp.indexOf("m=video 5004") > 0 && sdp.indexOf("m=video 5004") < sdp.indexOf("m=audio 5006"), sdp);
    }

    @Test
    void groupsCarryTheirTtlAndMuxIsSaid() throws Exception {
        var description = new ForwardDescription(ForwardTarget.parse("rtp://239.1.2.3:5004?ttl=9&rtcp-mux"), 1);
        String sdp = description.of("x", List.of(RtpFormat.of(Codec.VP8, 96)));
        assertTrue(sdp.contains("c=IN IP4 239.1.2.3/9\r\n"), sdp);
        assertTrue(sdp.contains("a=rtcp-mux\r\n"), sdp);
    }
}
