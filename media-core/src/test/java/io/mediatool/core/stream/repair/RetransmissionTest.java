package io.mediatool.core.stream.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What one end sends again the other end unwraps to what it missed. */
final class RetransmissionTest {
    private static final long MS = 1_000_000L;
    private static final long RATE = 40_000_000;

    private final List<byte[]> first = new ArrayList<>();
    private final List<byte[]> again = new ArrayList<>();
    private final RtpIncomingSourceGroup source =
            new RtpIncomingSourceGroup(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 96)));
    private final PacketHistory history = new PacketHistory(1500 * MS);
    private final Retransmitter retransmitter;

    RetransmissionTest() {
        source.addListener(history);
        retransmitter = viewer(101);
    }

    private Retransmitter viewer(int rtxPayloadType) {
        var transponder = new RtpStreamTransponder(
                new RtpStreamTransponder.Target(7, 100, 48_000, 8, rtxPayloadType),
                new Random(5),
                new byte[4096],
                (packet, bytes, offset) -> {
                    System.arraycopy(new byte[] {(byte) 0xbe, (byte) 0xde, 0, 1, 0x10, 1, 0, 0}, 0, bytes, offset, 8);
                    return 8;
                },
                new RtpStreamTransponder.Listener() {
                    @Override
                    public void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs) {
                        (retransmission ? again : first).add(Arrays.copyOfRange(data, offset, offset + length));
                    }

                    @Override
                    public void onKeyFrameWanted(RtpIncomingSourceGroup which, long nowNs) {}

                    @Override
                    public void onEnded(long nowNs) {}
                });
        transponder.select(new RtpStreamTransponder.Input(source, CodecCatalog.of(Codec.OPUS), history), 0);
        return new Retransmitter(transponder);
    }

    private void send(int count, int payloadBytes, long fromMs) throws MalformedException {
        for (int i = 0; i < count; i++) {
            int sequence = first.size();
            byte[] bytes = new byte[12 + payloadBytes];
            RtpPacket.writeHeader(bytes, 0, true, 96, sequence, 960L * sequence, 3);
            Arrays.fill(bytes, 12, bytes.length, (byte) sequence);
            source.onRtp(RtpPacket.of(bytes, 0, bytes.length), (fromMs + i) * MS);
        }
    }

    private void nack(int index, long ms) {
        int sequence = (first.get(index)[2] & 0xff) << 8 | first.get(index)[3] & 0xff;
        retransmitter.onNack(new Nack(1, 7, List.of(new Nack.Item(sequence, 0))), RATE, ms * MS);
    }

    @Test
    void whatIsSentAgainIsWhatWasMissed() throws Exception {
        send(10, 100, 0);
        var unwrapper = new RtxUnwrapper();
        for (int i = 0; i < 10; i++) {
            nack(i, 100);
            byte[] rtx = again.get(i);
            RtpPacket original = unwrapper.unwrap(RtpPacket.of(rtx, 0, rtx.length), 7, 100);
            assertArrayEquals(
                    first.get(i), Objects.requireNonNull(original).copy().data());
        }
        assertEquals(10, unwrapper.unwrapped());
        // Its own numbers go on by one (RFC 4588 §4).
        assertEquals((again.get(0)[3] & 0xff) + 9 & 0xff, again.get(9)[3] & 0xff);
    }

    @Test
    void withoutRtxItIsTheSamePacketOnceMore() throws Exception {
        Retransmitter plain = viewer(-1);
        send(1, 100, 0);
        byte[] sent = first.get(1); // the second viewer's
        int sequence = (sent[2] & 0xff) << 8 | sent[3] & 0xff;
        plain.onNack(new Nack(1, 7, List.of(new Nack.Item(sequence, 0))), RATE, 100 * MS);
        assertArrayEquals(sent, again.get(0));
    }

    @Test
    void unwrapsPaddedOnesAndNothing() throws Exception {
        byte[] padded = new byte[12 + 6];
        RtpPacket.writeHeader(padded, 0, true, 101, 9, 5, 8);
        padded[0] |= 0x20;
        padded[12] = 0x12;
        padded[13] = 0x34;
        padded[14] = 0x55;
        padded[17] = 3;
        RtpPacket original = Objects.requireNonNull(new RtxUnwrapper().unwrap(RtpPacket.of(padded, 0, 18), -2, 96));
        assertEquals(0x1234, original.sequenceNumber());
        assertEquals(-2, original.ssrc());
        assertEquals(96, original.payloadType());
        assertTrue(original.marker());
        assertArrayEquals(new byte[] {0x55}, original.payload());
        padded[17] = 5;
        assertNull(new RtxUnwrapper().unwrap(RtpPacket.of(padded, 0, 18), 1, 96));
    }

    @Test
    void onceARoundTripEvenAtFiveHundredMs() throws Exception {
        retransmitter.onRtt(500 * MS);
        send(1, 100, 0);
        nack(0, 510);
        nack(0, 600);
        nack(0, 1010);
        nack(0, 1600);
        assertEquals(2, again.size());
        assertEquals(1, retransmitter.repeated());
        assertEquals(1, retransmitter.missing());
        assertEquals(4, retransmitter.asked());
    }

    @Test
    void theBudgetFollowsWhatIsSent() throws Exception {
        send(600, 1000, 0);
        retransmitter.onNack(new Nack(1, 7, List.of(new Nack.Item(0, 0))), RATE, 600 * MS);
        for (int i = 0; i < 400; i++) {
            nack(i, 600);
        }
        drain(600);
        // 100,000 bytes were saved up; nothing grows in no time.
        assertTrue(again.size() >= 98 && again.size() <= 100, "sent " + again.size());
        assertTrue(retransmitter.overBudget() >= 144, "" + retransmitter.overBudget());
        int before = again.size();
        send(40, 1000, 601);
        for (int i = 400; i < 600; i++) {
            nack(i, 641);
        }
        drain(641);
        assertTrue(again.size() - before >= 19 && again.size() - before <= 22, "then " + (again.size() - before));
    }

    /** Lets those that wait go, as the path has room. */
    private void drain(long ms) {
        long nowNs = ms * MS;
        while (retransmitter.nextDeadlineNs(RATE, nowNs) != Long.MAX_VALUE) {
            nowNs = retransmitter.nextDeadlineNs(RATE, nowNs);
            retransmitter.onDeadline(RATE, nowNs);
        }
    }

    @Test
    void aBurstLeavesAtTheRateOfThePath() throws Exception {
        send(60, 1000, 0);
        for (int i = 0; i < 60; i++) {
            nack(i, 1);
        }
        assertTrue(again.size() >= 15 && again.size() <= 16, "at once " + again.size());
        retransmitter.onDeadline(8_000_000, 11 * MS);
        assertTrue(again.size() >= 24 && again.size() <= 27, "10 ms later, a kilobyte each: " + again.size());
        drain(12);
        assertEquals(60, again.size());
        assertEquals(0, retransmitter.overBudget());
    }
}
