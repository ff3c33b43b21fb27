package io.mediatool.core.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RedPayloadTest {
    private static int before(String hex) {
        byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
        return RedPayload.beforePrimary(payload, 0, payload.length);
    }

    @Test
    void primaryIsWhatFollowsTheOlderBlocks() {
        assertEquals(1, before("6f aabbcc"));
        assertEquals(7, before("ef 0f00 02 6f a1a2 b1b2b3"));
        assertEquals(12, before("ef 1e00 02 ef 0f00 01 6f c1c2 a1 b1b2b3"));
        assertEquals(5, before("ef 0f00 00 6f b1"), "a block of nothing, as before the first packet");
        assertEquals(7, before("ef 0f00 02 6f a1a2"), "a primary of nothing");
    }

    @Test
    void whatExceedsThePayloadIsRefused() {
        assertEquals(-1, before(""));
        assertEquals(-1, before("ef 0f00"));
        assertEquals(-1, before("ef 0f00 02"));
        assertEquals(-1, before("ef 0f00 02 6f a1"));
        Random random = new Random(5);
        for (int i = 0; i < 300_000; i++) {
            byte[] payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            int before = RedPayload.beforePrimary(payload, 0, payload.length);
            assertTrue(before == -1 || before > 0 && before <= payload.length, () -> Arrays.toString(payload));
        }
    }
}
