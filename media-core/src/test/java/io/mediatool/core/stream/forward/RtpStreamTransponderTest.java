package io.mediatool.core.stream.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.bits.WorkingSet;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtpStreamTransponderTest {
    private static final long MS = 1_000_000L;
    private static final String KEY = "90e0%04x10" + "20" + "50aa";
    private static final String DELTA = "90e0%04x10" + "20" + "51aa";

    private final List<String> out = new ArrayList<>();
    private final Layer low = new Layer("low", 1);
    private final Layer high = new Layer("high", 2);
    private final RtpStreamTransponder viewer = new RtpStreamTransponder(
            new RtpStreamTransponder.Target(77, 100, 90_000, 78, 101),
            new Random(1),
            new byte[4096],
            RtpStreamTransponder.Extensions.NONE,
            new Viewer());
    private int firstSequence = -1;
    private long firstTimestamp;

    private final class Viewer implements RtpStreamTransponder.Listener {
        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs) {
            try {
                RtpPacket packet = RtpPacket.of(data, offset, length);
                if (firstSequence < 0) {
                    firstSequence = packet.sequenceNumber();
                    firstTimestamp = packet.timestamp();
                }
                boolean rtx = packet.payloadType() == 101;
                assertEquals(rtx ? 78 : 77, packet.ssrc());
                String payload = HexFormat.of().formatHex(packet.payload());
                int sequence = rtx ? Integer.parseInt(payload.substring(0, 4), 16) : packet.sequenceNumber();
                out.add((rtx ? "rtx " : "") + (sequence - firstSequence) + "/"
                        + (int) (packet.timestamp() - firstTimestamp) + " "
                        + payload.substring(rtx ? 8 : 4, rtx ? 14 : 10));
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onKeyFrameWanted(RtpIncomingSourceGroup source, long nowNs) {
            out.add("want " + (source == low.group ? "low" : "high"));
        }

        @Override
        public void onSwitched(RtpIncomingSourceGroup source, long nowNs) {
            out.add("now " + (source == low.group ? "low" : "high"));
        }

        @Override
        public void onEnded(long nowNs) {
            out.add("end");
        }
    }

    private static final class Layer {
        final RtpIncomingSourceGroup group =
                new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
        final PacketHistory history = new PacketHistory(1000 * MS);
        final RtpStreamTransponder.Input input =
                new RtpStreamTransponder.Input(group, CodecCatalog.of(Codec.VP8), history);
        final int ssrc;

        Layer(String name, int ssrc) {
            this.ssrc = ssrc;
            group.addListener(history);
            assertTrue(!name.isEmpty());
        }

        void send(int sequence, long timestamp, String payload, int picture, long ms) {
            byte[] body = HexFormat.of().parseHex(String.format(payload, 0x8000 | picture));
            byte[] bytes = new byte[12 + body.length];
            RtpPacket.writeHeader(bytes, 0, true, 96, sequence, timestamp, ssrc);
            System.arraycopy(body, 0, bytes, 12, body.length);
            try {
                group.onRtp(RtpPacket.of(bytes, 0, bytes.length), ms * MS);
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void expect(String... lines) {
        assertEquals(List.of(lines), out);
        out.clear();
    }

    private void startOnLow() {
        viewer.select(low.input, 0);
        low.send(499, 1000, DELTA, 9, 0);
        low.send(500, 4000, KEY, 10, 33);
        low.send(501, 7000, DELTA, 11, 66);
        expect("want low", "now low", "0/0 800a10", "1/3000 800b10");
    }

    @Test
    void theWorkingSetIsThatOfTheSourceThatIsForwarded() {
        assertSame(WorkingSet.EMPTY, viewer.workingSet());
        startOnLow();
        WorkingSet before = viewer.workingSet();
        assertTrue(before.size() > 5, "it names what the packets pass through");
        assertSame(before, viewer.workingSet(), "nothing is made anew for a packet");
        viewer.select(high.input, 0);
        high.send(7, 1000, KEY, 3, 100);
        assertNotSame(before, viewer.workingSet());
        viewer.close();
        assertSame(WorkingSet.EMPTY, viewer.workingSet());
    }

    @Test
    void startsAtAKeyFrameAndSwitchesAtOne() {
        startOnLow();
        viewer.select(high.input, 70 * MS);
        high.send(9000, 500_000, DELTA, 1234, 80);
        low.send(502, 10_000, DELTA, 12, 99);
        high.send(9001, 503_000, KEY, 1235, 132);
        low.send(503, 13_000, DELTA, 13, 133);
        high.send(9002, 506_000, DELTA, 1236, 165);
        high.send(9000, 500_000, DELTA, 1234, 166);
        // 33 ms between the arrivals: 2970 units. TL0PICIDX goes on as well.
        expect("want high", "2/6000 800c10", "now high", "3/8970 800d11", "4/11970 800e11");
        assertEquals(5, viewer.packets());
        assertEquals(high.group, viewer.source());
        assertEquals(2, viewer.switches());
    }

    @Test
    void senderReportsGiveTheExactDistance() {
        startOnLow();
        long ntp = 1L << 40;
        low.group.onSenderReport(1, ntp, 7000, 66 * MS);
        high.send(9000, 500_000, DELTA, 1234, 80);
        high.group.onSenderReport(2, ntp, 500_000, 80 * MS);
        viewer.select(high.input, 81 * MS);
        high.send(9001, 503_600, KEY, 1235, 300);
        // By arrival it would be 234 ms; captured it was 40 ms after the last one sent.
        expect("want high", "now high", "2/6600 800c11");
    }

    @Test
    void gapsStayGapsAndLatePacketsFitIn() {
        startOnLow();
        low.send(504, 13_000, DELTA, 14, 100);
        low.send(502, 10_000, DELTA, 12, 101);
        expect("4/9000 800e10", "2/6000 800c10");
    }

    @Test
    void resendsAcrossASwitchAsRtx() {
        startOnLow();
        viewer.select(high.input, 70 * MS);
        high.send(9001, 503_000, KEY, 1235, 99);
        high.send(9002, 506_000, DELTA, 1236, 132);
        out.clear();
        assertTrue(viewer.resend(firstSequence + 1, 200 * MS) > 0);
        assertTrue(viewer.resend(firstSequence + 3, 200 * MS) > 0);
        expect("rtx 1/3000 800b10", "rtx 3/8970 800d11");
        assertEquals(0, viewer.resend(firstSequence + 4, 200 * MS)); // never sent
        assertEquals(0, viewer.resend(firstSequence - 1, 200 * MS)); // before the first
        assertEquals(0, viewer.resend(firstSequence + 1, 1200 * MS)); // too old
        assertEquals(2, viewer.retransmitted());
        assertEquals(4, viewer.packets());
    }

    @Test
    void aNewEncoderIsFollowedFromItsKeyFrame() {
        startOnLow();
        Layer restarted = new Layer("again", 3);
        low.group.onRtp(packetOf(restarted, 7, DELTA), 300 * MS);
        low.group.onRtp(packetOf(restarted, 8, KEY), 333 * MS);
        low.group.onRtp(packetOf(restarted, 9, DELTA), 366 * MS);
        low.group.onRtp(packetOf(restarted, 10, DELTA), 399 * MS);
        assertEquals("want low", out.get(0));
        assertEquals("now low", out.get(1));
        assertEquals(5, out.size());
        assertTrue(out.get(2).startsWith("2/"), out.toString());
        assertTrue(out.get(3).startsWith("3/"), out.toString());
    }

    private static RtpPacket packetOf(Layer layer, int sequence, String payload) {
        byte[] body = HexFormat.of().parseHex(String.format(payload, 0x8000 | sequence));
        byte[] bytes = new byte[12 + body.length];
        RtpPacket.writeHeader(bytes, 0, true, 96, sequence, sequence * 3000L, layer.ssrc);
        System.arraycopy(body, 0, bytes, 12, body.length);
        try {
            return RtpPacket.of(bytes, 0, bytes.length);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endsWhenNothingIsLeftToForward() {
        startOnLow();
        viewer.select(high.input, 70 * MS);
        low.group.end(71 * MS);
        viewer.requestKeyFrame(72 * MS);
        expect("want high", "want high");
        high.group.end(73 * MS);
        expect("end");
        viewer.close();
        viewer.close();
    }
}
