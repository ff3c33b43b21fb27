package io.mediatool.core.srtp;

import java.util.Arrays;
import java.util.function.Consumer;

/** Which of the last 1,024 indexes have been used (RFC 3711 §3.3.2, which asks for 64 at least; late retransmissions need more). */
final class ReplayWindow {
    static final int SIZE = 1_024;

    private final long[] seen = new long[SIZE / 64];
    private long highest = -1;

    long highest() {
        return highest;
    }

    /** Whether {@code index} is new and not too old; changes nothing. */
    boolean isFresh(long index) {
        if (index > highest) {
            return true;
        }
        return highest - index < SIZE && (seen[word(index)] & bit(index)) == 0;
    }

    /** Notes an index that is fresh and whose packet was verified. */
    void mark(long index) {
        if (index > highest) {
            if (index - highest >= SIZE) {
                Arrays.fill(seen, 0);
            } else {
                for (long skipped = highest + 1; skipped < index; skipped++) {
                    seen[word(skipped)] &= ~bit(skipped);
                }
            }
            highest = index;
        }
        seen[word(index)] |= bit(index);
    }

    /** Names itself and its bits. */
    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(seen);
    }

    private static int word(long index) {
        return (int) (index & (SIZE - 1)) >>> 6;
    }

    private static long bit(long index) {
        return 1L << (index & 63);
    }
}
