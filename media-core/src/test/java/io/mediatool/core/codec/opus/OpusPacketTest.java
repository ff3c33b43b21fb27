package io.mediatool.core.codec.opus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.bits.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 6716 §3: Table 2, the four codes, and rules R1 to R7 of §3.4. */
class OpusPacketTest {
    private static final int[] SAMPLES_OF_CONFIG = {
        480, 960, 1920, 2880, 480, 960, 1920, 2880, 480, 960, 1920, 2880, 480, 960, 480, 960,
        120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960
    };

    @Test
    void lengthOfEveryConfiguration() throws MalformedException {
        for (int config = 0; config < 32; config++) {
            byte[] packet = {(byte) (config << 3), 1};
            assertEquals(
                    SAMPLES_OF_CONFIG[config], OpusPacket.parse(packet, 0, 2).samples(), "config " + config);
        }
    }

    @Test
    void framesOfEveryCode() throws MalformedException {
        assertArrayEquals(new int[] {2}, parse("f8 0102").lengths());
        assertArrayEquals(new int[] {1, 1}, parse("f9 0102").lengths());
        assertArrayEquals(new int[] {1, 2}, parse("fa 01 010203").lengths());
        assertArrayEquals(
                new int[] {252, 0}, parse("fa fc00" + "00".repeat(252)).lengths());
        assertArrayEquals(new int[] {2, 2, 2}, parse("fb 03 010203040506").lengths());
        OpusPacket variable = parse("fb c3 02 01 02 010203040506 0000");
        assertArrayEquals(new int[] {1, 2, 3}, variable.lengths());
        assertArrayEquals(new int[] {5, 6, 8}, variable.offsets());
    }

    @Test
    void rulesOfSection34() {
        refused("", "R1");
        refused("f8" + "00".repeat(1276), "R2");
        refused("f9 010203", "R3");
        refused("fa", "R4");
        refused("fa 05 0102", "R4");
        refused("fa fc", "R4");
        refused("fb", "R5: no count");
        refused("fb 00", "R5: no frames");
        refused("fb 07" + "00".repeat(7), "R5: 140 ms");
        refused("fb 03 01020304", "R6");
        refused("fb 43 05 010203", "R6: padding exceeds packet");
        refused("fb 83 03 03 0102", "R7");
    }

    @Test
    void packetOf120MillisecondsIsTheLongest() throws MalformedException {
        assertEquals(5760, parse("fb 06" + "00".repeat(6)).samples());
        assertEquals(5760, parse("83 30" + "00".repeat(48)).samples());
    }

    private static void refused(String hex, String rule) {
        assertThrows(MalformedException.class, () -> parse(hex), rule);
    }

    private static OpusPacket parse(String hex) throws MalformedException {
        byte[] packet = HexFormat.of().parseHex(hex.replace(" ", ""));
        return OpusPacket.parse(packet, 0, packet.length);
    }
}
