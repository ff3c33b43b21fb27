package io.mediatool.core.codec.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.PacketLayers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Descriptors as a sender of L2T2 makes them (AV1 RTP specification §A.8). */
final class DependencyReaderTest {
    private static final int OFFSET = 60; // templates 60 to 63, then 0 and 1
    /** Targets S0T0, S0T1, S1T0, S1T1; 0 not present, 1 discardable, 2 switch, 3 required. */
    private static final String[] INDICATIONS = {"2222", "2233", "0101", "0022", "0033", "0001"};

    private static final int[][] FARTHEST = {{}, {4}, {2}, {1}, {4, 1}, {2, 1}};

    private final DependencyReader reader = new DependencyReader();
    private final PacketLayers at = new PacketLayers();

    /** Bits as text. */
    private static byte[] bytes(StringBuilder bits) {
        byte[] bytes = new byte[(bits.length() + 7) / 8];
        for (int i = 0; i < bits.length(); i++) {
            bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << 7 - i % 8);
        }
        return bytes;
    }

    private static String u(int value, int bits) {
        String text = Integer.toBinaryString(value | 1 << bits);
        return text.substring(1);
    }

    private static StringBuilder head(boolean starts, boolean ends, int template, int number) {
        return new StringBuilder()
                .append(starts ? 1 : 0)
                .append(ends ? 1 : 0)
                .append(u(template, 6))
                .append(u(number, 16));
    }

    private static byte[] key() {
        StringBuilder bits = head(true, false, OFFSET, 1)
                .append("10000")
                .append(u(OFFSET, 6))
                .append(u(3, 5));
        // S0T0 key, S0T0, S0T1, then S1T0 key, S1T0, S1T1: same, next temporal, next spatial, same, next temporal, end
        bits.append("00").append("01").append("10").append("00").append("01").append("11");
        for (String each : INDICATIONS) {
            each.chars().forEach(digit -> bits.append(u(digit - '0', 2)));
        }
        for (int[] each : FARTHEST) {
            for (int back : each) {
                bits.append('1').append(u(back - 1, 4));
            }
            bits.append('0');
        }
        // Two chains: ns(5) of 2; protected by 0, 0, 1, 1 as ns(2); four bits for each of six templates and two chains.
        bits.append("10").append("0011").append("0000".repeat(12)).append('0');
        return bytes(bits);
    }

    private void read(byte[] data) throws MalformedException {
        reader.read(data, 0, data.length, at);
    }

    @Test
    void nothingIsKnownBeforeAStructure() throws MalformedException {
        read(bytes(head(true, true, 61, 7)));
        assertFalse(at.isKnown());
    }

    @Test
    void layersAndSwitchingPoints() throws MalformedException {
        read(key());
        assertTrue(at.isKnown() && at.isKey() && at.startsFrame() && !at.endsFrame());
        assertEquals(0, at.spatial());
        assertEquals(1, at.highestUp(7));
        assertEquals(0, at.highestUp(0));
        read(bytes(head(false, true, OFFSET, 1)));
        assertTrue(at.isKnown() && !at.isKey() && at.endsFrame());
        read(bytes(head(true, true, 63, 2))); // S1 of the key picture: it needs the picture below and nothing else
        assertEquals(1, at.spatial());
        assertTrue(at.isApart());
        assertEquals(1, at.highestUp(1));
        read(bytes(head(true, true, 62, 3))); // S0T1
        assertEquals(0, at.spatial());
        assertEquals(1, at.temporal());
        assertEquals(-1, at.highestUp(7));
        read(bytes(head(true, true, 0, 4))); // wrapped: template 64 is S1T0, required
        assertEquals(1, at.spatial());
        assertEquals(0, at.temporal());
        assertFalse(at.isApart());
        read(bytes(head(true, true, 1, 6)));
        assertEquals(1, at.temporal());
        assertThrows(MalformedException.class, () -> read(bytes(head(true, true, 2, 7))));
        assertFalse(at.isKnown());
    }

    @Test
    void aFrameMaySayWhatItsTemplateDoesNot() throws MalformedException {
        read(key());
        // active targets 0011, own indications 0 0 2 2, own references: one of 1 back
        StringBuilder own =
                head(true, true, 0, 9).append("01110").append("0011").append("00001010");
        own.append("01").append("0000").append("00");
        read(bytes(own));
        assertTrue(at.isApart());
        assertEquals(1, at.highestUp(7));
    }

    @Test
    void anythingElseIsRefusedOrRead() {
        byte[] key = key();
        for (int length = 0; length < key.length; length++) {
            byte[] prefix = Arrays.copyOf(key, length);
            if (length != 3) {
                assertThrows(MalformedException.class, () -> new DependencyReader().read(prefix, 0, prefix.length, at));
            }
        }
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] mutant = key.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                reader.read(mutant, 0, mutant.length, at);
                assertTrue(!at.isKnown() || at.spatial() <= PacketLayers.MAX && at.temporal() <= PacketLayers.MAX);
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertTrue(refused > 1_000, "" + refused);
    }
}
