package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} at random moments: the file plays as it lies there, {@code repair} makes it ordinary, and no more than
 * a second is lost. Many recorders hear the same push; the moment is a number of packets drawn by a seed.
 */
@Tag("street")
final class KilledRecordingTest {
    private static final int FPS = 25;
    private static final int RECORDERS_AT_ONCE = 8;
    private static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25 ";

    private static final String SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000 ";

    @TempDir
    Path directory;

    /** A recording that was killed, and how many pictures had been sent when it was. */
    private record Killed(Path file, long sent, String moment) {}

    @ParameterizedTest(name = "{0} moments, {2}")
    @CsvSource({
        "30, 20260101, libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -b:v 800k, libopus, mkv",
        "20, 20260102, libx264 -preset veryfast -bf 3 -b_strategy 0 -g 25 -pix_fmt yuv420p -b:v 800k, aac, mp4",
    })
    void killedAtAnyMoment(int moments, long seed, String video, String audio, String container) throws Exception {
        Path source = directory.resolve("source." + container);
        Street.ffmpeg(directory, PICTURE + SOUND + "-t 90 -c:v " + video + " -c:a " + audio + " " + source);
        List<String> pictures = Street.frameHashes(source, "v");
        try (var fan = new Fan();
                Visitor sender = push(source, fan)) {
            String sdp = sdp(sender);
            var random = new Random(seed);
            var tasks = new ArrayList<Callable<Killed>>();
            for (int i = 0; i < moments; i++) {
                int number = i;
                // 1.2 to 4 s after the first picture is in the file; each second has some hundred packets.
                double seconds = 1.2 + 2.8 * random.nextDouble();
                tasks.add(() -> recordAndKill(fan, sdp, number, seconds, seed));
            }
            List<Killed> killed = all(tasks);
            assertTrue(sender.isRunning(), sender::story);
            killed.forEach(one -> checkUnrepaired(one, pictures));
            repair(killed);
            killed.forEach(KilledRecordingTest::checkRepaired);
        }
    }

    private Visitor push(Path source, Fan fan) {
        return Street.startFfmpeg(
                directory,
                "-re -i " + source + " -map 0:v -c copy -f rtp rtp://127.0.0.1:" + fan.port
                        + " -map 0:a -c copy -f rtp rtp://127.0.0.1:" + (fan.port + 2) + " -sdp_file "
                        + directory.resolve("push.sdp"));
    }

    private String sdp(Visitor sender) throws Exception {
        return Files.readString(Street.awaitFile(directory.resolve("push.sdp"), "m=audio", sender));
    }

    private Killed recordAndKill(Fan fan, String sdp, int number, double seconds, long seed) throws Exception {
        int port = Street.freePorts(4);
        Path description = directory.resolve("r" + number + ".sdp");
        Files.writeString(
                description,
                sdp.replace("m=video " + fan.port, "m=video " + port)
                        .replace("m=audio " + (fan.port + 2), "m=audio " + (port + 2)));
        Path file = directory.resolve("killed" + number + ".mp4");
        fan.add(port);
        try (Visitor recorder = Street.mediatool(directory, "record", description.toString(), "-o", file.toString())) {
            recorder.awaitLine("recording to", Street.SOON);
            long first = fan.pictures();
            fan.awaitPictures(first + (long) (seconds * FPS));
            fan.awaitPackets(number % 3);
            long sent = fan.pictures();
            recorder.kill();
            recorder.awaitExit(Street.SOON);
            String moment = String.format("seed %d, kill %d, %.3f s after the first picture", seed, number, seconds);
            return new Killed(file, sent, moment);
        } finally {
            fan.remove(port);
        }
    }

    private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(RECORDERS_AT_ONCE);
        try {
            var results = new ArrayList<T>();
            for (Future<T> future : pool.invokeAll(tasks)) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    /** As it lies there: both tracks are found, everything in the file decodes, and nothing of what was sent is missing but the last second. */
    private static void checkUnrepaired(Killed one, List<String> pictures) {
        Visitor reader = Visitor.run(
                one.file().getParent(),
                Street.SOON,
                Street.words("ffmpeg -nostdin -v error -i " + one.file()
                        + " -map 0:v -map 0:a -f null - -map 0:v -c copy -f framemd5 -"));
        List<String> kept = reader.out()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(",")[5].strip())
                .toList();
        assertFalse(kept.isEmpty(), one::moment);
        int first = pictures.indexOf(kept.get(0));
        assertTrue(first >= 0, one::moment);
        assertEquals(pictures.subList(first, first + kept.size()), kept, one::moment);
        long complaints = reader.story()
                .lines()
                .skip(1)
                .filter(line -> line.startsWith("  ["))
                .count();
        assertEquals(0, complaints, () -> one.moment() + reader.story());
        long lost = one.sent() - (first + kept.size());
        assertTrue(lost <= FPS + 1, () -> one.moment() + ": " + lost + " pictures lost of " + one.sent());
    }

    private void repair(List<Killed> killed) {
        var command = new ArrayList<String>(List.of("repair"));
        killed.forEach(one -> command.add(one.file().toString()));
        try (Visitor repair = Street.mediatool(directory, command.toArray(String[]::new))) {
            assertEquals(0, repair.awaitExit(Duration.ofSeconds(60)), repair::story);
        }
    }

    /** Ordinary: silent in FFprobe, with one index at its end or front and as long as before. */
    private static void checkRepaired(Killed one) {
        Visitor probe = Visitor.run(
                one.file().getParent(),
                Street.SOON,
                Street.words("ffprobe -v error -count_packets -show_entries stream=codec_type,nb_frames,nb_read_packets"
                        + " -of csv=p=0 " + one.file()));
        List<String> streams = probe.story().lines().skip(1).map(String::strip).toList();
        assertEquals(2, streams.size(), () -> one.moment() + probe.story());
        for (String stream : streams) {
            String[] fields = stream.split(",");
            // The ordinary index (nb_frames) knows every frame that reading finds.
            assertEquals(fields[1], fields[2], () -> one.moment() + probe.story());
        }
    }
}
