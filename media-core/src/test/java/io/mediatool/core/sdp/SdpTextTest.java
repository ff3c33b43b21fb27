package io.mediatool.core.sdp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SdpTextTest {
    private static final String LETTERS = "ab \t\n\u000b\f\r\u00a0\u2028é";

    /** The same as {@code String.split}, which reads its expression anew each time. */
    @Test
    void wordsAreWhatStandsBetweenBlanks() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            String line = text.toString();
            assertArrayEquals(line.split("\\s+", -1), SdpText.words(line), line);
            for (int max = 1; max < 5; max++) {
                assertArrayEquals(line.split("\\s+", max), SdpText.words(line, max), line);
            }
        }
    }
}
