package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FFmpeg pushes, {@code record} writes: every frame that was sent is in the file, once, in order, at its time. */
@Tag("street")
final class RecordFfmpegPushTest {
    private static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25";
    private static final String SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000";
    private static final String X264 = "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p ";
    private static final String X264_B = "-c:v libx264 -preset veryfast -bf 3 -g 25 -pix_fmt yuv420p ";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource({
        "libx264 -preset ultrafast -g 25 -pix_fmt yuv420p, libopus, mkv, h264, opus",
        "libx264 -preset veryfast -bf 3 -b_strategy 0 -g 25 -pix_fmt yuv420p, aac, mp4, h264, aac",
        "libx265 -preset ultrafast -g 25 -pix_fmt yuv420p -x265-params log-level=none, aac, mp4, h265, aac",
        "libvpx -deadline realtime -cpu-used 8 -g 25 -pix_fmt yuv420p, libopus, mkv, vp8, opus",
        "libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -pix_fmt yuv420p, libopus, mkv, vp9, opus",
    })
    void everyFrameOfBothTracks(String video, String audio, String container, String videoName, String audioName) {
        Path source = directory.resolve("source." + container);
        Street.ffmpeg(directory, PICTURE + " " + SOUND + " -t 3 -c:v " + video + " -c:a " + audio + " " + source);
        Path file = new Push(directory, source).video().audio().record("--expect", videoName, audioName);
        assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(file, "v"), "pictures");
        assertEquals(Street.frameHashes(source, "a"), Street.frameHashes(file, "a"), "sound");
        assertSameTimes(source, file, "v");
        assertSameTimes(source, file, "a");
        assertEquals("", Street.complaints(file));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "pcm_mulaw, -ar 8000 -ac 1, wav, pcmu",
        "pcm_alaw, -ar 8000 -ac 1, wav, pcma",
        "pcm_s16be, -ar 44100 -ac 2, mov, l16",
        "g722, -ar 16000 -ac 1, wav, g722",
    })
    void everySampleOfPlainSound(String codec, String shape, String container, String name) {
        Path source = directory.resolve("source." + container);
        Street.ffmpeg(directory, SOUND + " -t 3 -c:a " + codec + " " + shape + " " + source);
        Path file = new Push(directory, source).audio().record("--expect", null, name.equals("g722") ? "l16" : name);
        assertEquals(samples(source), samples(file));
        assertEquals("", Street.complaints(file));
        assertEquals(3.0, Street.duration(file), 0.05);
    }

    /** All samples as one hash, however they are cut into frames. */
    private String samples(Path file) {
        return Visitor.run(
                        directory,
                        Street.SOON,
                        Street.words(
                                "ffmpeg -nostdin -v error -i " + file + " -map 0:a -f s16le -c:a pcm_s16le -f md5 -"))
                .out()
                .strip();
    }

    static void assertSameTimes(Path source, Path file, String kind) {
        List<Double> expected = Street.times(source, kind);
        List<Double> actual = Street.times(file, kind);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            double difference = (actual.get(i) - actual.get(0)) - (expected.get(i) - expected.get(0));
            assertTrue(Math.abs(difference) < 0.002, kind + " frame " + i + " is off by " + difference + " s");
        }
    }
}
