package io.mediatool.core.rtcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtcpPacketsTest {
    private static final ReportBlock BLOCK =
            new ReportBlock(0x11223344, 0x40, -2, 0x0001_fffeL, 0x123, 0x55667788, 0x8000_0001L);
    private static final SenderReport SENDER =
            new SenderReport(0xcafebabe, 0xe1b2c3d4_80000000L, 0xfffffff0L, 1000, 0x8000_0000L, List.of(BLOCK));

    /** By hand from the drawings of RFC 3550 §6.4.1, §6.5 and §6.6. */
    private static final String COMPOUND =
            "81c8000c" + "cafebabe" + "e1b2c3d480000000" + "fffffff0" + "000003e8" + "80000000"
                    + "11223344" + "40fffffe" + "0001fffe" + "00000123" + "55667788" + "80000001"
                    + "81ca0003" + "cafebabe" + "0105" + "6140622e63" + "00"
                    + "81cb0002" + "cafebabe" + "03656e64";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static List<RtcpPacket> parse(String hex) throws MalformedException {
        byte[] data = hex(hex);
        byte[] shifted = new byte[data.length + 7];
        System.arraycopy(data, 0, shifted, 3, data.length);
        return RtcpPackets.parse(shifted, 3, data.length);
    }

    @Test
    void readsAndWritesACompoundByTheBook() throws Exception {
        List<RtcpPacket> expected =
                List.of(SENDER, SourceDescription.of(0xcafebabe, "a@b.c"), new Goodbye(List.of(0xcafebabe), "end"));
        assertEquals(expected, parse(COMPOUND));
        assertArrayEquals(hex(COMPOUND), RtcpWriter.write(expected));
    }

    @Test
    void readsReceiverReportsWithProfileExtensions() throws Exception {
        ReceiverReport report = new ReceiverReport(7, List.of());
        assertEquals(List.of(report), parse("80c90001" + "00000007"));
        assertEquals(List.of(report), parse("80c90002" + "00000007" + "deadbeef"));
    }

    @Test
    void readsReducedSizeAndKeepsFeedbackRaw() throws Exception {
        assertEquals(
                List.of(new OtherRtcp(206, 1, hex("0000000100000002"))), parse("81ce0002" + "00000001" + "00000002"));
    }

    @Test
    void readsPaddingAndSeveralChunks() throws Exception {
        assertEquals(List.of(new ReceiverReport(7, List.of())), parse("a0c90002" + "00000007" + "00000004"));
        // The first chunk has NAME before CNAME; the second is empty.
        assertEquals(
                List.of(new SourceDescription(
                        List.of(new SourceDescription.Chunk(1, "x"), new SourceDescription.Chunk(2, "")))),
                parse("82ca0005" + "00000001" + "0202" + "6162" + "010178" + "00" + "00000002" + "00000000"));
    }

    @Test
    void writesTheUsualCompounds() throws Exception {
        byte[] goodbye = RtcpWriter.goodbye(5, "abc", "");
        assertEquals(
                List.of(new ReceiverReport(5, List.of()), SourceDescription.of(5, "abc"), new Goodbye(List.of(5), "")),
                RtcpPackets.parse(goodbye, 0, goodbye.length));
        for (int length = 0; length < 9; length++) {
            byte[] data = RtcpWriter.sender(SENDER, "c".repeat(length));
            assertEquals(0, data.length % 4);
            assertEquals(
                    List.of(SENDER, SourceDescription.of(SENDER.ssrc(), "c".repeat(length))),
                    RtcpPackets.parse(data, 0, data.length));
        }
        assertThrows(IllegalArgumentException.class, () -> RtcpWriter.sender(SENDER, "c".repeat(256)));
    }

    @Test
    void tellsRtcpFromRtp() {
        for (int second = 0; second < 256; second++) {
            byte[] data = {(byte) 0x80, (byte) second, 0, 0};
            assertEquals(second >= 192 && second <= 223, RtcpPackets.isRtcp(data, 0, 4), "byte " + second);
        }
        assertFalse(RtcpPackets.isRtcp(hex("40c80000"), 0, 4));
        assertFalse(RtcpPackets.isRtcp(hex("80c8"), 0, 2));
    }

    @Test
    void refusesWhatLies() {
        for (String bad : List.of(
                "",
                "80c900",
                "00c90001",
                "80c90002" + "00000007",
                "81c90001" + "00000007",
                "a0c90001" + "00000000",
                "a0c90001" + "00000005",
                "a0c90000",
                "81ca0002" + "00000001" + "01ff6162",
                "81cb0000",
                "80800000")) {
            assertThrows(MalformedException.class, () -> parse(bad), bad);
        }
        assertThrows(MalformedException.class, () -> parse("80cc0000".repeat(65)));
    }

    @Test
    void readsOrRefusesAnything() throws Exception {
        byte[] valid = hex(COMPOUND);
        for (int length = 0; length < valid.length; length++) {
            byte[] prefix = Arrays.copyOf(valid, length);
            boolean whole = length == 52 || length == 68;
            if (whole) {
                assertTrue(RtcpPackets.parse(prefix, 0, length).size() < 3);
            } else {
                assertThrows(MalformedException.class, () -> RtcpPackets.parse(prefix, 0, prefix.length));
            }
        }
        long seed = 3550;
        Random random = new Random(seed);
        for (int round = 0; round < Hostility.rounds(200_000); round++) {
            byte[] mutated = Arrays.copyOf(valid, random.nextInt(valid.length + 1));
            for (int i = random.nextInt(6); i > 0 && mutated.length > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                RtcpPackets.parse(mutated, 0, mutated.length);
            } catch (MalformedException refused) {
                assertFalse(refused.reason().isEmpty());
            } catch (RuntimeException escaped) {
                throw new AssertionError("seed " + seed + " round " + round, escaped);
            }
        }
    }
}
