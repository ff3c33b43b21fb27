package io.mediatool.cli.http.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mediatool.cli.http.media.Validators.Outcome;
import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 §8.8 and §13. */
final class ValidatorsTest {
    private static final Instant WRITTEN = Instant.parse("1994-11-06T08:49:37.5Z");
    private static final Validators OLD = Validators.of(0x1234, WRITTEN, WRITTEN.plusSeconds(60));
    private static final Validators FRESH = Validators.of(0x1234, WRITTEN, WRITTEN.plusSeconds(1));
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

    private static MultiMap headers(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }

    @Test
    void sayWhichStateItIs() {
        assertEquals(DATE, OLD.lastModified());
        assertEquals("W/" + OLD.etag(), FRESH.etag(), "soon after it was written it may be again");
        assertNotEquals(OLD.tag(), Validators.of(0x1235, WRITTEN, WRITTEN).tag());
        assertNotEquals(
                OLD.tag(), Validators.of(0x1234, WRITTEN.plusNanos(1), WRITTEN).tag());
    }

    /** TAG stands for the file's own tag. */
    @ParameterizedTest(name = "{0}: {1}: {2}")
    @CsvSource({
        "If-None-Match, TAG, UNCHANGED",
        "If-None-Match, W/TAG, UNCHANGED",
        "If-None-Match, *, UNCHANGED",
        "If-None-Match, '\"a\", TAG', UNCHANGED",
        "If-None-Match, '\"a\"', GO_ON",
        "If-Match, TAG, GO_ON",
        "If-Match, *, GO_ON",
        "If-Match, W/TAG, FAILED",
        "If-Match, '\"a\"', FAILED",
        "If-Modified-Since, 'Sun, 06 Nov 1994 08:49:37 GMT', UNCHANGED",
        "If-Modified-Since, 'Sun, 06 Nov 1994 08:49:36 GMT', GO_ON",
        "If-Modified-Since, yesterday, GO_ON",
        "If-Unmodified-Since, 'Sun, 06 Nov 1994 08:49:37 GMT', GO_ON",
        "If-Unmodified-Since, 'Sun, 06 Nov 1994 08:49:36 GMT', FAILED",
        "If-Unmodified-Since, yesterday, GO_ON",
    })
    void conditions(String name, String value, Outcome expected) {
        assertEquals(expected, OLD.outcome(headers(name, value.replace("TAG", OLD.tag()))));
    }

    /** §13.2.2: tags before dates. */
    @Test
    void tagsGoBeforeDates() {
        assertEquals(
                Outcome.GO_ON, OLD.outcome(headers("If-None-Match", "\"a\"").add("If-Modified-Since", DATE)));
        assertEquals(
                Outcome.GO_ON,
                OLD.outcome(
                        headers("If-Match", OLD.tag()).add("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT")));
    }

    /** §13.1.5: of another state of the file a part is no use. */
    @Test
    void ifRangeComparesStrongly() {
        assertEquals(true, OLD.allowsRange(MultiMap.caseInsensitiveMultiMap()));
        assertEquals(true, OLD.allowsRange(headers("If-Range", OLD.tag())));
        assertEquals(true, OLD.allowsRange(headers("If-Range", DATE)));
        assertEquals(false, OLD.allowsRange(headers("If-Range", "W/" + OLD.tag())));
        assertEquals(false, OLD.allowsRange(headers("If-Range", "\"a\"")));
        assertEquals(false, OLD.allowsRange(headers("If-Range", "Sun, 06 Nov 1994 08:49:38 GMT")));
        assertEquals(false, FRESH.allowsRange(headers("If-Range", FRESH.tag())));
        assertEquals(false, FRESH.allowsRange(headers("If-Range", DATE)));
    }
}
