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
    /** FFmpeg gathers up to five AAC frames for a packet and forgets the last packet that is not full. */
    private static final int UNSENT_AAC_FRAMES = 5;

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
    void everyFrameOfBothTracks(String video, String audio, String container, String videoName, String audioName)
            throws Exception {
        Path source = directory.resolve("source." + container);
        Clips.make(source, 3, video, audio);
        Push push = new Push(directory, source).video().audio();
        Path file = push.record("--expect", videoName, audioName);
        assertEquals(Street.frameHashes(source, "v"), Street.frameHashes(file, "v"), "pictures");
        boolean aac = audioName.equals("aac");
        assertSameSound(source, file, aac ? UNSENT_AAC_FRAMES : 0);
        List<SentRtp.Sent> sound = aac ? SentRtp.aacFrames(push.sent(1)) : SentRtp.opusFrames(push.sent(1));
        assertEquals(SentRtp.hashes(sound), Street.frameHashes(file, "a"), "all sound that was sent");
        assertSameTimes(source, file, "v");
        assertSameTimes(source, file, "a");
        assertOffsetAsSent(source, file);
        assertEquals("", Street.complaints(file));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"48000, 2", "44100, 1"})
    void everyFrameOfLatm(int rate, int channels) throws Exception {
        Path source = directory.resolve("source.mp4");
        Street.ffmpeg(directory, Clips.SOUND + " -t 3 -c:a aac -ar " + rate + " -ac " + channels + " " + source);
        Path file = new Push(directory, source).latm().record("--expect", null, "aac");
        assertSameSound(source, file, 0);
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
    void everySampleOfPlainSound(String codec, String shape, String container, String name) throws Exception {
        Path source = directory.resolve("source." + container);
        Street.ffmpeg(directory, Clips.SOUND + " -t 3 -c:a " + codec + " " + shape + " " + source);
        Path file = new Push(directory, source).audio().record("--expect", null, name);
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

    /** The same frames of sound in the same order, but for at most {@code unsent} at the end. */
    static void assertSameSound(Path source, Path file, int unsent) {
        List<String> sent = Street.frameHashes(source, "a");
        List<String> recorded = Street.frameHashes(file, "a");
        int missing = sent.size() - recorded.size();
        assertTrue(missing >= 0 && missing <= unsent, missing + " frames of sound are missing");
        assertEquals(sent.subList(0, recorded.size()), recorded, "sound");
    }

    /** Frames are as far apart as they were, to a tick of the source's clock. */
    static void assertSameTimes(Path source, Path file, String kind) {
        List<Double> expected = Street.times(source, kind);
        List<Double> actual = Street.times(file, kind);
        assertTrue(actual.size() <= expected.size(), kind + ": " + actual.size() + " frames");
        for (int i = 0; i < actual.size(); i++) {
            double difference = (actual.get(i) - actual.get(0)) - (expected.get(i) - expected.get(0));
            assertTrue(Math.abs(difference) < 0.002, kind + " frame " + i + " is off by " + difference + " s");
        }
    }

    /** Picture and sound lie to each other as they did. */
    static void assertSameOffset(Path source, Path file) {
        assertEquals(offset(source), offset(file), 0.02, "the first picture against the first sound");
    }

    /** FFmpeg lets each output begin with decoding time 0, so B-frames put the picture behind the sound by their delay. */
    private static void assertOffsetAsSent(Path source, Path file) {
        double sent = Street.times(source, "v").get(0)
                - Street.decodingTimes(source, "v").get(0);
        assertEquals(sent, offset(file), 0.02, "the first picture against the first sound");
    }

    private static double offset(Path file) {
        return Street.times(file, "v").get(0) - Street.times(file, "a").get(0);
    }
}
