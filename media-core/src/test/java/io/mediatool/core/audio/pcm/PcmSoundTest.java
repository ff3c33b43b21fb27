package io.mediatool.core.audio.pcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import org.junit.jupiter.api.Test;

final class PcmSoundTest {
    /** The ends and the first steps of ITU-T G.711 Tables 1a and 2a, in 16 bits. */
    @Test
    void theTablesOfG711() {
        assertEquals(0, G711.ofMu(0xff));
        assertEquals(8, G711.ofMu(0xfe));
        assertEquals(-8, G711.ofMu(0x7e));
        assertEquals(32_124, G711.ofMu(0x80));
        assertEquals(-32_124, G711.ofMu(0x00));
        assertEquals(8, G711.ofA(0xd5));
        assertEquals(-8, G711.ofA(0x55));
        assertEquals(32_256, G711.ofA(0xaa));
        assertEquals(-32_256, G711.ofA(0x2a));
    }

    @Test
    void everyCodeComesBack() {
        for (int code = 0; code < 256; code++) {
            assertEquals(code == 0x7f ? 0xff : code, G711.toMu(G711.ofMu(code)), "µ-law " + code); // two zeros
            assertEquals(code, G711.toA(G711.ofA(code)), "A-law " + code);
        }
    }

    /** No sample is further from its code than half a step of its segment. */
    @Test
    void everySampleFindsItsNearestCode() {
        for (int sample = -32_768; sample < 32_768; sample++) {
            int clippedMu = Math.max(-32_124, Math.min(32_124, sample));
            int clippedA = Math.max(-32_256, Math.min(32_256, sample));
            int mu = Math.abs(G711.ofMu(G711.toMu(sample)) - clippedMu);
            int a = Math.abs(G711.ofA(G711.toA(sample)) - clippedA);
            assertTrue(mu <= Math.max(4, (Math.abs(clippedMu) + 132) / 32 + 4), "µ-law " + sample + " is off by " + mu);
            assertTrue(a <= Math.max(8, Math.abs(clippedA) / 32 + 1), "A-law " + sample + " is off by " + a);
        }
    }

    @Test
    void channelsAreInterleaved() throws MalformedException {
        PcmDecoder linear = new PcmDecoder(DecoderConfig.audio(Codec.L16, new byte[0], 44_100, 2));
        float[][] planes = linear.decode(new byte[] {0x40, 0, (byte) 0xc0, 0}).planes();
        assertEquals(0.5f, planes[0][0]);
        assertEquals(-0.5f, planes[1][0]);
        assertThrows(MalformedException.class, () -> linear.decode(new byte[3]));
    }
}
