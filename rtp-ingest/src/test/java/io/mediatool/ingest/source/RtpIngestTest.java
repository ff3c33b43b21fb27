package io.mediatool.ingest.source;

import static io.mediatool.ingest.source.IngestBench.MS;
import static io.mediatool.ingest.source.IngestBench.SECOND;
import static io.mediatool.ingest.source.IngestBench.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.SourceDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtpIngestTest {
    private static final byte[] PAYLOAD = {0x65, 1, 2, 3};

    private static String sdp(Path directory, String text) {
        try {
            Path file = directory.resolve("x.sdp");
            Files.writeString(file, "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n" + text);
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDescriptionsTracksAreThereAtOnceAndTheirPacketsReachThem(@TempDir Path directory) throws Exception {
        var bench = new IngestBench(
                sdp(
                        directory,
                        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 5006 RTP/AVP 97\na=rtpmap:97 opus/48000/2\n"));
        assertEquals(2, bench.tracks.size());
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.sendRtp(5006, 97, 20, 2, PAYLOAD);
        bench.sendRtp(5004, 96, 11, 1, PAYLOAD);
        assertEquals(List.of(10, 11), bench.sequences.get("video0"));
        assertEquals(List.of(20), bench.sequences.get("audio0"));
        assertEquals(List.of(), bench.lines);
        assertEquals(4, bench.ingest.snapshot().ports().size());
        assertTrue(bench.ingest.snapshot().lines().get(1).endsWith("(RTCP): nothing arrived"));
    }

    @Test
    void twoMediaOfOnePortAreToldApartByPayloadType(@TempDir Path directory) throws Exception {
        var bench = new IngestBench(
                sdp(
                        directory,
                        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 5004 RTP/AVP 97\na=rtpmap:97 opus/48000/2\n"));
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.sendRtp(5004, 97, 20, 2, PAYLOAD);
        bench.sendRtp(5004, 101, 30, 3, PAYLOAD);
        bench.sendRtp(5004, 101, 31, 3, PAYLOAD);
        assertEquals(List.of(10), bench.sequences.get("video0"));
        assertEquals(List.of(20), bench.sequences.get("audio0"));
        assertEquals(1, bench.lines.size());
        assertTrue(bench.said("payload type 101 are not described"));
    }

    @Test
    void twoSourcesOfOnePortToo() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=vp8&pt=96", "rtp://127.0.0.1:5004?codec=opus&pt=111");
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.sendRtp(5004, 111, 20, 2, PAYLOAD);
        assertEquals(List.of(10), bench.sequences.get("video0"));
        assertEquals(List.of(20), bench.sequences.get("audio0"));
    }

    @Test
    void staticPayloadTypesNeedNoDescription() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004");
        assertEquals(0, bench.tracks.size());
        bench.sendRtp(5004, 8, 1, 1, PAYLOAD);
        assertEquals(Codec.PCMA, bench.tracks.get(0).source().formats().get(0).codec());
        assertEquals(List.of(1), bench.sequences.get("audio0"));
        assertEquals(List.of(), bench.lines);
    }

    /** Field practice: the payload type was copied from another line. */
    @Test
    void aWrongPayloadTypeAloneOnItsPortIsTakenAfterAWarningAndNothingIsLost() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        for (int i = 0; i < 30; i++) {
            bench.sendRtp(5004, 97, i, 1, PAYLOAD);
        }
        assertEquals(IntStream.range(0, 30).boxed().toList(), bench.sequences.get("video0"));
        assertEquals(1, bench.lines.size());
        assertTrue(bench.said("payload type 97, not 96"), bench.lines.toString());
        assertEquals(30, bench.arrivals.get("video0").stream().distinct().count(), "arrival times are kept");
    }

    @Test
    void anotherPayloadTypeBesideTheDescribedOneIsNot() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        bench.sendRtp(5004, 96, 0, 1, PAYLOAD);
        for (int i = 0; i < 50; i++) {
            bench.sendRtp(5004, 97, i, 2, PAYLOAD);
        }
        assertEquals(List.of(0), bench.sequences.get("video0"));
        assertEquals(1, bench.lines.size());
    }

    @Test
    void aCodecWithoutPayloadTypeTakesWhicheverComes() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h265");
        bench.sendRtp(5004, 120, 5, 1, PAYLOAD);
        bench.sendRtp(5004, 120, 6, 1, PAYLOAD);
        assertEquals(List.of(5, 6), bench.sequences.get("video0"));
        assertEquals(List.of(), bench.lines);
    }

    @Test
    void whatStaysUnknownIsToldOnceWithTheWayOut() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004");
        var random = new Random(11);
        for (int i = 0; i < 40; i++) {
            byte[] noise = new byte[60];
            random.nextBytes(noise);
            bench.sendRtp(5004, 99, i, 1, noise);
            bench.loop.advanceBy(100 * MS);
        }
        assertEquals(0, bench.tracks.size());
        assertEquals(1, bench.lines.size(), bench.lines.toString());
        assertTrue(bench.said("?codec=h264"), bench.lines.toString());
    }

    @Test
    void senderReportsReachTheTrackOfTheirSsrcAndRtcpIsUnderstoodOnTheRtpPort(@TempDir Path directory)
            throws Exception {
        var bench = new IngestBench(
                sdp(
                        directory,
                        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 5004 RTP/AVP 97\na=rtpmap:97 opus/48000/2\n"));
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.sendRtp(5004, 97, 20, 2, PAYLOAD);
        bench.send(5004, report(2, 48_000));
        bench.send(5005, report(1, 90_000));
        assertEquals(
                List.of("audio0 " + (0x1_0000_0000L + 48_000), "video0 " + (0x1_0000_0000L + 90_000)), bench.reports);
    }

    /** FFmpeg sends its first report before its first packet. */
    @Test
    void aReportBeforeTheFirstPacketIsKept() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        bench.send(5005, report(1, 90_000));
        assertEquals(List.of(), bench.reports);
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        assertEquals(List.of("video0 " + (0x1_0000_0000L + 90_000)), bench.reports);
    }

    @Test
    void aReportThatCameBeforeTheTrackWasRecognisedIsKept() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004");
        bench.send(5005, report(1, 90_000));
        bench.sendRtp(5004, 8, 10, 1, PAYLOAD);
        assertEquals(List.of("audio0 " + (0x1_0000_0000L + 90_000)), bench.reports);
    }

    private static byte[] report(int ssrc, long rtpTimestamp) {
        return RtcpWriter.sender(new SenderReport(ssrc, 0x1234_5678_0000_0000L, rtpTimestamp, 1, 1, List.of()), "x");
    }

    @Test
    void goodbyeOfAllThatSentEndsTheStream() throws Exception {
        var bench = new IngestBench(
                "rtp://127.0.0.1:5004?codec=h264&pt=96",
                "rtp://127.0.0.1:5006?codec=opus&pt=97",
                "rtp://127.0.0.1:5008?codec=vp8");
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.sendRtp(5006, 97, 10, 2, PAYLOAD);
        bench.send(5005, RtcpWriter.goodbye(1, "x", ""));
        bench.loop.advanceBy(SECOND);
        assertFalse(bench.endedTold);
        bench.send(5007, RtcpWriter.goodbye(3, "x", ""));
        bench.loop.advanceBy(SECOND);
        assertFalse(bench.endedTold, "another's goodbye");
        bench.send(5007, RtcpWriter.goodbye(2, "x", ""));
        bench.sendRtp(5006, 97, 11, 2, PAYLOAD);
        assertEquals(List.of(10, 11), bench.sequences.get("audio0"), "what was still on its way");
        bench.loop.advanceBy(SECOND);
        assertTrue(bench.endedTold);
        assertTrue(bench.streamEnded);
        bench.ingest.close();
        bench.ingest.close();
    }

    /** RFC 3550 §6.2, §6.4: about every five seconds, to where RTCP came from, and BYE at the end. */
    @Test
    void reportsToTheSender() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        List<List<RtcpPacket>> received = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        DatagramListener sender = (data, offset, length, remote, nowNs) -> {
            try {
                received.add(RtcpPackets.parse(data, offset, length));
                times.add(nowNs);
                assertEquals(5005, remote.getPort());
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        };
        bench.loop.bind(UdpBinding.of(at(40_000)), sender);
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        bench.loop.advanceBy(30 * SECOND);
        assertEquals(0, received.size(), "nobody is reported to who sent no RTCP");
        bench.send(5005, report(1, 90_000));
        bench.sendRtp(5004, 96, 12, 1, PAYLOAD);
        bench.loop.advanceBy(60 * SECOND);
        assertTrue(received.size() >= 9 && received.size() <= 24, received.size() + " reports in a minute");
        ReceiverReport first = (ReceiverReport) received.get(0).get(0);
        assertEquals(1, first.reports().get(0).ssrc());
        assertEquals(1, first.reports().get(0).cumulativeLost());
        assertEquals(0x5678_0000, first.reports().get(0).lastSenderReport());
        assertFalse(((SourceDescription) received.get(0).get(1))
                .chunks()
                .get(0)
                .cname()
                .isEmpty());
        for (int i = 1; i < times.size(); i++) {
            long gap = times.get(i) - times.get(i - 1);
            assertTrue(gap > 2 * SECOND && gap < 6.5 * SECOND, gap + " ns between reports");
        }
        received.clear();
        bench.ingest.close();
        bench.loop.advanceBy(SECOND);
        assertEquals(1, received.size());
        assertEquals(List.of(first.ssrc()), ((Goodbye) received.get(0).get(2)).ssrcs());
    }

    @Test
    void aTakenRtcpPortIsAWarningATakenRtpPortAnError() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5003?codec=h264");
        List<String> lines = new ArrayList<>();
        RtpIngest second = open(bench, "rtp://127.0.0.1:5002?codec=vp8", lines);
        assertTrue(lines.get(0).startsWith("udp port 5003: cannot listen on 127.0.0.1"), lines.toString());
        assertTrue(lines.get(0).contains("goes on without RTCP"), lines.toString());
        second.close();
        String message = assertThrows(IOException.class, () -> open(bench, "rtp://127.0.0.1:5003?codec=vp8", lines))
                .getMessage();
        assertTrue(message.contains("udp port 5003") && message.contains("receives there"), message);
    }

    private static RtpIngest open(IngestBench bench, String argument, List<String> lines) throws Exception {
        var listener = new RtpIngest.Listener() {
            @Override
            public void onLine(String line) {
                lines.add(line);
            }
        };
        return RtpIngest.open(
                bench.room,
                "other",
                IngestBench.specs(argument),
                IngestOptions.defaults(),
                InstantSource.system(),
                new Random(3),
                listener);
    }

    @Test
    void refusesAnAddressThatIsNotOurs() {
        String message = assertThrows(IOException.class, () -> new IngestBench("rtp://192.0.2.1:5004"))
                .getMessage();
        assertTrue(message.contains("no address of this machine; write rtp://:5004"), message);
    }

    @Test
    void neighbouringPortsGoWithoutRtcp() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264", "rtp://127.0.0.1:5005?codec=opus");
        assertTrue(bench.said("port 5005 is another source's"), bench.lines.toString());
        bench.sendRtp(5005, 97, 1, 2, PAYLOAD);
        assertEquals(List.of(1), bench.sequences.get("audio0"));
    }

    /** Whoever starts anew is at the same address, with another port; strangers are elsewhere. */
    @Test
    void aPauseIsNoPlaceForAStrangerButForWhoStartsAnew() throws Exception {
        var bench = new IngestBench("rtp://:5004?codec=h264&pt=96");
        var stranger = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 9}), 40_000);
        bench.sendRtp(5004, 96, 10, 1, PAYLOAD);
        for (int i = 0; i < 20; i++) {
            bench.loop.inject(bench.loop.nowNs(), stranger, at(5004), IngestBench.rtp(96, 500 + i, 2, PAYLOAD));
            bench.loop.advanceBy(20 * MS);
        }
        assertEquals(List.of(10), bench.sequences.get("video0"), "0.4 s of silence");
        for (int i = 0; i < 5; i++) {
            bench.loop.inject(bench.loop.nowNs(), at(40_001), at(5004), IngestBench.rtp(96, 90 + i, 3, PAYLOAD));
            bench.loop.advanceBy(20 * MS);
        }
        assertEquals(List.of(10, 90, 91, 92, 93, 94), bench.sequences.get("video0"));
    }

    @Test
    void closingEndsTheStreamAndTellsWhatWasSeen() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        bench.sendRtp(5004, 96, 1, 1, PAYLOAD);
        bench.send(5004, new byte[] {1, 2, 3});
        bench.ingest.close();
        assertTrue(bench.streamEnded);
        String line = bench.ingest.snapshot().lines().get(0);
        assertTrue(line.contains("2 datagrams, 19 bytes from 127.0.0.1:40000"), line);
        assertTrue(line.contains("1 RTP packets of payload type 96"), line);
        assertTrue(line.contains("1 dropped (rtp: shorter than a header)"), line);
    }

    @Test
    void tellsWhetherAnythingStillComes() throws Exception {
        var bench = new IngestBench("rtp://127.0.0.1:5004?codec=h264&pt=96");
        assertFalse(bench.ingest.snapshot().isComing(5 * SECOND));
        bench.sendRtp(5004, 96, 1, 1, PAYLOAD);
        bench.loop.advanceBy(4 * SECOND);
        assertTrue(bench.ingest.snapshot().isComing(5 * SECOND));
        bench.loop.advanceBy(2 * SECOND);
        assertFalse(bench.ingest.snapshot().isComing(5 * SECOND));
        assertTrue(bench.ingest.snapshot().sawAnything());
    }

    @Test
    void namesTheSendersCommands() throws Exception {
        List<String> hints = new IngestBench("rtp://:5004").ingest.senderHints();
        assertTrue(hints.stream().anyMatch(hint -> hint.startsWith("ffmpeg ") && hint.endsWith(" rtp://HOST:5004")));
        assertTrue(hints.stream().anyMatch(hint -> hint.startsWith("cvlc ")));
        assertTrue(hints.stream().anyMatch(hint -> hint.startsWith("gst-launch-1.0 ")));
        // zsh takes a bare question mark for a file that is not there.
        hints = new IngestBench("rtp://:5004?codec=h264&pt=96&rtcp-mux").ingest.senderHints();
        assertTrue(hints.get(0).endsWith(" 'rtp://HOST:5004?rtcpport=5004'"), hints.get(0));
    }
}
