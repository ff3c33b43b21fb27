package io.mediatool.core.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Remembers as much as feedback needs, and no more. */
final class SentPacketsTest {
    @Test
    void staysSmallWhereFeedbackComes() {
        SentPackets sent = new SentPackets();
        for (int i = 0; i < 10_000; i++) {
            assertEquals(i, sent.add(1_000 + i % 100, i * 5_000L));
            if (i % 20 == 19) {
                for (int told = i - 19; told <= i; told++) {
                    assertEquals(SentPackets.News.ARRIVED, sent.judge(told, true));
                    assertEquals(SentPackets.News.NONE, sent.judge(told, true));
                }
            }
        }
        assertEquals(64, sent.kept());
    }

    @Test
    void growsWithTheRoundTripAndKeepsWhatIsKnown() {
        SentPackets sent = new SentPackets();
        for (int i = 0; i < 1_000; i++) {
            sent.add(i, i * 1_000L);
            if (i >= 300) {
                long told = i - 300;
                assertEquals(told, sent.size(told));
                assertEquals(told * 1_000L, sent.sentUs(told, i * 1_000L));
                boolean came = told % 7 != 0;
                assertEquals(came ? SentPackets.News.ARRIVED : SentPackets.News.LOST, sent.judge(told, came));
            }
            if (i >= 350) {
                boolean lost = (i - 350) % 7 == 0;
                assertEquals(
                        lost ? SentPackets.News.ARRIVED_AFTER_ALL : SentPackets.News.NONE, sent.judge(i - 350, true));
            }
        }
        assertTrue(sent.kept() == 512, "kept " + sent.kept());
    }

    @Test
    void withoutFeedbackItIsBounded() {
        SentPackets sent = new SentPackets();
        for (int i = 0; i < 100_000; i++) {
            sent.add(i % 1_400, i * 1_000L);
        }
        assertEquals(2_048, sent.kept());
        assertEquals(SentPackets.News.NONE, sent.judge(100_000 - 2_049, true));
        assertEquals(SentPackets.News.ARRIVED, sent.judge(100_000 - 2_048, true));
        assertEquals(SentPackets.News.NONE, sent.judge(100_000, true));
        // Slow senders wait no longer for what will not be told.
        SentPackets slow = new SentPackets();
        for (int i = 0; i < 1_000; i++) {
            slow.add(100, i * 50_000L);
        }
        assertEquals(64, slow.kept());
    }
}
