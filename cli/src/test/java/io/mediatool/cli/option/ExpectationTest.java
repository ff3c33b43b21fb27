package io.mediatool.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.codec.Codec;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

final class ExpectationTest {
    private static final Expectation.Arrived H264 = new Expectation.Arrived(Codec.H264, 100);
    private static final Expectation.Arrived OPUS = new Expectation.Arrived(Codec.OPUS, 500);

    @Test
    void isContentWithoutOptions() {
        assertNull(expecting().missing(List.of()));
    }

    @Test
    void namesTheTrackThatIsMissing() {
        Expectation expectation = expecting("--expect", "video=h264,audio=opus");
        assertNull(expectation.missing(List.of(H264, OPUS)));
        assertEquals("no audio in opus", expectation.missing(List.of(H264)));
        assertEquals("no video in h264, no audio in opus", expectation.missing(List.of()));
    }

    @Test
    void takesAnyCodec() {
        assertNull(expecting("--expect", "video=any").missing(List.of(H264)));
        assertNull(expecting("--expect", "video").missing(List.of(H264)));
        assertEquals("no audio", expecting("--expect", "audio=any").missing(List.of(H264)));
    }

    @Test
    void wantsTwoTracksWhereTwoAreNamed() {
        assertEquals(
                "no video in h264",
                expecting("--expect", "video=h264,video=h264").missing(List.of(H264)));
    }

    @Test
    void countsVideoFramesWhereThereIsVideo() {
        Expectation expectation = expecting("--min-frames", "200");
        assertEquals("only 100 of 200 frames", expectation.missing(List.of(H264, OPUS)));
        assertNull(expectation.missing(List.of(OPUS)));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThrows(
                TypeConversionException.class,
                () -> expecting("--expect", "smell=h264").wanted());
        assertThrows(
                TypeConversionException.class,
                () -> expecting("--expect", "video=mjpeg").wanted());
    }

    private static Expectation expecting(String... arguments) {
        var expectation = new Expectation();
        CommandLine.populateCommand(expectation, arguments);
        return expectation;
    }
}
