package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code play} into {@code record} is the identity: every frame of the file is in the recording, once, in order, at its time. */
@Tag("street")
final class PlayIdentityTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} + {1} {2}")
    @CsvSource({
        "h264, aac, mp4, ''",
        "h264, aac, mp4, -movflags frag_keyframe+empty_moov",
        "h264, aac, mov, -movflags +faststart",
        "h265, aac, mp4, ''",
        "vp9, opus, mp4, ''",
        "av1, opus, mp4, ''",
    })
    void everyFrameOfBothTracks(String video, String audio, String container, String layout) {
        Path source = Media.make(directory, video, audio, container, layout);
        Path recorded = new Play(directory, source).record();
        assertSame(source, recorded, "v");
        assertSame(source, recorded, "a");
        assertEquals("", Street.complaints(recorded));
    }

    @Test
    void vp8OfOurOwnRecording() throws IOException {
        Path pushed = directory.resolve("pushed.mkv");
        Street.ffmpeg(directory, Media.PICTURE + " -t 2 " + Media.encoder("vp8") + " " + pushed);
        Path source = new Push(directory, pushed).video().record("--expect", "vp8", null);
        Path moved = Files.move(source, directory.resolve("source.mp4"));
        Path recorded = new Play(directory, moved).record();
        assertSame(moved, recorded, "v");
    }

    @Test
    void opusAlone() {
        Path source = directory.resolve("source.mp4");
        Street.ffmpeg(directory, Media.SOUND + " -t 2 -c:a libopus " + source);
        assertSame(source, new Play(directory, source).record(), "a");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "pcm_mulaw, -ar 8000 -ac 1",
        "pcm_alaw, -ar 8000 -ac 1",
        "pcm_s16be, -ar 44100 -ac 2",
        "pcm_s16le, -ar 48000 -ac 1",
    })
    void everySampleOfPlainSound(String codec, String shape) {
        Path source = directory.resolve("source.mov");
        Street.ffmpeg(directory, Media.SOUND + " -t 2 -c:a " + codec + " " + shape + " " + source);
        Path recorded = new Play(directory, source).record();
        assertEquals(Media.samples(source), Media.samples(recorded));
        assertEquals(2.0, Street.duration(recorded), 0.05);
    }

    private static void assertSame(Path source, Path recorded, String kind) {
        assertEquals(Street.frameHashes(source, kind), Street.frameHashes(recorded, kind), kind);
        RecordFfmpegPushTest.assertSameTimes(source, recorded, kind);
    }
}
