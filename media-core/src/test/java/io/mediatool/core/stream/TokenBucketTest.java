package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TokenBucketTest {
    private static final long MS = 1_000_000L;

    @Test
    void aBurstAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(3_000);
        bucket.fill(8_000_000, 0);
        long sent = 0;
        for (long nowNs = 0; nowNs <= 1_000 * MS; nowNs += MS) {
            bucket.fill(8_000_000, nowNs);
            while (bucket.isOpen()) {
                bucket.take(1_200);
                sent += 1_200;
            }
        }
        assertEquals(1_003_000, sent, 1_300, "a megabyte a second and the burst before it");
        assertFalse(bucket.isOpen());
        bucket.fill(8_000_000, 60_000 * MS);
        for (int i = 0; i < 3; i++) {
            assertTrue(bucket.isOpen(), "no more than the burst is kept");
            bucket.take(1_200);
        }
        assertFalse(bucket.isOpen());
        assertEquals(60_000 * MS + 601_000, bucket.opensNs(8_000_000, 60_000 * MS), "600 bytes too many, and one more");
    }
}
