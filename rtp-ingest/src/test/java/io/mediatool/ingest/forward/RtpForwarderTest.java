package io.mediatool.ingest.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RtpForwarderTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final Instant START = Instant.parse("2024-05-06T07:08:09Z");

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Room room = new Room("test", loop);
    private final List<String> warnings = new ArrayList<>();
    private Receiver video;
    private Receiver videoRtcp;
    private Receiver audio;
    private Receiver audioRtcp;
    private RtpForwarder forwarder;
    private IncomingStream stream;
    private RtpIncomingSourceGroup picture;
    private RtpIncomingSourceGroup sound;

    private final class Receiver {
        private final List<byte[]> datagrams = new ArrayList<>();
        private final List<Long> arrivals = new ArrayList<>();
        private final UdpSocket socket;
        private InetSocketAddress from = new InetSocketAddress(0);
        private Runnable onDatagram = () -> {};

        Receiver(int port) throws Exception {
            socket = loop.bind(
                    UdpBinding.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                    (data, offset, length, remote, nowNs) -> {
                        datagrams.add(Arrays.copyOfRange(data, offset, offset + length));
                        arrivals.add(nowNs);
                        from = remote;
                        onDatagram.run();
                    });
        }

        RtpPacket rtp(int index) throws Exception {
            return RtpPacket.of(datagrams.get(index), 0, datagrams.get(index).length);
        }

        List<RtcpPacket> rtcp(int index) throws Exception {
            return RtcpPackets.parse(datagrams.get(index), 0, datagrams.get(index).length);
        }

        SenderReport report(int index) throws Exception {
            return (SenderReport) rtcp(index).get(0);
        }
    }

    @BeforeEach
    void open() throws Exception {
        loop.advanceTo(SECOND);
        video = new Receiver(5004);
        videoRtcp = new Receiver(5005);
        audio = new Receiver(5006);
        audioRtcp = new Receiver(5007);
        open("rtp://127.0.0.1:5004");
    }

    private void open(String target) throws Exception {
        forwarder = RtpForwarder.open(
                loop,
                ForwardTarget.parse(target),
                () -> START.plusNanos(loop.nowNs()),
                new SplittableRandom(3),
                warnings::add);
        stream = room.publish("s");
        forwarder.attach(stream);
        // Sound first: the ports must not care.
        sound = stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 97), RtpFormat.of(Codec.PCMU, 0)))
                .source();
        picture = stream.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)))
                .source();
    }

    private void send(RtpIncomingSourceGroup source, int type, int sequence, long timestamp, int ssrc, String payload)
            throws Exception {
        byte[] bytes = Arrays.copyOf(new byte[RtpPacket.HEADER_BYTES], RtpPacket.HEADER_BYTES + payload.length());
        RtpPacket.writeHeader(bytes, 0, true, type, sequence, timestamp, ssrc);
        System.arraycopy(payload.getBytes(US_ASCII), 0, bytes, RtpPacket.HEADER_BYTES, payload.length());
        source.onRtp(RtpPacket.of(bytes, 0, bytes.length), loop.nowNs());
        loop.advanceBy(0);
    }

    @Test
    void packetsArriveUnderOneSsrcWithTheirPayload() throws Exception {
        send(picture, 96, 65_535, 1000, 9, "one");
        send(picture, 96, 0, 4000, 9, "two");
        send(picture, 96, 3, 7000, 9, "four");
        loop.advanceBy(MS);
        assertEquals(3, video.datagrams.size());
        assertArrayEquals("one".getBytes(US_ASCII), video.rtp(0).payload());
        assertEquals(video.rtp(0).sequenceNumber() + 1 & 0xffff, video.rtp(1).sequenceNumber());
        assertEquals(video.rtp(1).sequenceNumber() + 3 & 0xffff, video.rtp(2).sequenceNumber(), "gaps stay gaps");
        assertEquals(3000, video.rtp(1).timestamp() - video.rtp(0).timestamp());
        assertTrue(video.rtp(0).marker());
        assertEquals(0, audio.datagrams.size());
    }

    @Test
    void theFirstReportFollowsTheFirstPacketAndThenEveryFiveSeconds() throws Exception {
        for (int i = 0; i <= 600; i++) {
            send(picture, 96, i, 1000 + 1800L * i, 9, "x");
            loop.advanceBy(20 * MS);
        }
        assertEquals(3, videoRtcp.datagrams.size());
        assertEquals(SECOND, videoRtcp.arrivals.get(0));
        assertNear(5 * SECOND, videoRtcp.arrivals.get(1) - videoRtcp.arrivals.get(0), 300 * MS);
        SenderReport first = videoRtcp.report(0);
        assertEquals(video.rtp(0).ssrc(), first.ssrc());
        assertEquals(video.rtp(0).timestamp(), first.rtpTimestamp());
        assertEquals(START.plusSeconds(1), NtpTime.toInstant(first.ntpTime()));
        assertEquals(1, first.packetCount());
        assertEquals(1, first.octetCount());
        SourceDescription name = (SourceDescription) videoRtcp.rtcp(0).get(1);
        assertEquals(24, name.chunks().get(0).cname().length());
        SenderReport second = videoRtcp.report(1);
        long ns = NtpTime.differenceNs(second.ntpTime(), first.ntpTime());
        assertNear(ns * 90_000 / SECOND, second.rtpTimestamp() - first.rtpTimestamp(), 2);
    }

    @Test
    void whatTheSourceHasReportedIsSaidBeforeTheFirstPacket() throws Exception {
        long sender = NtpTime.ofInstant(Instant.parse("1999-01-01T00:00:00Z"));
        sound.onSenderReport(8, sender, 2024, loop.nowNs());
        var order = new ArrayList<String>();
        audio.onDatagram = () -> order.add("rtp");
        audioRtcp.onDatagram = () -> order.add("report");
        send(sound, 97, 1, 1000, 8, "priming"); // captured before what the report is about
        loop.advanceBy(MS);
        assertEquals(List.of("report", "rtp"), order);
        SenderReport first = audioRtcp.report(0);
        assertEquals(0, first.packetCount());
        assertEquals(audio.rtp(0).ssrc(), first.ssrc());
        assertEquals(audio.rtp(0).timestamp(), first.rtpTimestamp());
    }

    @Test
    void tracksShareTheSendersClock() throws Exception {
        // The sender's clock is years behind; sound was captured 70 ms before the picture but arrives after it.
        long sender = NtpTime.ofInstant(Instant.parse("1999-01-01T00:00:00Z"));
        picture.onSenderReport(9, sender, 1000, loop.nowNs());
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(500 * MS);
        sound.onSenderReport(8, NtpTime.plusNs(sender, -70 * MS), 48_000, loop.nowNs());
        send(sound, 97, 1, 48_000, 8, "x");
        loop.advanceBy(MS);
        SenderReport seen = videoRtcp.report(0);
        SenderReport heard = audioRtcp.report(audioRtcp.datagrams.size() - 1);
        long pictureNs = at(seen, video.rtp(0).timestamp(), 90_000);
        long soundNs = at(heard, audio.rtp(0).timestamp(), 48_000);
        assertNear(70 * MS, pictureNs - soundNs, 100_000);
        assertNear(SECOND, pictureNs, 100_000);
    }

    private static void assertNear(long expected, long actual, long tolerance) {
        assertTrue(Math.abs(expected - actual) <= tolerance, expected + " or so, but was " + actual);
    }

    private static long at(SenderReport report, long timestamp, int clockRate) {
        return NtpTime.differenceNs(report.ntpTime(), NtpTime.ofInstant(START))
                + (int) (timestamp - report.rtpTimestamp()) * SECOND / clockRate;
    }

    @Test
    void aNewSenderGoesOnUnderTheSameSsrc() throws Exception {
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(SECOND);
        send(picture, 96, 30_000, 5_000_000, 10, "y");
        send(picture, 96, 30_001, 5_000_000, 10, "z");
        loop.advanceBy(50 * MS); // no more of the old one comes
        send(picture, 96, 30_002, 5_000_000, 10, "!");
        loop.advanceBy(SECOND);
        assertEquals(4, video.datagrams.size());
        assertEquals(video.rtp(0).ssrc(), video.rtp(1).ssrc());
        assertEquals(video.rtp(0).sequenceNumber() + 1 & 0xffff, video.rtp(1).sequenceNumber());
        assertNear(90_000, video.rtp(1).timestamp() - video.rtp(0).timestamp() & 0xffff_ffffL, 90);
        SenderReport after = videoRtcp.report(videoRtcp.datagrams.size() - 1);
        // By when it was believed, until it says better itself.
        assertNear(2 * SECOND + 50 * MS, at(after, video.rtp(1).timestamp(), 90_000), 2 * MS);
    }

    @Test
    void byeEndsEachTrackOnce() throws Exception {
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(SECOND);
        room.unpublish(stream);
        forwarder.close();
        loop.advanceBy(SECOND);
        long byes = 0;
        for (int i = 0; i < videoRtcp.datagrams.size(); i++) {
            byes += videoRtcp.rtcp(i).stream().filter(p -> p instanceof Goodbye).count();
        }
        assertEquals(1, byes);
        assertEquals(0, audioRtcp.datagrams.size(), "nothing was sent, nothing is said");
        assertEquals(1, forwarder.snapshot().tracks().get(1).packets());
    }

    @Test
    void byeWaitsUntilTheLastPacketHasBeenRead() throws Exception {
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(SECOND);
        int before = videoRtcp.datagrams.size();
        room.unpublish(stream);
        loop.advanceBy(RtpForwarder.FAREWELL_NS - 10 * MS);
        assertEquals(before, videoRtcp.datagrams.size());
        loop.advanceBy(20 * MS);
        List<RtcpPacket> last = videoRtcp.rtcp(before);
        assertTrue(last.get(last.size() - 1) instanceof Goodbye);
    }

    @Test
    void closingSaysByeToo() throws Exception {
        send(picture, 96, 1, 1000, 9, "x");
        forwarder.close();
        forwarder.close();
        loop.advanceBy(SECOND);
        List<RtcpPacket> last = videoRtcp.rtcp(videoRtcp.datagrams.size() - 1);
        assertTrue(last.get(last.size() - 1) instanceof Goodbye);
        send(picture, 96, 2, 1000, 9, "x");
        loop.advanceBy(SECOND);
        assertEquals(1, video.datagrams.size());
    }

    /** A browser makes key frames when it is asked to, and whoever receives plain RTP cannot ask. */
    @Test
    void keyFramesAreAskedForWhereNoneCome() throws Exception {
        List<Long> asked = new ArrayList<>();
        var maker = new IncomingLayer.KeyFrameMaker() {
            @Override
            public boolean canMake() {
                return true;
            }

            @Override
            public void requestKeyFrame(IncomingLayer layer, long nowNs) {
                asked.add(nowNs / SECOND);
            }
        };
        var browser = room.publish("browser");
        var camera = browser.addTrack(
                        MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)), List.of(""), ExtensionMap.NONE, maker)
                .source();
        forwarder.attach(browser);
        String delta = "\u0010\u0001x";
        String key = "\u0010\u0000x";
        for (int i = 0; i < 100; i++) { // ten seconds; a key frame by itself after two, and whenever it is asked for
            int before = asked.size();
            send(camera, 96, i, 9000L * i, 7, i == 20 || i > 0 && before > answered ? key : delta);
            answered = before;
            loop.advanceBy(100 * MS);
        }
        assertEquals(List.of(1L, 5L, 9L), asked.stream().distinct().toList());
        assertEquals(3, asked.size());
    }

    private int answered;

    @Test
    void receiverReportsAreCountedAndGarbageIsNot() throws Exception {
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(MS);
        var block = new ReportBlock(video.rtp(0).ssrc(), 64, 5, 1, 0, 0, 0);
        byte[] report = RtcpWriter.receiver(new ReceiverReport(1, List.of(block)), "c");
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 2000; i++) {
            byte[] broken = Arrays.copyOf(report, random.nextInt(1, report.length));
            broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            videoRtcp.socket.send(broken, 0, broken.length, videoRtcp.from);
        }
        loop.advanceBy(MS);
        videoRtcp.socket.send(report, 0, report.length, videoRtcp.from);
        loop.advanceBy(SECOND);
        ForwardSnapshot.Track track = forwarder.snapshot().tracks().get(1);
        assertEquals(0.25, track.fractionLost());
        assertEquals(5, track.packetsLost());
        assertEquals(List.of(), warnings);
    }

    @Test
    void anotherFormatKeepsItsPayloadTypeAndTheSdpFollows() throws Exception {
        assertTrue(forwarder.sdp().contains("m=audio 5006 RTP/AVP 97"), forwarder.sdp());
        send(sound, 0, 1, 160, 8, "x");
        loop.advanceBy(MS);
        assertEquals(0, audio.rtp(0).payloadType());
        assertTrue(forwarder.sdp().contains("m=audio 5006 RTP/AVP 0"), forwarder.sdp());
        assertEquals(1, warnings.size());
    }

    @Test
    void severalStreamsAreSentSideBySide() throws Exception {
        Receiver second = new Receiver(5008);
        IncomingStream file = room.publish("file");
        forwarder.attach(file);
        RtpIncomingSourceGroup played = file.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP9, 98)))
                .source();
        send(picture, 96, 1, 1000, 9, "x");
        send(played, 98, 1, 1000, 10, "y");
        loop.advanceBy(MS);
        assertEquals(1, video.datagrams.size());
        assertArrayEquals("y".getBytes(StandardCharsets.US_ASCII), second.rtp(0).payload());
        assertTrue(forwarder.sdp().contains("m=video 5004 RTP/AVP 96"), forwarder.sdp());
        assertTrue(forwarder.sdp().contains("m=video 5008 RTP/AVP 98"), forwarder.sdp());
        room.unpublish(file);
        send(picture, 96, 2, 2000, 9, "x");
        loop.advanceBy(MS);
        assertEquals(2, video.datagrams.size(), "the end of one stream is not the end of the other");
    }

    @Test
    void portsAreGivenAnewWhenAllHasEnded() throws Exception {
        room.unpublish(stream);
        IncomingStream next = room.publish("next");
        forwarder.attach(next);
        RtpIncomingSourceGroup again = next.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)))
                .source();
        send(again, 96, 1, 1000, 9, "x");
        loop.advanceBy(MS);
        assertEquals(1, video.datagrams.size());
        assertTrue(!forwarder.sdp().contains("m=audio"), forwarder.sdp());
    }

    @Test
    void muxedReportsShareThePort() throws Exception {
        forwarder.close();
        open("rtp://127.0.0.1:5004?rtcp-mux");
        send(picture, 96, 1, 1000, 9, "x");
        loop.advanceBy(MS);
        assertEquals(2, video.datagrams.size());
        assertTrue(RtcpPackets.isRtcp(video.datagrams.get(1), 0, video.datagrams.get(1).length));
        assertEquals(0, videoRtcp.datagrams.size());
    }

    @Test
    void oneThatFailsDoesNotHurtTheOthers() throws Exception {
        int[] heard = {0};
        forwarder.close();
        forwarder = RtpForwarder.open(
                loop,
                ForwardTarget.parse("rtp://127.0.0.1:5004"),
                () -> {
                    throw new IllegalStateException("clock broken");
                },
                new SplittableRandom(3),
                warnings::add);
        forwarder.attach(stream);
        picture.addListener(new RtpIncomingSourceGroup.Listener() {
            @Override
            public void onRtp(RtpIncomingSourceGroup s, RtpPacket p, long sequence, long timestamp, long nowNs) {
                heard[0]++;
            }

            @Override
            public void onEnded(RtpIncomingSourceGroup s, long nowNs) {}
        });
        send(picture, 96, 1, 1000, 9, "x");
        send(picture, 96, 2, 1000, 9, "x");
        loop.advanceBy(SECOND);
        assertEquals(2, heard[0]);
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(String.valueOf(forwarder.snapshot().failure()).contains("clock broken"));
    }
}
