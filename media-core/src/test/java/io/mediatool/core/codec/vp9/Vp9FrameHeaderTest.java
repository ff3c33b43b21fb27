package io.mediatool.core.codec.vp9;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import org.junit.jupiter.api.Test;

class Vp9FrameHeaderTest {
    @Test
    void showExistingFrameIsNoKeyFrame() throws MalformedException {
        Vp9FrameHeader header =
                parse(new BitWriter().bits(2, 2).bits(0, 2).bits(1, 1).bits(3, 3));
        assertTrue(header.showExisting());
        assertFalse(header.keyFrame());
    }

    @Test
    void tenBitsOfProfile2() throws MalformedException {
        // profile 2: low bit 0, high bit 1; ten_or_twelve_bit 0; BT.2020
        Vp9FrameHeader header =
                parse(key(0, 1).bits(0, 1).bits(5, 3).bits(0, 1).bits(1919, 16).bits(1079, 16));
        assertEquals(2, header.profile());
        assertEquals(10, header.bitDepth());
        assertEquals(9, header.matrix());
        assertEquals(1, header.chroma());
        assertEquals(1920, header.width());
        assertEquals(1080, header.height());
    }

    @Test
    void chromaOfProfile1() throws MalformedException {
        Vp9FrameHeader full =
                parse(key(1, 0).bits(2, 3).bits(1, 1).bits(0, 3).bits(63, 16).bits(47, 16));
        assertEquals(3, full.chroma());
        assertTrue(full.fullRange());
        Vp9FrameHeader half =
                parse(key(1, 0).bits(2, 3).bits(0, 1).bits(4, 3).bits(63, 16).bits(47, 16));
        assertEquals(2, half.chroma());
        Vp9FrameHeader rgb = parse(key(1, 0).bits(7, 3).bits(0, 1).bits(63, 16).bits(47, 16));
        assertEquals(3, rgb.chroma());
        assertEquals(0, rgb.matrix());
    }

    @Test
    void refusesWhatIsNoVp9() {
        assertThrows(
                MalformedException.class, () -> parse(new BitWriter().bits(1, 2).bits(0, 30)));
        assertThrows(
                MalformedException.class,
                () -> parse(new BitWriter().bits(2, 2).bits(7, 3).bits(0, 27)));
        assertThrows(
                MalformedException.class,
                () -> parse(new BitWriter().bits(0x8249, 16).bits(0x8343, 16)));
    }

    @Test
    void newSizeOfAnInterFrame() throws MalformedException {
        // shown, not error resilient; reset 0; refresh; three references; found_ref 0 0 0; size
        Vp9FrameHeader header = parse(new BitWriter()
                .bits(0b10_00_0_1_1_0, 8)
                .bits(0, 2)
                .bits(0, 8)
                .bits(0, 12)
                .bits(0, 3)
                .bits(319, 16)
                .bits(239, 16));
        assertFalse(header.keyFrame());
        assertEquals(320, header.width());
        assertEquals(240, header.height());
    }

    private static BitWriter key(int profileLow, int profileHigh) {
        return new BitWriter()
                .bits(2, 2)
                .bits(profileLow, 1)
                .bits(profileHigh, 1)
                .bits(0b0_0_1_0, 4)
                .bits(0x498342, 24);
    }

    private static Vp9FrameHeader parse(BitWriter bits) throws MalformedException {
        byte[] bytes = bits.toByteArray();
        return Vp9FrameHeader.parse(bytes, 0, bytes.length);
    }
}
