package io.mediatool.core.codec.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.codec.PayloadNumbers;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What payload descriptors tell of scalable layers. */
final class PayloadLayersTest {
    private final PacketLayers at = new PacketLayers();

    private PacketLayers read(Codec codec, String hex) {
        byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
        CodecCatalog.of(codec).readLayers(payload, 0, payload.length, at);
        return at;
    }

    @Test
    void vp9() {
        read(Codec.VP9, "ac 9267 34 07 aa bb"); // I L B E: S2 T1, U
        assertTrue(at.isKnown() && at.startsFrame() && at.endsFrame() && at.isApart() && !at.isKey());
        assertEquals(2, at.spatial());
        assertEquals(1, at.temporal());
        assertEquals(5, at.highestUp(5));
        read(Codec.VP9, "e8 11 22 07 aa bb"); // P: S1 T1, no U
        assertFalse(at.isApart() || at.endsFrame());
        assertEquals(-1, at.highestUp(7));
        assertTrue(read(Codec.VP9, "b8 11 00 aa bb").isKey());
        // Flexible mode, V: Y of two layers, G of two pictures.
        read(Codec.VP9, "fb 9234 05 03 02 38 0140 00b4 0280 0168 02 00 08 01 aa");
        assertEquals(2, at.sized());
        assertEquals(640, at.width(1));
        assertEquals(180, at.height(0));
        assertEquals(0, read(Codec.VP9, "ac 9267 34 07 aa bb").sized());
        assertFalse(read(Codec.VP9, "8c 11 aa bb cc").isKnown());
        assertFalse(read(Codec.VP9, "ac 92").isKnown());
    }

    @Test
    void vp8() {
        read(Codec.VP8, "90 e0 8123 07 a0 51 aa"); // T2, Y
        assertTrue(at.isKnown() && at.startsFrame() && at.isSync() && !at.isKey());
        assertEquals(2, at.temporal());
        assertTrue(read(Codec.VP8, "90 e0 8123 07 20 50 aa").isKey());
        assertFalse(read(Codec.VP8, "80 e0 8123 07 40 51 aa").startsFrame());
        assertFalse(at.isSync());
        assertEquals(1, at.temporal());
        assertFalse(read(Codec.VP8, "90 80 8123 51 aa bb cc").isKnown());
        assertFalse(read(Codec.VP8, "10 50 aa bb cc dd ee").isKnown());
    }

    @Test
    void nothingThrows() {
        Random random = new Random(7);
        for (int i = 0; i < 300_000; i++) {
            byte[] payload = new byte[random.nextInt(12)];
            random.nextBytes(payload);
            for (Codec codec : new Codec[] {Codec.VP8, Codec.VP9, Codec.H264, Codec.AV1}) {
                CodecCatalog.of(codec).readLayers(payload, 0, payload.length, at);
                assertTrue(!at.isKnown() || at.spatial() <= PacketLayers.MAX && at.temporal() <= PacketLayers.MAX);
                PayloadNumbers numbers = CodecCatalog.of(codec).payloadNumbers();
                numbers.leaveOut(payload, 0, payload.length, i);
                numbers.rewrite(payload, 0, payload.length, i);
            }
        }
    }

    private static byte[] vp8(int id) {
        return HexFormat.of().parseHex(String.format("90e0%04x000051aa", 0x8000 | id & 0x7fff));
    }

    @Test
    void picturesOfVp8ThatAreLeftOutLeaveNoGapInTheIds() {
        PayloadNumbers numbers = CodecCatalog.of(Codec.VP8).payloadNumbers();
        byte[] first = vp8(0x7ff0);
        long shift = numbers.anchor(first, 0, first.length);
        int[] outs = new int[200];
        int out = 0;
        for (int i = 0; i < 200; i++) {
            byte[] payload = vp8(0x7ff0 + i);
            if (i % 2 == 1) {
                numbers.leaveOut(payload, 0, payload.length, shift);
                numbers.leaveOut(payload, 0, payload.length, shift); // its second packet
            } else {
                numbers.rewrite(payload, 0, payload.length, shift);
                outs[out++] = (payload[2] & 0x7f) << 8 | payload[3] & 0xff;
            }
        }
        for (int i = 1; i < out; i++) {
            assertEquals(outs[i - 1] + 1 & 0x7fff, outs[i]);
        }
        byte[] late = vp8(0x7ff0 + 190);
        numbers.rewrite(late, 0, late.length, shift);
        assertEquals(outs[95], (late[2] & 0x7f) << 8 | late[3] & 0xff, "one that comes late has the id that it had");
        byte[] other = Arrays.copyOf(vp8(5), 8);
        long next = numbers.anchor(other, 0, other.length);
        numbers.rewrite(other, 0, other.length, next);
        assertEquals(outs[out - 1] + 1 & 0x7fff, (other[2] & 0x7f) << 8 | other[3] & 0xff);
    }
}
