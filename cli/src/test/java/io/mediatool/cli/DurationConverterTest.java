package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.cli.terminal.DurationConverter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "10s, 10000",
        "200ms, 200",
        "1h30m, 5400000",
        "2.5s, 2500",
        "90, 90000",
        "1.5, 1500",
        "1:02:03, 3723000",
        "1:30, 90000",
        "0, 0",
        "10M, 600000",
        "1m500ms, 60500"
    })
    void readsWhatPeopleWrite(String text, long ms) {
        assertEquals(Duration.ofMillis(ms), converter.convert(text));
    }

    @Test
    void staysWithinNanoseconds() {
        assertEquals(Long.MAX_VALUE, converter.convert("9999999h9999999h").toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "10x", "10s later", "-5s", "1:2:3:4", "s", "10 s"})
    void refusesTheRestInOneLine(String text) {
        var refusal = assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertEquals(1, refusal.getMessage().lines().count());
    }
}
