package io.mediatool.core.codec.av1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import org.junit.jupiter.api.Test;

class SequenceHeaderTest {
    @Test
    void timingDecoderModelAndSeveralOperatingPoints() throws MalformedException {
        BitWriter bits = new BitWriter()
                .bits(0, 3) // main profile
                .bits(0, 2)
                .bits(1, 1) // timing info
                .bits(1, 32)
                .bits(30, 32)
                .bits(1, 1) // equal picture interval
                .bits(0b00101, 5) // uvlc 4
                .bits(1, 1) // decoder model, buffer delays of 10 bits
                .bits(9, 5)
                .bits(1, 32)
                .bits(0, 10)
                .bits(1, 1) // display delay
                .bits(1, 5); // two operating points
        bits.bits(0x101, 12)
                .bits(13, 5)
                .bits(1, 1)
                .bits(1, 1)
                .bits(0, 21)
                .bits(1, 1)
                .bits(9, 4);
        bits.bits(0x100, 12).bits(5, 5).bits(0, 1).bits(0, 1);
        bits.bits(10, 4).bits(10, 4).bits(1919, 11).bits(1079, 11);
        bits.bits(1, 1).bits(0, 7); // frame ids
        bits.bits(0, 3)
                .bits(0, 4)
                .bits(1, 1)
                .bits(0, 2)
                .bits(1, 1)
                .bits(1, 1)
                .bits(6, 3)
                .bits(0, 3);
        bits.bits(1, 1)
                .bits(0, 1)
                .bits(1, 1)
                .bits(9, 8)
                .bits(16, 8)
                .bits(9, 8)
                .bits(0, 1)
                .bits(2, 2)
                .bits(0, 2);
        SequenceHeader header = parse(bits);
        assertEquals(13, header.level());
        assertEquals(1, header.tier());
        assertEquals(1920, header.width());
        assertEquals(1080, header.height());
        assertEquals(new SequenceHeader.Color(10, false, 1, 1, 2), header.color());
    }

    @Test
    void reducedStillPicture() throws MalformedException {
        BitWriter bits = new BitWriter().bits(0, 3).bits(0b11, 2).bits(8, 5);
        bits.bits(5, 4).bits(5, 4).bits(63, 6).bits(47, 6).bits(0, 3).bits(0, 3);
        bits.bits(0, 1).bits(1, 1).bits(0, 1).bits(0, 1).bits(0, 8); // 8 bits, monochrome
        SequenceHeader header = parse(bits);
        assertTrue(header.reducedStillPicture());
        assertEquals(8, header.level());
        assertEquals(new SequenceHeader.Color(8, true, 1, 1, 0), header.color());
    }

    @Test
    void chromaOfTheOtherProfiles() throws MalformedException {
        assertEquals(0, parse(still(1).bits(0, 2).bits(0, 8)).color().subsamplingX());
        SequenceHeader.Color professional =
                parse(still(2).bits(0, 3).bits(0, 8)).color();
        assertEquals(1, professional.subsamplingX());
        assertEquals(0, professional.subsamplingY());
        // 12 bits say their subsampling: 4:2:0
        SequenceHeader.Color twelve = parse(still(2).bits(0b11, 2)
                        .bits(0, 1)
                        .bits(0, 1)
                        .bits(0, 1)
                        .bits(0b11, 2)
                        .bits(1, 2)
                        .bits(0, 8))
                .color();
        assertEquals(new SequenceHeader.Color(12, false, 1, 1, 1), twelve);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = {0x00, 0x00, 0x00, 0x02, (byte) 0xaf, (byte) 0xf7, (byte) 0x9b, 0x5f, 0x20};
        for (int length = 0; length < whole.length - 1; length++) {
            int prefix = length;
            assertThrows(MalformedException.class, () -> SequenceHeader.parse(whole, 0, prefix));
        }
    }

    private static BitWriter still(int profile) {
        BitWriter bits = new BitWriter().bits(profile, 3).bits(0b11, 2).bits(0, 5);
        return bits.bits(5, 4).bits(5, 4).bits(63, 6).bits(47, 6).bits(0, 6);
    }

    private static SequenceHeader parse(BitWriter bits) throws MalformedException {
        byte[] bytes = bits.toByteArray();
        return SequenceHeader.parse(bytes, 0, bytes.length);
    }
}
