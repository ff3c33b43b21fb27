package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Between FFmpeg and {@code record} packets are lost, doubled and overtaken: losses are counted and stay a gap in time, every frame
 * that came whole is there, once, at its time.
 */
@Tag("street")
final class LossyRecordingTest {
    private static final int SECONDS = 6;
    private static final int FPS = 25;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3550, 6184})
    void whatCameWholeIsThereAtItsTime(long seed) throws Exception {
        Path source = Clips.make(directory.resolve("source.mkv"), SECONDS, Clips.X264 + " -b:v 900k", "libopus");
        Path file = directory.resolve("recorded.mp4");
        var weather = new BadWeather(seed, (SECONDS - 1) * FPS);
        try (var fan = new Fan()) {
            var push = new Push(directory, source, fan.port).video().audio();
            String sdp = Files.readString(push.sdp());
            try (Visitor recorder =
                    fan.recorder(directory, sdp, file, List.of("--json", "--reorder", "1s", "--timeout", "20s"))) {
                recorder.awaitLine("listening");
                fan.weather(weather);
                try (Visitor sender = push.start()) {
                    sender.assertExit(0);
                }
                recorder.assertExit(0);
                List<CodedFrames> sent = CodedFrames.ofBoth(source);
                List<CodedFrames> kept = CodedFrames.ofBoth(file);
                for (int track = 0; track < 2; track++) {
                    String where = "seed " + seed + ", track " + track + "\n" + recorder.story();
                    assertCounted(weather.track(track), recorder.out(), track == 0 ? "video" : "audio", where);
                    assertUnshifted(weather.track(track), sent.get(track), kept.get(track), where);
                }
            }
        }
    }

    private static void assertCounted(BadWeather.Track happened, String summary, String kind, String where) {
        assertTrue(happened.dropped + happened.doubled + happened.delayed > 6, where);
        assertEquals(happened.dropped, count(summary, kind, "lost"), where);
        assertEquals(happened.doubled, count(summary, kind, "duplicates"), where);
        assertTrue(count(summary, kind, "reordered") > 0, where);
        assertEquals(0, count(summary, kind, "late"), where);
    }

    /** A number of the summary's track of {@code kind}. */
    private static int count(String summary, String kind, String what) {
        Matcher matcher = Pattern.compile("\"kind\" : \"" + kind + "\"[^}]*\"" + what + "\" : ([0-9]+)", Pattern.DOTALL)
                .matcher(summary);
        assertTrue(matcher.find(), summary);
        return Integer.parseInt(matcher.group(1));
    }

    /** Every frame of the file lies where the source has one, and where nothing was dropped of it, it is that one. */
    private static void assertUnshifted(BadWeather.Track happened, CodedFrames sent, CodedFrames kept, String where) {
        Set<Integer> damaged = happened.damaged();
        var seen = new HashSet<Integer>();
        for (int i = 0; i < kept.count(); i++) {
            double time = kept.times().get(i) - kept.times().get(0);
            int number = nearest(sent.times(), time + sent.times().get(0));
            double error = sent.times().get(number) - sent.times().get(0) - time;
            assertTrue(Math.abs(error) < 0.003, () -> "frame " + number + " is off by " + error + " s, " + where);
            assertTrue(seen.add(number), () -> "frame " + number + " is there twice, " + where);
            if (!damaged.contains(number)) {
                assertEquals(sent.hashes().get(number), kept.hashes().get(i), () -> "frame " + number + ", " + where);
            }
        }
        for (int number = 0; number < sent.count(); number++) {
            int frame = number;
            assertTrue(
                    seen.contains(number) || damaged.contains(number),
                    () -> "frame " + frame + " is missing, " + where);
        }
    }

    private static int nearest(List<Double> times, double time) {
        int best = 0;
        for (int i = 1; i < times.size(); i++) {
            best = Math.abs(times.get(i) - time) < Math.abs(times.get(best) - time) ? i : best;
        }
        return best;
    }
}
