package io.mediatool.core.codec.vp9;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Every field of RFC 9628 §4.2. */
class Vp9DescriptorTest {
    @Test
    void bareMinimum() throws MalformedException {
        Vp9Descriptor descriptor = parse("0c");
        assertTrue(descriptor.startsLayer());
        assertTrue(descriptor.endsLayer());
        assertEquals(-1, descriptor.pictureId());
        assertEquals(1, descriptor.length());
    }

    @Test
    void layersOfNonFlexibleModeHaveTl0PicIdx() throws MalformedException {
        Vp9Descriptor descriptor = parse("e8 9267 45 07");
        assertTrue(descriptor.interPredicted());
        assertEquals(0x1267, descriptor.pictureId());
        assertEquals(2, descriptor.temporalLayer());
        assertEquals(2, descriptor.spatialLayer());
        assertEquals(5, descriptor.length());
    }

    @Test
    void flexibleModeHasReferences() throws MalformedException {
        Vp9Descriptor descriptor = parse("f8 11 42 03 05 06"); // I P L F B; two references go on, the third ends
        assertTrue(descriptor.flexible());
        assertEquals(6, descriptor.length());
        assertThrows(MalformedException.class, () -> parse("f8 11 42 03 05 07 08"));
    }

    @Test
    void flexibleKeyFrameHasNone() throws MalformedException {
        assertEquals(3, parse("b8 11 42").length());
    }

    @Test
    void scalabilityStructure() throws MalformedException {
        // two layers with sizes; group of two pictures, the second with two references
        assertEquals(15, parse("0a 38 014000f0 028001e0 02 00 48 01 02").length());
        assertEquals(2, parse("0a 00").length());
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = HexFormat.of().parseHex("0a38014000f0028001e00200480102");
        for (int length = 0; length < whole.length; length++) {
            ByteReader in = new ByteReader(whole, 0, length);
            assertThrows(MalformedException.class, () -> Vp9Descriptor.parse(in));
        }
    }

    private static Vp9Descriptor parse(String hex) throws MalformedException {
        return Vp9Descriptor.parse(new ByteReader(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }
}
