package io.mediatool.core.rtcp.feedback;

import static io.mediatool.core.rtcp.feedback.TransportFeedback.NOT_RECEIVED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtcp.OtherRtcp;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedbackPacketsTest {
    private static final int N = NOT_RECEIVED;

    private static @Nullable Feedback parse(String hex) throws MalformedException {
        byte[] data = HexFormat.of().parseHex(hex);
        List<RtcpPacket> packets = RtcpPackets.parse(data, 0, data.length);
        assertEquals(1, packets.size());
        return FeedbackPackets.parse((OtherRtcp) packets.get(0));
    }

    private static String write(Feedback feedback) {
        return HexFormat.of().formatHex(RtcpWriter.write(List.of(FeedbackPackets.write(feedback))));
    }

    private static void bothWays(String hex, Feedback value) throws MalformedException {
        assertEquals(value, parse(hex));
        assertEquals(hex, write(value));
    }

    /** By hand from the drawings of RFC 4585 §6.2.1 and §6.3.1, RFC 5104 §4.3.1.1 and draft-alvestrand-rmcat-remb §2.2. */
    @Test
    void readsAndWritesByTheBook() throws Exception {
        bothWays(
                "81cd0003" + "00000001" + "cafebabe" + "fffe8003",
                new Nack(1, 0xcafebabe, List.of(new Nack.Item(0xfffe, 0x8003))));
        bothWays("81ce0002" + "00000001" + "cafebabe", new PictureLoss(1, 0xcafebabe));
        bothWays("84ce0004" + "00000001" + "00000000" + "cafebabe" + "07000000", FullIntraRequest.of(1, 0xcafebabe, 7));
        // 1,500,000 = 187,500 << 3
        bothWays(
                "8fce0006" + "00000001" + "00000000" + "52454d42" + "020edc6c" + "cafebabe" + "00000009",
                new ReceiverEstimate(1, 1_500_000, List.of(0xcafebabe, 9)));
    }

    @Test
    void nacksNameEveryPacketAcrossTheWrap() throws Exception {
        long[] lost = {65_530, 65_531, 65_546, 65_547, 65_600, 0};
        Nack nack = Nack.of(1, 2, lost, 5);
        assertEquals(List.of(new Nack.Item(65_530, 0x8001), new Nack.Item(11, 0), new Nack.Item(64, 0)), nack.items());
        List<Integer> named = new ArrayList<>();
        ((Nack) Objects.requireNonNull(parse(write(nack)))).forEach(named::add);
        assertEquals(List.of(65_530, 65_531, 10, 11, 64), named);
    }

    @Test
    void estimatesKeepEighteenBitsAndNeverOverflow() throws Exception {
        for (long bps : new long[] {0, 1, 262_143, 262_144, 262_145, 999_999_999_999L, Long.MAX_VALUE}) {
            var read = (ReceiverEstimate) parse(write(new ReceiverEstimate(1, bps, List.of(2))));
            long got = Objects.requireNonNull(read).bitrateBps();
            assertTrue(got <= bps && bps - got <= bps >> 17, bps + " became " + got);
        }
        assertEquals(
                new ReceiverEstimate(1, Long.MAX_VALUE, List.of()),
                parse("8fce0004" + "00000001" + "00000000" + "52454d42" + "00ffffff"));
    }

    /** By hand from the drawings of draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1. */
    @Test
    void readsAndWritesEveryKindOfChunk() throws Exception {
        String head = "00000001" + "00000002" + "fffd";
        // One-bit vector 10 0011111.
        bothWays(
                "8fcd0006" + head + "0007" + "fffffe05" + "8f80" + "0102030405" + "00",
                new TransportFeedback(1, 2, 0xfffd, 5, -2, new int[] {N, N, 1, 2, 3, 4, 5}));
        // Two-bit vector 11 01 10 00 10 with a negative, a large and a small delta.
        bothWays(
                "8fcd0006" + head + "0004" + "00000100" + "d880" + "07" + "ffff" + "0100" + "00",
                new TransportFeedback(1, 2, 0xfffd, 0, 1, new int[] {7, -1, N, 256}));
        // Runs: 100 lost, then 3 large ones.
        int[] runs = new int[103];
        Arrays.fill(runs, N);
        Arrays.fill(runs, 100, 103, 1000);
        bothWays(
                "8fcd0007" + head + "0067" + "000001ff" + "0064" + "4003" + "03e803e803e8" + "0000",
                new TransportFeedback(1, 2, 0xfffd, 255, 1, runs));
    }

    @Test
    void transportFeedbackSurvivesTheRoundTripWhateverArrived() throws Exception {
        long seed = 8888;
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            int[] deltas = new int[1 + random.nextInt(round % 100 == 0 ? TransportFeedback.MAX_PACKETS : 60)];
            int kind = 0;
            for (int i = 0; i < deltas.length; i++) {
                kind = random.nextInt(4) == 0 ? random.nextInt(3) : kind;
                deltas[i] = kind == 0 ? N : kind == 1 ? random.nextInt(256) : (short) random.nextInt();
            }
            var value = new TransportFeedback(1, 2, random.nextInt(65_536), random.nextInt(256), -1, deltas);
            assertEquals(value, parse(write(value)), "seed " + seed + " round " + round);
        }
    }

    @Test
    void leavesWhatItDoesNotKnow() throws Exception {
        assertNull(parse("83cd0003" + "000000010000000200000003")); // TMMBR
        assertNull(parse("8fce0003" + "000000010000000000000003")); // application layer, not REMB
        assertNull(parse("81cc0002" + "0000000100000000")); // APP
    }

    @Test
    void refusesWhatLies() {
        for (String bad : List.of(
                "81cd0002" + "0000000100000002", // a NACK of nothing
                "81ce0001" + "00000001",
                "84ce0002" + "0000000100000000",
                "8fce0005" + "0000000100000000" + "52454d42" + "020edc6c" + "00000001",
                "8fcd0004" + "0000000100000002" + "00010000" + "00000100", // no packets
                "8fcd0005" + "0000000100000002" + "00012000" + "00000100" + "20000000", // too many
                "8fcd0005" + "0000000100000002" + "00010001" + "00000100" + "00000000", // an empty run
                "8fcd0005" + "0000000100000002" + "00010001" + "00000100" + "60010000", // the reserved symbol
                "8fcd0005" + "0000000100000002" + "00010003" + "00000100" + "20030102", // deltas cut short
                "8fcd0005" + "0000000100000002" + "00010fff" + "00000100" + "00010001")) { // chunks cut short
            assertThrows(MalformedException.class, () -> parse(bad), bad);
        }
        assertThrows(
                MalformedException.class,
                () -> FeedbackPackets.parse(
                        new OtherRtcp(205, 1, new byte[8 + 4 * (FeedbackPackets.MAX_ENTRIES + 1)])));
    }

    @Test
    void readsOrRefusesAnything() {
        List<Feedback> valid = List.of(
                new Nack(1, 2, List.of(new Nack.Item(3, 4), new Nack.Item(30, 0xffff))),
                new PictureLoss(1, 2),
                FullIntraRequest.of(1, 2, 3),
                new ReceiverEstimate(1, 1_000_000, List.of(2, 3)),
                new TransportFeedback(1, 2, 3, 4, 5, new int[] {N, 1, 2, 300, N, N, -7, 9, 9, 9, 9, 9, 9, 9, 9, 9}));
        long seed = 4585;
        Random random = new Random(seed);
        for (int round = 0; round < 200_000; round++) {
            OtherRtcp packet = FeedbackPackets.write(valid.get(round % valid.size()));
            byte[] body = Arrays.copyOf(
                    packet.body(),
                    random.nextInt(3) == 0 ? random.nextInt(packet.body().length + 1) : packet.body().length);
            for (int i = random.nextInt(6); i > 0 && body.length > 0; i--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            try {
                FeedbackPackets.parse(new OtherRtcp(packet.packetType(), packet.count(), body));
            } catch (MalformedException refused) {
                assertFalse(refused.reason().isEmpty());
            } catch (RuntimeException escaped) {
                throw new AssertionError("seed " + seed + " round " + round, escaped);
            }
        }
    }
}
