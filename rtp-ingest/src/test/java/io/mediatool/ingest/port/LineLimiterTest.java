package io.mediatool.ingest.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineLimiterTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> said = new ArrayList<>();
    private final LineLimiter lines = new LineLimiter(said::add);

    @Test
    void saysOnceThenCounts() {
        lines.onTick(0);
        lines.say("a", "a lost");
        lines.say("a", "a lost");
        lines.say("a", "a lost again");
        assertEquals(List.of("a lost"), said);
        lines.onTick(9 * SECOND);
        assertEquals(1, said.size());
        lines.onTick(10 * SECOND);
        assertEquals("a lost again (2 times in the last 10 s)", said.get(1));
        lines.onTick(20 * SECOND);
        assertEquals(2, said.size(), "silence is not told");
    }

    @Test
    void aFloodOfDifferentLinesIsBounded() {
        lines.onTick(0);
        for (int i = 0; i < 100_000; i++) {
            lines.say("kind " + i, "line " + i);
        }
        assertTrue(said.size() <= 50, said.size() + " lines");
        lines.onTick(10 * SECOND);
        assertEquals("99950 more warnings in the last 10 s", said.get(50));
    }
}
