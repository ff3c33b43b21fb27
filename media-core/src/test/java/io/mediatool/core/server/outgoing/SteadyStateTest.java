package io.mediatool.core.server.outgoing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Once it runs, forwarding makes no garbage. */
final class SteadyStateTest {
    private static final int VIEWERS = 20;
    private static final int WARM = 4_000;
    private static final int PACKETS = 4_000;
    private static final Map<Integer, RtpExtension> EXTENSIONS = Map.of(
            1,
            RtpExtension.MID,
            2,
            RtpExtension.TRANSPORT_SEQUENCE,
            3,
            RtpExtension.ABS_SEND_TIME,
            4,
            RtpExtension.VIDEO_ORIENTATION);

    private final VirtualEventLoop loop = new VirtualEventLoop();
    private final Random random = new Random(1);
    private final byte[] bytes = new byte[1_200];
    private final RtpPacket packet = new RtpPacket();
    private long sent;

    private final class Sink implements ConnectedCarrier {
        @Override
        public long nowNs() {
            return loop.nowNs();
        }

        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
            sent += length;
        }

        @Override
        public void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {
            data[sequenceAt] = 1;
            data[timeAt] = 1;
        }

        @Override
        public void remove(OutgoingStream stream) {
            throw new AssertionError("nobody leaves");
        }
    }

    private void send(RtpIncomingSourceGroup source, int number) throws MalformedException {
        RtpPacket.writeHeader(bytes, 0, true, 96, number & 0xffff, 300L * number, 7);
        bytes[0] |= 0x10;
        bytes[12] = (byte) 0xbe;
        bytes[13] = (byte) 0xde;
        bytes[15] = 1;
        bytes[16] = 0x40;
        bytes[20] = (byte) 0x90;
        bytes[21] = (byte) 0xe0;
        bytes[22] = (byte) (0x80 | number >> 8 & 0x7f);
        bytes[23] = (byte) number;
        bytes[25] = 0x20;
        bytes[26] = (byte) (number % 300 == 0 ? 0x50 : 0x51);
        source.onRtp(packet.wrap(bytes, 0, bytes.length), number * 3_000_000L);
    }

    @Test
    void forwardingAllocatesNothing() throws MalformedException {
        var server = new MediaServer(loop, random, () -> Instant.EPOCH);
        IncomingStream stream = server.room("room").publish("cam");
        var source = stream.addTrack(
                        MediaKind.VIDEO,
                        List.of(RtpFormat.of(Codec.VP8, 96)),
                        List.of(""),
                        ExtensionMap.of(EXTENSIONS),
                        IncomingLayer.KeyFrameMaker.NONE)
                .source();
        var payload = new MediaTerms.Payload(RtpFormat.of(Codec.VP8, 100), 101, Set.of(MediaTerms.Feedback.NACK));
        var terms = new MediaTerms("1", MediaKind.VIDEO, List.of(payload), ExtensionMap.of(EXTENSIONS), false);
        for (int i = 0; i < VIEWERS; i++) {
            Sink sink = new Sink();
            new OutgoingStream(
                            sink,
                            List.of(new OutgoingStreamTrack(
                                    sink,
                                    new OutgoingTerms(terms, i, 1_000 + i, "c", of -> payload),
                                    loop,
                                    random,
                                    new byte[4_096],
                                    new ExtensionWriter())))
                    .attachTo(stream);
        }
        for (int i = 0; i < WARM; i++) {
            send(source, i);
        }
        source.deliver();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long sentBefore = sent;
        for (int i = WARM; i < WARM + PACKETS; i++) {
            send(source, i);
        }
        source.deliver();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(sent - sentBefore > 1_200L * VIEWERS * PACKETS, "all of them were forwarded");
        assertTrue(allocated < 100_000, allocated + " bytes for " + PACKETS + " packets to " + VIEWERS + " viewers");
    }
}
