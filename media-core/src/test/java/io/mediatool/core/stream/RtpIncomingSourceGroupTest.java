package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RtpIncomingSourceGroupTest {
    private static final long MS = 1_000_000L;
    private static final long CYCLE = 0x1_0000L;
    private static final InetAddress HOME = address(1);
    private static final InetAddress ELSEWHERE = address(2);

    private final List<String> out = new ArrayList<>();
    private final RtpIncomingSourceGroup group =
            new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));

    RtpIncomingSourceGroupTest() {
        group.addListener(new RtpIncomingSourceGroup.Listener() {
            @Override
            public void onRtp(
                    RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
                out.add(sequence - CYCLE + "/" + (timestamp - 0x1_0000_0000L) + "@" + nowNs / MS);
            }

            @Override
            public void onSenderReport(
                    RtpIncomingSourceGroup source, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
                out.add("report " + report.ntpTime() + "=" + (report.timestamp() - 0x1_0000_0000L));
            }

            @Override
            public void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {
                out.add(sameClock ? "jump" : "restart");
            }

            @Override
            public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
                out.add("end");
            }
        });
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void packet(int ssrc, int payloadType, int sequence, long timestamp, long ms) {
        byte[] bytes = new byte[20];
        RtpPacket.writeHeader(bytes, 0, false, payloadType, sequence, timestamp, ssrc);
        try {
            group.onRtp(RtpPacket.of(bytes, 0, bytes.length), ms * MS);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void packet(int ssrc, InetAddress from, int sequence, long timestamp, long ms) {
        byte[] bytes = new byte[20];
        RtpPacket.writeHeader(bytes, 0, false, 96, sequence, timestamp, ssrc);
        try {
            group.onRtp(RtpPacket.of(bytes, 0, bytes.length), from, ms * MS);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void packet(int ssrc, int sequence, long timestamp, long ms) {
        packet(ssrc, 96, sequence, timestamp, ms);
    }

    @Test
    void numbersAreUnwrapped() {
        packet(1, 65_535, 0xffff_ffffL, 0);
        packet(1, 0, 100, 1);
        packet(1, 65_534, 0xffff_ff00L, 2);
        assertEquals(List.of("65535/4294967295@0", "65536/4294967396@1", "65534/4294967040@2"), out);
        assertEquals(1, group.snapshot().reordered());
        assertEquals(0, group.snapshot().lost());
    }

    @Test
    void duplicatesAndUnknownPayloadTypesAreDropped() {
        packet(1, 10, 0, 0);
        packet(1, 10, 0, 1);
        packet(1, 97, 11, 0, 2);
        assertEquals(1, out.size());
        assertEquals(1, group.snapshot().duplicates());
        assertEquals(1, group.snapshot().unknownPayloadType());
        assertEquals(1, group.snapshot().packets());
        assertEquals(8, group.snapshot().bytes());
    }

    @Test
    void aStrayPacketIsDroppedAndAJumpIsFollowed() {
        packet(1, 10, 1000, 0);
        packet(1, 30_000, 9, 1);
        packet(1, 11, 1100, 2);
        assertEquals(List.of("10/1000@0", "11/1100@2"), out);
        out.clear();
        packet(1, 40_000, 5000, 3);
        packet(1, 40_001, 5100, 4);
        packet(1, 40_002, 5200, 5);
        assertEquals(List.of("jump", "12/5000@3", "13/5100@4", "14/5200@5"), out);
        assertEquals(0, group.snapshot().lost());
        assertEquals(1, group.snapshot().restarts());
    }

    @Test
    void lossesBeforeAJumpStayCounted() {
        packet(1, 10, 0, 0);
        packet(1, 13, 0, 0);
        packet(1, 40_000, 0, 3);
        packet(1, 40_001, 0, 4);
        packet(1, 40_003, 0, 5);
        assertEquals(3, group.snapshot().lost());
    }

    @Test
    void anotherSsrcIsAStrayWhileTheFirstGoesOn() {
        for (int i = 0; i < 50; i++) {
            packet(1, i, i, i * 20L);
            packet(2, 500 + i, 7, i * 20L + 1);
        }
        assertEquals(50, out.size());
        assertEquals(1, group.ssrc());
        assertFalse(out.contains("restart"));
    }

    @Test
    void aChangeOfSsrcLosesNothing() {
        packet(1, 10, 1000, 0);
        packet(2, 500, 77, 20);
        packet(2, 501, 78, 60);
        assertEquals(1, out.size());
        packet(2, 502, 79, 100);
        assertEquals(1, out.size());
        packet(2, 503, 80, 150);
        assertEquals(List.of("10/1000@0", "restart", "11/77@20", "12/78@60", "13/79@100", "14/80@150"), out);
        assertEquals(2, group.ssrc());
        packet(1, 11, 1100, 151);
        assertEquals(6, out.size());
        assertEquals(0, group.snapshot().lost());
    }

    @Test
    void aChangeOfSsrcAfterAPauseTakesTwoPacketsAndAMoment() {
        packet(1, 10, 1000, 0);
        packet(2, 0, 77, 30_000);
        packet(2, 1, 78, 30_001);
        packet(2, 2, 79, 30_050);
        assertEquals(List.of("10/1000@0"), out);
        packet(2, 3, 80, 30_051);
        assertEquals(List.of("10/1000@0", "restart", "11/77@30000", "12/78@30001", "13/79@30050", "14/80@30051"), out);
    }

    /** A machine that has stood still for a second finds in one queue what the sender and a stranger have sent meanwhile. */
    @Test
    void whatWaitedForUsWasNoSilence() {
        packet(1, 10, 1000, 0);
        packet(2, 20, 5, 1);
        packet(2, 21, 6, 2);
        for (int i = 0; i < 20; i++) {
            packet(2, 22 + i, 7, 1_000 + i / 4);
            packet(1, 11 + i, 2000, 1_000 + i / 4);
        }
        assertEquals(21, out.size());
        assertFalse(out.contains("restart"));
        assertEquals(1, group.ssrc());
    }

    @Test
    void aSinglePacketOfAnotherSsrcIsNobody() {
        packet(1, 10, 1000, 0);
        packet(2, 500, 77, 200);
        packet(3, 900, 78, 210);
        packet(1, 11, 2000, 220);
        group.end(230 * MS);
        assertEquals(List.of("10/1000@0", "11/2000@220", "end"), out);
    }

    @Test
    void strangersWhoseNumbersDoNotFollowEachOtherAreNobody() {
        packet(1, 10, 1000, 0);
        for (int i = 0; i < 20; i++) {
            packet(2, 500 + 3_000 * i, 77, 200 + i);
            packet(2, 500 + 3_000 * i, 77, 200 + i);
        }
        packet(1, 11, 2000, 300);
        assertEquals(List.of("10/1000@0", "11/2000@300"), out);
        group.onBye(1, 1_400 * MS);
        assertTrue(group.isEnded(), "what a stranger said long ago is no reason to go on");
    }

    @Test
    void strangersDoNotDisplaceTheNextSsrc() {
        packet(1, 10, 1000, 0);
        packet(2, 20, 5, 20);
        packet(2, 21, 6, 40);
        for (int i = 0; i < 20; i++) {
            packet(3 + i, 3_000 * i, 77, 41 + i);
        }
        packet(2, 22, 7, 120);
        packet(2, 23, 8, 170);
        assertEquals(List.of("10/1000@0", "restart", "11/5@20", "12/6@40", "13/7@120", "14/8@170"), out);
        assertEquals(20, group.snapshot().strays());
    }

    /** Five pictures a second leave gaps that are long enough for who is at the same address. */
    @Test
    void whoIsElsewhereWaitsLongerThanWhoIsThere() {
        for (int i = 0; i < 10; i++) {
            packet(1, HOME, 10 + i, 1000, i * 200L);
            for (int each = 0; each < 9; each++) {
                packet(2, ELSEWHERE, i * 9 + each, 5, i * 200L + 20 + each * 20);
            }
        }
        assertEquals(10, out.size());
        assertFalse(out.contains("restart"));
        out.clear();
        packet(3, HOME, 500, 5, 1_990);
        packet(2, ELSEWHERE, 91, 5, 1_991);
        packet(3, HOME, 501, 6, 1_995);
        packet(2, ELSEWHERE, 92, 5, 1_996);
        packet(3, HOME, 502, 7, 2_045);
        packet(2, ELSEWHERE, 93, 5, 2_046);
        assertEquals(
                List.of("restart", "20/5@1990", "21/6@1995", "22/7@2045"),
                out,
                "from there, though the other sends all along");
    }

    @Test
    void whoIsElsewhereIsFollowedAfterASecond() {
        packet(1, HOME, 10, 1000, 0);
        for (int i = 1; i < 53; i++) {
            packet(2, ELSEWHERE, i, i, i * 20L);
        }
        assertEquals(1, out.size());
        packet(2, ELSEWHERE, 53, 53, 1_060);
        assertEquals(55, out.size());
        assertEquals("11/1@20", out.get(2));
        out.clear();
        packet(3, ELSEWHERE, 7, 1, 1_160);
        packet(3, ELSEWHERE, 8, 2, 1_161);
        packet(3, ELSEWHERE, 9, 3, 1_211);
        assertEquals(
                List.of("restart", "64/1@1160", "65/2@1161", "66/3@1211"),
                out,
                "who starts anew there is followed at once");
    }

    @Test
    void byeEndsOnlyTheCurrentSource() {
        packet(1, 10, 1000, 0);
        group.onBye(9, MS);
        assertFalse(group.isEnded());
        group.onBye(1, 2 * MS);
        assertTrue(group.isEnded());
        packet(1, 11, 1000, 3);
        group.end(4 * MS);
        assertEquals(List.of("10/1000@0", "end"), out);
    }

    @Test
    void byeOfTheOldSsrcHandsOverToTheNew() {
        packet(1, 10, 1000, 0);
        packet(2, 20, 5, 10);
        group.onBye(1, 11 * MS);
        assertEquals(List.of("10/1000@0", "restart", "11/5@10"), out);
        assertFalse(group.isEnded());
    }

    @Test
    void aReportBeforeTheFirstPacketWaitsForIt() {
        group.onSenderReport(1, 55, 900, 0);
        assertNull(group.lastSenderReport());
        packet(1, 10, 1000, 1);
        assertEquals(List.of("10/1000@1", "report 55=900"), out);
        group.onSenderReport(1, 0, 900, 2);
        assertEquals(2, out.size());
    }

    @Test
    void aReportOfTheNextSsrcWaitsForTheChange() {
        packet(1, 10, 1000, 0);
        group.onSenderReport(2, 66, 4_000_000_000L, 10 * MS);
        packet(2, 20, 5, 200);
        packet(2, 21, 6, 201);
        packet(2, 22, 7, 251);
        assertEquals(List.of("10/1000@0", "restart", "11/5@200", "12/6@201", "13/7@251", "report 66=-294967296"), out);
    }

    @Test
    void aPacketBeforeTheFirstOfTheNewSsrcIsNotLost() {
        packet(1, 10, 1000, 0);
        packet(2, 21, 5, 20);
        packet(2, 20, 4, 21);
        packet(2, 22, 6, 120);
        packet(2, 23, 7, 170);
        assertEquals(List.of("10/1000@0", "restart", "11/4@21", "12/5@20", "13/6@120", "14/7@170"), out);
        assertEquals(0, group.snapshot().lost());
        assertEquals(0, group.snapshot().duplicates());
    }
}
