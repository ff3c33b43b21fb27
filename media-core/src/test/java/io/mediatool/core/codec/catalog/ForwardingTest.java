package io.mediatool.core.codec.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.PayloadNumbers;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What forwarding reads and rewrites in payloads, codec by codec; payloads by hand from the formats' drawings. */
final class ForwardingTest {
    private static boolean starts(Codec codec, String hex) {
        byte[] data = HexFormat.of().parseHex("ff" + hex);
        return CodecCatalog.of(codec).startsKeyFrame(data, 1, data.length - 1);
    }

    @Test
    void tellsWhereKeyFramesStart() {
        assertTrue(starts(Codec.VP8, "10" + "500001"));
        assertTrue(starts(Codec.VP8, "90e0" + "8123" + "07" + "20" + "5000"));
        assertFalse(starts(Codec.VP8, "90e0" + "8123" + "07" + "20" + "5100"));
        assertFalse(starts(Codec.VP8, "80e0" + "8123" + "07" + "20" + "5000")); // goes on
        assertFalse(starts(Codec.VP8, "11" + "500001")); // partition 1
        assertTrue(starts(Codec.VP9, "8c" + "8123" + "0000"));
        assertTrue(starts(Codec.VP9, "ac" + "8123" + "0000" + "00"));
        assertFalse(starts(Codec.VP9, "ac" + "8123" + "0200" + "00")); // upper spatial layer
        assertFalse(starts(Codec.VP9, "cc" + "8123" + "0000"));
        assertTrue(starts(Codec.AV1, "180a0b"));
        assertFalse(starts(Codec.AV1, "100a0b"));
        assertTrue(starts(Codec.H264, "6742c01f"));
        assertTrue(starts(Codec.H264, "65888400"));
        assertFalse(starts(Codec.H264, "65488400")); // a later slice
        assertFalse(starts(Codec.H264, "419a0000"));
        assertTrue(starts(Codec.H264, "78" + "0002" + "0910" + "0003" + "6742c0" + "0002" + "68ce"));
        assertFalse(starts(Codec.H264, "78" + "0002" + "0910" + "0003" + "419a00"));
        assertTrue(starts(Codec.H264, "7c85" + "8884"));
        assertFalse(starts(Codec.H264, "7c45" + "8884"));
        assertTrue(starts(Codec.H265, "40010c01"));
        assertTrue(starts(Codec.H265, "2601af00"));
        assertFalse(starts(Codec.H265, "26012f00"));
        assertFalse(starts(Codec.H265, "0201d000"));
        assertTrue(starts(Codec.H265, "6001" + "0003" + "460150" + "0004" + "42010101"));
        assertTrue(starts(Codec.H265, "6201" + "93" + "af00"));
        assertFalse(starts(Codec.H265, "6201" + "13" + "af00"));
        assertTrue(starts(Codec.OPUS, "fc"));
    }

    private static String rewritten(PayloadNumbers numbers, String hex, long shift) {
        byte[] data = HexFormat.of().parseHex("ff" + hex);
        numbers.rewrite(data, 1, data.length - 1, shift);
        return HexFormat.of().formatHex(data, 1, data.length);
    }

    private static long anchor(PayloadNumbers numbers, String hex) {
        byte[] data = HexFormat.of().parseHex("ff" + hex);
        return numbers.anchor(data, 1, data.length - 1);
    }

    @Test
    void pictureNumbersGoOnAcrossSources() {
        PayloadNumbers vp8 = CodecCatalog.of(Codec.VP8).payloadNumbers();
        String first = "90e0" + "ffff" + "ff" + "2050";
        assertEquals(0, anchor(vp8, first));
        assertEquals(first, rewritten(vp8, first, 0));
        assertEquals("90e0" + "8000" + "00" + "2050", rewritten(vp8, "90e0" + "8000" + "00" + "2050", 0));
        assertEquals("90e0" + "fffe" + "fe" + "2050", rewritten(vp8, "90e0" + "fffe" + "fe" + "2050", 0)); // late
        String next = "90e0" + "9234" + "10" + "2050";
        long shift = anchor(vp8, next);
        assertEquals("90e0" + "8001" + "01" + "2050", rewritten(vp8, next, shift));
        assertEquals("90e0" + "8002" + "01" + "2050", rewritten(vp8, "90e0" + "9235" + "10" + "2050", shift));
        // 7 bits stay 7 bits.
        String small = "9080" + "7f" + "505152";
        assertEquals("9080" + "03" + "505152", rewritten(vp8, small, anchor(vp8, small)));

        PayloadNumbers vp9 = CodecCatalog.of(Codec.VP9).payloadNumbers();
        rewritten(vp9, "ac" + "8005" + "00" + "07" + "00", 0);
        String other = "ac" + "9000" + "00" + "90" + "00";
        assertEquals("ac" + "8006" + "00" + "08" + "00", rewritten(vp9, other, anchor(vp9, other)));
    }

    @Test
    void hostilePayloadsAreOnlyLookedAtWithinTheirBounds() {
        long seed = 7741;
        Random random = new Random(seed);
        for (Codec codec : Codec.values()) {
            CodecModule module = CodecCatalog.of(codec);
            PayloadNumbers numbers = module.payloadNumbers();
            for (int round = 0; round < 50_000; round++) {
                byte[] data = new byte[random.nextInt(12)];
                random.nextBytes(data);
                try {
                    boolean starts = module.startsKeyFrame(data, 0, data.length);
                    assertTrue(starts || module.codec().kind() == MediaKind.VIDEO);
                    numbers.rewrite(data, 0, data.length, numbers.anchor(data, 0, data.length));
                } catch (RuntimeException escaped) {
                    throw new AssertionError(codec + " seed " + seed + " round " + round, escaped);
                }
            }
        }
    }
}
