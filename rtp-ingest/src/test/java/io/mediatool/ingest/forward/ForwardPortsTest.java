package io.mediatool.ingest.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forwarders of one loop that send from the same sockets. */
class ForwardPortsTest {
    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final ForwardPorts ports = new ForwardPorts();
    private final SplittableRandom random = new SplittableRandom(8);
    private final List<String> warnings = new ArrayList<>();
    private IncomingStream stream;
    private RtpIncomingSourceGroup picture;
    private int sent;

    /** Notes who sent it what. */
    private final class Receiver implements DatagramListener {
        private final List<InetSocketAddress> senders = new ArrayList<>();
        private final UdpSocket socket;
        private int ssrc;

        Receiver(int port) throws Exception {
            socket = loop.bind(UdpBinding.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), this);
        }

        @Override
        public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
            if (!RtcpPackets.isRtcp(data, offset, length)) {
                senders.add(remote);
                try {
                    ssrc = RtpPacket.of(data, offset, length).ssrc();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }

        void report(int lost) {
            var block = new ReportBlock(ssrc, 64, lost, 1, 0, 0, 0);
            byte[] report = RtcpWriter.receiver(new ReceiverReport(1, List.of(block)), "c");
            socket.send(report, 0, report.length, senders.get(0));
            loop.advanceBy(1);
        }
    }

    @BeforeEach
    void publish() {
        Room room = new Room("test", loop);
        stream = room.publish("s");
        picture = stream.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)))
                .source();
    }

    private RtpForwarder to(String target) throws Exception {
        RtpForwarder forwarder = RtpForwarder.open(
                ports,
                loop,
                ForwardTarget.parse(target),
                () -> Instant.ofEpochSecond(1_700_000_000).plusNanos(loop.nowNs()),
                random,
                warnings::add);
        forwarder.attach(stream);
        return forwarder;
    }

    private void push() throws Exception {
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + 1];
        RtpPacket.writeHeader(bytes, 0, true, 96, sent, 3000L * sent, 9);
        sent++;
        picture.onRtp(RtpPacket.of(bytes, 0, bytes.length), loop.nowNs());
        loop.advanceBy(1_000_000);
    }

    @Test
    void sendFromOnePort() throws Exception {
        var one = new Receiver(5004);
        var two = new Receiver(6004);
        to("rtp://127.0.0.1:5004");
        to("rtp://127.0.0.1:6004");
        push();
        assertEquals(one.senders, two.senders);
        assertEquals(1, one.senders.size());
        assertNotEquals(one.ssrc, two.ssrc, "reports about them would not be told apart");
    }

    @Test
    void learnWhatTheirOwnReceiversSay() throws Exception {
        var one = new Receiver(5004);
        var two = new Receiver(6004);
        RtpForwarder first = to("rtp://127.0.0.1:5004");
        RtpForwarder second = to("rtp://127.0.0.1:6004");
        push();
        one.report(5);
        two.report(7);
        two.report(8);
        loop.advanceBy(1_000_000_000);
        assertEquals(5, first.snapshot().tracks().get(0).packetsLost());
        assertEquals(8, second.snapshot().tracks().get(0).packetsLost());
        assertEquals(2, second.snapshot().tracks().get(0).receiverReports());
    }

    @Test
    void areBlamedForTheirOwnLossesOnly() throws Exception {
        new Receiver(5004);
        RtpForwarder first = to("rtp://127.0.0.1:5004");
        RtpForwarder second = to("rtp://127.0.0.1:6004");
        UdpSocket shared =
                ports.take(loop, ForwardTarget.parse("rtp://127.0.0.1:6004")).rtp();
        push();
        shared.send(new byte[70_000], 0, 70_000, new InetSocketAddress(InetAddress.getLoopbackAddress(), 6004));
        loop.advanceBy(1_000_000_000);
        assertEquals(0, first.snapshot().notSent());
        assertEquals(1, second.snapshot().notSent());
        assertEquals(1, warnings.size(), warnings.toString());
        RtpForwarder later = to("rtp://127.0.0.1:6004");
        push();
        loop.advanceBy(1_000_000_000);
        assertEquals(0, later.snapshot().notSent(), "what was before it is not its own");
    }

    @Test
    void goOnWhenAnotherEndsAndTheLastOneClosesThePort() throws Exception {
        var one = new Receiver(5004);
        var two = new Receiver(6004);
        RtpForwarder first = to("rtp://127.0.0.1:5004");
        RtpForwarder second = to("rtp://127.0.0.1:6004");
        push();
        first.close();
        first.close();
        push();
        assertEquals(1, one.senders.size());
        assertEquals(2, two.senders.size());
        second.close();
        loop.advanceBy(1_000_000);
        to("rtp://127.0.0.1:5004");
        push();
        assertEquals(2, one.senders.size());
        assertNotEquals(one.senders.get(0), one.senders.get(1), "the port was closed");
    }

    @Test
    void doNotShareWhatCannotBeShared() throws Exception {
        ForwardPort plain = ports.take(loop, ForwardTarget.parse("rtp://127.0.0.1:5004"));
        ForwardPort muxed = ports.take(loop, ForwardTarget.parse("rtp://127.0.0.1:5004?rtcp-mux&ttl=9"));
        ForwardPort near = ports.take(loop, ForwardTarget.parse("rtp://239.1.1.1:5004"));
        ForwardPort far = ports.take(loop, ForwardTarget.parse("rtp://239.1.1.1:5004?ttl=9"));
        ForwardPort ipv6 = ports.take(loop, ForwardTarget.parse("rtp://[::1]:5004"));
        assertArrayEquals(
                new Object[] {plain, plain},
                new Object[] {plain, muxed},
                "ttl is a matter of multicast, mux of the target");
        assertEquals(4, List.of(plain, near, far, ipv6).stream().distinct().count());
    }
}
