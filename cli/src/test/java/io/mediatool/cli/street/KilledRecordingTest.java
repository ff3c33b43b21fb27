package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} at random moments: the file plays as it lies there, {@code repair} makes it ordinary, and no more than
 * a second is lost. Many recorders hear the same push; the moment is a number of packets drawn by a seed.
 */
@Tag("street")
@Isolated("runs six recorders at once")
final class KilledRecordingTest {
    private static final int FPS = 25;
    private static final int RECORDERS_AT_ONCE = 6;
    private static final int TEARS = 20;
    /** Of the kernel's memory, which counts at least 2 kB for each packet. */
    private static final int FEW_PICTURES_BYTES = 48_000;
    /** A recorder that gets no time writes late: for so long before it is killed the machine must have kept pace to be held to a second. */
    private static final long PACED_NS = 3_000_000_000L;

    private static final double MOST_LOST = 1.0;
    private static final double MOST_LOST_BUSY = 2.0;

    @TempDir
    Path directory;

    /** A recording that was killed, and what had been sent when it was. */
    private record Killed(Path file, Fan.Sent sent, boolean aligned, Pace.Kept pace, String moment) {}

    @ParameterizedTest(name = "{0} moments, {2}")
    @CsvSource({
        "30, 20260101, libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -b:v 800k, libopus, mkv",
        "20, 20260102, libx264 -preset veryfast -bf 3 -b_strategy 0 -g 25 -pix_fmt yuv420p -b:v 800k, aac, mp4",
    })
    void killedAtAnyMoment(int moments, long seed, String video, String audio, String container) throws Exception {
        Path source = directory.resolve("source." + container);
        Street.ffmpeg(
                directory,
                Clips.PICTURE + " " + Clips.SOUND + " -t 120 -c:v " + video + " -c:a " + audio + " " + source);
        List<CodedFrames> sent = CodedFrames.ofBoth(source);
        // FFmpeg lets each output begin with decoding time 0: B-frames put the picture behind by their delay, and the
        // sound is behind by AAC's first frame, which an edit list hides.
        double delay = Street.decodingTimes(source, "a").get(0)
                - Street.decodingTimes(source, "v").get(0);
        try (var fan = audio.equals("aac") ? new Fan(Fan::framesOfAac) : new Fan();
                Visitor sender = push(source, fan)) {
            String sdp = sdp(sender);
            var random = new Random(seed);
            var tasks = new ArrayList<Callable<Killed>>();
            for (int i = 0; i < moments; i++) {
                int number = i;
                // Long enough that to some a sender report comes, sent every 5 s.
                double seconds = 3.6 * random.nextDouble();
                tasks.add(() -> recordAndKill(fan, sdp, number, seconds, seed));
            }
            List<Killed> killed = all(tasks);
            assertTrue(sender.isRunning(), sender::story);
            var kept = new ArrayList<List<CodedFrames>>();
            killed.forEach(one -> kept.add(checkUnrepaired(one, sent)));
            List<Path> torn = tear(killed.get(0).file(), new Random(seed));
            repair(Stream.concat(killed.stream().map(Killed::file), torn.stream())
                    .toList());
            for (int i = 0; i < moments; i++) {
                checkRepaired(killed.get(i), kept.get(i), sent, delay);
            }
            checkTorn(torn, kept.get(0));
            assertTrue(killed.stream().filter(Killed::aligned).count() >= moments / 10, "sender reports came");
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
        Files.writeString(description, fan.described(sdp, port));
        Path file = directory.resolve("killed" + number + ".mp4");
        fan.add(port);
        try (Visitor recorder = Street.mediatool(directory, "record", description.toString(), "-o", file.toString())) {
            recorder.awaitLine("recording to");
            long listeningNs = Pace.begin();
            fan.awaitPictures(fan.pictures() + (long) (seconds * FPS));
            awaitKeepingUp(fan, port);
            fan.awaitPackets(number % 3);
            Fan.Sent sent = fan.sent();
            recorder.kill();
            recorder.awaitExit(Street.SOON);
            boolean aligned = fan.hasReported(listeningNs, sent.atNs() - TimeUnit.SECONDS.toNanos(1));
            String moment = String.format("seed %d, kill %d, %.3f s after the file was begun", seed, number, seconds);
            return new Killed(file, sent, aligned, Pace.since(sent.atNs() - PACED_NS), moment);
        } finally {
            fan.remove(port);
        }
    }

    /**
     * Waits until a recorder has read its sockets for a second: on a busy machine much can lie there that for a program has
     * not arrived yet.
     */
    private static void awaitKeepingUp(Fan fan, int port) throws InterruptedException {
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        for (int kept = 0; kept < FPS; ) {
            fan.awaitPictures(fan.pictures() + 1);
            boolean behind = Street.unreadBytes(port) + Street.unreadBytes(port + 2) > FEW_PICTURES_BYTES;
            kept = behind ? 0 : kept + 1;
            assertTrue(System.nanoTime() < endNs, "the machine is too busy for recorders to keep up");
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

    /**
     * As it lies there: everything in the file decodes, and of what had arrived nothing is missing but the last second: of what was
     * sent, less than could be read from the sockets.
     */
    private static List<CodedFrames> checkUnrepaired(Killed one, List<CodedFrames> sent) {
        Visitor reader = Visitor.run(
                one.file().getParent(),
                Street.SOON,
                Street.words("ffmpeg -nostdin -v error -i " + one.file()
                        + " -map 0:v -map 0:a -f null - -map 0:v -map 0:a -c copy -copyts -f framemd5 -"));
        long complaints = reader.story()
                .lines()
                .skip(1)
                .filter(line -> line.startsWith("  ["))
                .count();
        assertEquals(0, complaints, () -> one.moment() + reader.story());
        List<CodedFrames> kept = CodedFrames.parse(reader.out());
        assertLostAtMostASecond(one, sent.get(0), kept.get(0), one.sent().pictures(), "pictures");
        assertLostAtMostASecond(one, sent.get(1), kept.get(1), one.sent().sounds(), "sounds");
        return kept;
    }

    /** A run of the source's frames without a hole, that ends at most a second of media before what was sent does. */
    private static void assertLostAtMostASecond(
            Killed one, CodedFrames source, CodedFrames kept, long sent, String what) {
        int first = kept.placeIn(source);
        assertTrue(first >= 0, () -> one.moment() + ": " + what + " are not as they were");
        int end = first + kept.count();
        List<Double> shown = source.times().stream().sorted().toList();
        double lost = end >= sent ? 0 : shown.get((int) sent - 1) - shown.get(end - 1);
        assertTrue(
                lost <= (one.pace().isSteady() ? MOST_LOST : MOST_LOST_BUSY),
                () -> one.moment() + ": " + lost + " s of " + what + " lost, " + end + " of " + sent + " are there; "
                        + one.pace());
    }

    private void repair(List<Path> files) {
        var command = new ArrayList<String>(List.of("repair"));
        files.forEach(file -> command.add(file.toString()));
        try (Visitor repair = Street.mediatool(directory, command.toArray(String[]::new))) {
            repair.assertExit(0);
        }
    }

    /** Ordinary: silent in FFprobe, with an index that knows every frame, and the very frames of before, at the source's times. */
    private static void checkRepaired(Killed one, List<CodedFrames> before, List<CodedFrames> sent, double delay) {
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
        List<CodedFrames> repaired = CodedFrames.ofBoth(one.file());
        double[] shift = new double[2];
        for (int track = 0; track < 2; track++) {
            CodedFrames frames = repaired.get(track);
            assertEquals(before.get(track).hashes(), frames.hashes(), one::moment);
            CodedFrames source = sent.get(track);
            int first = frames.placeIn(source);
            shift[track] = frames.times().get(0) - source.times().get(first);
            for (int i = 0; i < frames.count(); i++) {
                double moved = frames.times().get(i) - source.times().get(first + i);
                assertEquals(shift[track], moved, 0.002, one.moment() + ", track " + track + ", frame " + i);
            }
        }
        // Without sender reports arrival tells: when recorders, six of which start at once, find the time to read.
        assertEquals(delay, shift[0] - shift[1], one.aligned() ? 0.02 : 1.0, () -> one.moment() + ": picture to sound");
    }

    /** Copies of a recording whose last fragment ends at bytes drawn by a seed, its first and its last among them. */
    private static List<Path> tear(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int last = 0;
        int at = 0;
        while (at + 8 <= bytes.length) {
            ByteBuffer box = ByteBuffer.wrap(bytes, at, bytes.length - at);
            int size = box.getInt();
            if (box.getInt() == 0x6d6f6f66) { // moof
                last = at;
            }
            at += Math.max(8, size);
        }
        assertTrue(last > 0, "a recording of fragments");
        var torn = new ArrayList<Path>();
        for (int i = 0; i < TEARS; i++) {
            int end = i == 0 ? last : i == 1 ? bytes.length - 1 : last + 1 + random.nextInt(bytes.length - last - 1);
            torn.add(Files.write(file.resolveSibling("torn" + i + ".mp4"), Arrays.copyOf(bytes, end)));
        }
        return torn;
    }

    /** Each holds all that stands before the last fragment, and of that one a part without a hole. */
    private static void checkTorn(List<Path> torn, List<CodedFrames> whole) {
        List<CodedFrames> least = CodedFrames.ofBoth(torn.get(0));
        for (Path file : torn) {
            List<CodedFrames> left = CodedFrames.ofBoth(file);
            for (int track = 0; track < 2; track++) {
                assertEquals(0, left.get(track).placeIn(whole.get(track)), file::toString);
                assertTrue(left.get(track).count() >= least.get(track).count(), file::toString);
            }
        }
    }
}
