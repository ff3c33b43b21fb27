package io.mediatool.core.codec.vp8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7741 §4.5, and every field of §4.2. */
class Vp8DescriptorTest {
    @Test
    void keyFrameInOnePacketRfc7741Section451() throws MalformedException {
        // X = 1, S = 1, PID 0; I = 1; PictureID 17
        Vp8Descriptor descriptor = parse("9080 11");
        assertTrue(descriptor.startsFrame());
        assertEquals(17, descriptor.pictureId());
        assertEquals(3, descriptor.length());
    }

    @Test
    void partitionsApartRfc7741Section452() throws MalformedException {
        assertTrue(parse("9080 11").startsFrame());
        Vp8Descriptor second = parse("9180 11"); // S = 1, PID 1
        assertTrue(second.start());
        assertEquals(1, second.partition());
        assertFalse(second.startsFrame());
    }

    @Test
    void continuedPartitionRfc7741Section454() throws MalformedException {
        Vp8Descriptor descriptor = parse("8180 11"); // S = 0
        assertFalse(descriptor.start());
    }

    @Test
    void longPictureIdRfc7741Section455() throws MalformedException {
        // M = 1, PictureID = 4711 = 0x1267
        Vp8Descriptor descriptor = parse("9080 9267");
        assertEquals(4711, descriptor.pictureId());
        assertEquals(4, descriptor.length());
    }

    @Test
    void allFields() throws MalformedException {
        Vp8Descriptor descriptor = parse("90f0 9267 05 a3");
        assertEquals(2, descriptor.temporalLayer());
        assertEquals(6, descriptor.length());
    }

    @Test
    void keyIndexAloneBringsItsOctetToo() throws MalformedException {
        Vp8Descriptor descriptor = parse("9010 1f");
        assertEquals(-1, descriptor.temporalLayer());
        assertEquals(3, descriptor.length());
    }

    @Test
    void withoutExtension() throws MalformedException {
        Vp8Descriptor descriptor = parse("10");
        assertEquals(-1, descriptor.pictureId());
        assertEquals(1, descriptor.length());
    }

    @Test
    void everyTruncationIsRefused() {
        for (String hex : new String[] {"", "90", "9080", "908092", "90f0926705"}) {
            assertThrows(MalformedException.class, () -> parse(hex), hex);
        }
    }

    private static Vp8Descriptor parse(String hex) throws MalformedException {
        return Vp8Descriptor.parse(new ByteReader(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }
}
