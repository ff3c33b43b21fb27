package io.mediatool.ingest.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSpecTest {
    private static final String SDP = """
            v=0
            o=- 0 0 IN IP4 127.0.0.1
            s=No Name
            c=IN IP4 127.0.0.1
            t=0 0
            m=video 5004 RTP/AVP 96
            a=rtpmap:96 H264/90000
            """;

    private static SourceSpec parse(String argument) throws SourceException {
        return SourceSpec.parse(argument, InputStream.nullInputStream());
    }

    private static RtpFormat format(String argument) throws SourceException {
        RtpFormat format = assertInstanceOf(RtpSource.class, parse(argument)).format();
        assertNotNull(format);
        return format;
    }

    @ParameterizedTest
    @CsvSource({
        "rtp://@:5004, , 5004",
        "rtp://:5004, , 5004",
        "RTP://:5004/, , 5004",
        "rtp://@239.1.2.3:5004, 239.1.2.3, 5004",
        "rtp://127.0.0.1:5005, 127.0.0.1, 5005",
        "rtp://[::1]:65535, 0:0:0:0:0:0:0:1, 65535",
        "rtp://:5004?pkt_size=1200&ttl=1, , 5004"
    })
    void takesAddressesAsVlcAndFfmpegWriteThem(String argument, String address, int port) throws Exception {
        RtpSource rtp = assertInstanceOf(RtpSource.class, parse(argument));
        assertEquals(address, rtp.address() == null ? null : rtp.address().getHostAddress());
        assertEquals(port, rtp.port());
        assertEquals(port == 65_535 ? 0 : port + 1, rtp.rtcpPort());
        assertNull(rtp.format());
        assertFalse(rtp.transportStream());
    }

    @Test
    void takesOptions() throws Exception {
        RtpFormat video =
                format("rtp://:5004?codec=h264&pt=97&fmtp=sprop-parameter-sets=Z0LA%2BA==,aM4+;packetization-mode=1");
        assertEquals(Codec.H264, video.codec());
        assertEquals(97, video.payloadType());
        assertEquals("Z0LA+A==,aM4+", video.parameter("sprop-parameter-sets", ""));
        assertEquals("1", video.parameter("packetization-mode", ""));
        RtpSource mux = assertInstanceOf(RtpSource.class, parse("rtp://:5004?codec=opus&rtcp-mux"));
        assertEquals(5004, mux.rtcpPort());
        assertTrue(mux.anyPayloadType());
        RtpSource other =
                assertInstanceOf(RtpSource.class, parse("rtp://:5004?codec=l16&rate=48000&channels=2&rtcp-port=6000"));
        assertEquals(6000, other.rtcpPort());
        assertEquals(
                "10.1.2.3",
                assertInstanceOf(RtpSource.class, parse("rtp://@232.1.1.1:5004?sources=10.1.2.3"))
                        .multicastSource()
                        .getHostAddress());
        assertTrue(assertInstanceOf(RtpSource.class, parse("rtp://:5004?pt=33")).transportStream());
        assertEquals(Codec.PCMA, format("rtp://:5004?pt=8").codec());
        assertEquals(
                1234,
                assertInstanceOf(UdpTsSource.class, parse("udp://@239.0.0.1:1234"))
                        .port());
    }

    /** ISO/IEC 14496-3 §1.6.2.1: object type 2, index 3 (48000), two channels. */
    @Test
    void makesTheConfigurationOfPlainAac() throws Exception {
        RtpFormat aac = format("rtp://:5004?codec=aac&rate=48000&channels=2");
        assertEquals("1190", aac.parameter("config", ""));
        assertEquals("AAC-hbr", aac.parameter("mode", ""));
        assertEquals("13", aac.parameter("sizelength", ""));
        assertEquals(
                "1208", format("rtp://:5004?codec=aac&rate=44100&channels=1").parameter("config", ""));
        assertEquals(
                "MP4A-LATM", format("rtp://:5004?codec=mp4a-latm&rate=48000").encodingName());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rtp://:0 | '0' is not a number from 1 to 65535",
                "rtp://:65536 | '65536' is not a number from 1 to 65535",
                "rtp://127.0.0.1 | has no port; write rtp://127.0.0.1:5004",
                "rtp://[::1] | has no port",
                "rtp://::1:5004 | needs brackets; write rtp://[::1]:5004",
                "rtp://:x | 'x' is not a number",
                "rtp://:5004?codec=mp3 | unknown codec 'mp3'; known are h264, h265, vp8, vp9, av1, opus, aac, pcmu",
                "rtp://:5004?codec=aac | add &rate=48000&channels=2",
                "rtp://:5004?codec=aac&rate=48001&channels=2 | give &fmtp=config=",
                "rtp://:5004?pt=128 | pt '128' is not a number from 0 to 127",
                "rtp://:5004?pt=96 | add codec=",
                "rtp://:5004?rate=48000 | needs a codec",
                "rtp://:5004?codex=h264 | unknown option 'codex'; known are channels, codec",
                "rtp://:5004?codec=h264&channels=2 | is video",
                "rtp://:5004?source=10.0.0.1 | needs a multicast address",
                "udp://:5004?codec=h264 | write rtp://",
                "rtsp://camera/1 | ffmpeg -i rtsp://camera/1",
                "foo://x | unknown scheme foo",
                "127.0.0.1:5004 | to listen on a port write rtp://127.0.0.1:5004",
                "nosuch.sdp | no such file"
            })
    void refusesWithOneLineThatNamesTheWayOut(String argument, String expected) {
        String message =
                assertThrows(SourceException.class, () -> parse(argument)).getMessage();
        assertTrue(message.contains(expected), message);
        assertTrue(message.startsWith(argument), message);
        assertFalse(message.contains("\n"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%s", "file://%s"})
    void readsDescriptions(String form, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("x.sdp");
        Files.writeString(file, SDP);
        SdpSource source =
                assertInstanceOf(SdpSource.class, parse(form.isEmpty() ? file.toString() : form.formatted(file)));
        assertEquals(5004, source.sdp().description().media().get(0).port());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m=video 5004 RTP/AVP 96 | a=rtpmap:96 raw/90000 | raw is not supported; codecs are h264",
                "m=video 5004 UDP/TLS/RTP/SAVPF 96 | a=rtpmap:96 H264/90000 | is encrypted",
                "m=video 0 RTP/AVP 96 | a=rtpmap:96 H264/90000 | has port 0",
                "m=application 9 udp wb | a=x | is not RTP over UDP",
                "hello | world | not a session description; FFmpeg writes one with -sdp_file"
            })
    void refusesDescriptionsWithoutUsableMedia(String first, String second, String expected, @TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("x.sdp");
        Files.writeString(file, (first.startsWith("m=") ? "v=0\ns=-\n" : "") + first + "\n" + second + "\n");
        String message = assertThrows(SourceException.class, () -> parse(file.toString()))
                .getMessage();
        assertTrue(message.contains(expected), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void readsStandardInputToItsEnd() throws Exception {
        var in = new ByteArrayInputStream(SDP.getBytes(StandardCharsets.UTF_8));
        assertInstanceOf(SdpSource.class, SourceSpec.parse("-", in));
        assertThrows(SourceException.class, () -> SourceSpec.parse("-", InputStream.nullInputStream()));
    }

    /** As FFmpeg does: the description comes in pieces, then the program goes on running. */
    @Test
    void doesNotWaitForTheEndOfStandardInputThatStaysOpen() throws Exception {
        var out = new PipedOutputStream();
        var in = new PipedInputStream(out);
        byte[] text = ("SDP:\n" + SDP).getBytes(StandardCharsets.UTF_8);
        out.write(text);
        out.flush();
        SdpSource source = assertInstanceOf(SdpSource.class, SourceSpec.parse("-", in));
        assertEquals(1, source.sdp().description().media().size());
        out.close();
    }

    @Test
    void refusesEndlessStandardInput() {
        var endless = new InputStream() {
            @Override
            public int read() throws IOException {
                return 'x';
            }
        };
        assertThrows(SourceException.class, () -> SourceSpec.parse("-", endless));
    }
}
