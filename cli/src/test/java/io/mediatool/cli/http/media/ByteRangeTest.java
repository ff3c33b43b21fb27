package io.mediatool.cli.http.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 §14.1.2 and §14.4. */
final class ByteRangeTest {
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource({
        // The RFC's own, of a representation of 10000 bytes.
        "bytes=0-499, 10000, bytes 0-499/10000",
        "bytes=500-999, 10000, bytes 500-999/10000",
        "bytes=-500, 10000, bytes 9500-9999/10000",
        "bytes=9500-, 10000, bytes 9500-9999/10000",
        "bytes=0-0, 10000, bytes 0-0/10000",
        "bytes=-1, 10000, bytes 9999-9999/10000",
        // More than there is.
        "bytes=0-99999, 10000, bytes 0-9999/10000",
        "bytes=-99999, 10000, bytes 0-9999/10000",
        "bytes=5-99999999999999999999999, 10000, bytes 5-9999/10000",
        "Bytes=0-, 1, bytes 0-0/1",
        "bytes=0000000000000000000000001-2, 10, bytes 1-2/10",
        // Nothing of it is there.
        "bytes=10000-, 10000, bytes */10000",
        "bytes=99999999999999999999999-, 10000, bytes */10000",
        "bytes=-0, 10000, bytes */10000",
        "bytes=0-, 0, bytes */0",
        "bytes=-5, 0, bytes */0",
        // No range, or more than one: the whole.
        "bytes=2-1, 10000, whole",
        "bytes=-, 10000, whole",
        "bytes=a-b, 10000, whole",
        "bytes=1, 10000, whole",
        "bytes=--1, 10000, whole",
        "bytes=-1-2, 10000, whole",
        "bytes 0-1, 10000, whole",
        "items=0-1, 10000, whole",
        "'bytes=0-1,3-4', 10000, whole",
        "'', 10000, whole",
    })
    void whatIsAskedFor(String header, long size, String expected) {
        ByteRange range = ByteRange.of(header, size);
        assertEquals(expected, range.isPart() ? range.described(size) : "whole");
        if (!range.isPart()) {
            assertEquals(new ByteRange(false, 0, size), range);
        }
    }

    @Test
    void withoutAHeaderItIsTheWhole() {
        assertEquals(new ByteRange(false, 0, 7), ByteRange.of(null, 7));
    }

    /** Whatever comes, what is sent lies within the file. */
    @Test
    void neverOutOfTheFile() {
        long seed = 4;
        var random = new Random(seed);
        String letters = "bytes=0123456789-, \t";
        for (int i = 0; i < 20_000; i++) {
            var header = new StringBuilder("bytes=");
            for (int length = random.nextInt(30); length > 0; length--) {
                header.append(letters.charAt(random.nextInt(letters.length())));
            }
            long size = random.nextInt(1_000);
            ByteRange range = ByteRange.of(header.toString(), size);
            assertTrue(
                    range.first() >= 0 && range.length() >= 0 && range.first() + range.length() <= size,
                    header + " of " + size + ", seed " + seed);
        }
    }
}
