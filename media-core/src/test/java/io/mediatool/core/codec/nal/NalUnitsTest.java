package io.mediatool.core.codec.nal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NalUnitsTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void annexBStartCodesOfBothLengthsAndZeroBytesAround() throws MalformedException {
        byte[] stream = hex("ff 00000001 6742 000001 68ce 0000 00000001 65b80080 000000");
        List<byte[]> units = NalUnits.split(NalUnits.fromAnnexB(stream));
        assertEquals(3, units.size());
        assertArrayEquals(hex("6742"), units.get(0));
        assertArrayEquals(hex("68ce"), units.get(1));
        assertArrayEquals(hex("65b80080"), units.get(2));
    }

    @Test
    void startCodeIsFoundAtEveryAlignment() throws MalformedException {
        for (int before = 0; before < 7; before++) {
            for (int inside = 1; inside < 7; inside++) {
                byte[] stream = new byte[before + 3 + inside + 3 + 1];
                Arrays.fill(stream, (byte) 0x55);
                for (int at : new int[] {before, before + 3 + inside}) {
                    stream[at] = 0;
                    stream[at + 1] = 0;
                    stream[at + 2] = 1;
                }
                List<byte[]> units = NalUnits.split(NalUnits.fromAnnexB(stream));
                assertEquals(2, units.size(), before + "," + inside);
                assertEquals(inside, units.get(0).length);
                assertEquals(1, units.get(1).length);
            }
        }
    }

    @Test
    void annexBAndBackIsIdentity() throws MalformedException {
        byte[] sample = NalUnits.fromAnnexB(NalFixtures.x264());
        assertArrayEquals(NalFixtures.x264(), NalUnits.toAnnexB(sample));
        assertArrayEquals(sample, NalUnits.join(NalUnits.split(sample)));
    }

    @Test
    void emulationPreventionIsRemoved() {
        byte[] nal = hex("67 000003 01 000003 0000 03 000004 000003");
        assertArrayEquals(hex("67 0000 01 0000 0000 000004 0000"), NalUnits.unescape(nal, 0, nal.length));
        assertArrayEquals(hex("0000"), NalUnits.unescape(nal, 1, 3));
    }

    @Test
    void everyPrefixOfASampleIsRefusedOrWhole() throws MalformedException {
        byte[] sample = NalUnits.join(List.of(hex("6742"), hex("68"), hex("65b800")));
        int whole = 0;
        for (int length = 0; length < sample.length; length++) {
            try {
                NalUnits.split(Arrays.copyOf(sample, length));
                whole++;
            } catch (MalformedException e) {
                assertTrue(e.reason().startsWith("nal:"));
            }
        }
        assertEquals(3, whole, "empty, after the first and after the second");
    }

    @Test
    void lengthsThatLieAreRefused() {
        assertThrows(MalformedException.class, () -> NalUnits.split(hex("ffffffff 65")));
        assertThrows(MalformedException.class, () -> NalUnits.split(hex("7fffffff 65")));
        byte[] many = new byte[5 * (NalUnits.MAX_PER_SAMPLE + 1)];
        for (int i = 3; i < many.length; i += 5) {
            many[i] = 1;
        }
        assertThrows(MalformedException.class, () -> NalUnits.split(many));
    }

    @Test
    void seiMessagesAreFoundBehindOthers() {
        // type 1 size 2, type 255+5 size 3 with an escaped payload, type 6 size 1
        byte[] sei = hex("06 0102aabb ff0503 00000301 060180 80");
        assertTrue(SeiMessages.contain(SeiMessages.RECOVERY_POINT, sei, 1, sei.length - 1));
        assertFalse(SeiMessages.contain(SeiMessages.USER_DATA_UNREGISTERED, sei, 1, sei.length - 1));
        byte[] endless = new byte[5000];
        Arrays.fill(endless, (byte) 0xff);
        assertFalse(SeiMessages.contain(SeiMessages.RECOVERY_POINT, endless, 0, endless.length));
    }

    @Test
    void parameterSetsAreBounded() {
        ParameterSets sets = new ParameterSets();
        assertFalse(sets.put(new ParameterSet(7, 0, new byte[65_536]), 31));
        for (int id = 0; id < 40; id++) {
            assertEquals(id < 31, sets.put(new ParameterSet(7, id, new byte[] {(byte) id}), 31));
        }
        int version = sets.version();
        assertTrue(sets.put(new ParameterSet(7, 3, new byte[] {3}), 31));
        assertEquals(version, sets.version(), "a repetition is no change");
        assertTrue(sets.put(new ParameterSet(7, 3, new byte[] {4}), 31));
        assertEquals(version + 1, sets.version());
        int accepted = 0;
        for (int id = 0; id < 255; id++) {
            accepted += sets.put(new ParameterSet(8, id, new byte[60_000]), 255) ? 1 : 0;
        }
        assertEquals((ParameterSets.MAX_TOTAL_BYTES - 31) / 60_000, accepted);
    }
}
