package io.mediatool.cli.street.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.Samples;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.mediatool.cli.street.browser.Relay.Weather;
import io.mediatool.cli.street.servers.ForeignServer.Stack;
import io.mediatool.core.codec.MediaKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to a server of another stack is no more, or was never there: what is told by PATCH finds another one, or another session does. */
@Tag("street")
final class MovedPathTest {
    private static final int FPS = 25;
    private static final int OPUS_FRAMES_A_SECOND = 50;
    /** Until there are media: checks, and the second that the server waits for what is missing. */
    private static final double TO_BEGIN_SECONDS = 3;

    private static final long SEED = Long.getLong("street.seed", 20_261_124);

    @TempDir
    static Path sources;

    private static Path source;

    @TempDir
    Path directory;

    @BeforeAll
    static void encode() {
        source = sources.resolve("source.mp4");
        Street.ffmpeg(
                sources,
                "-f lavfi -i testsrc2=size=320x240:rate=25 -f lavfi -i anoisesrc=amplitude=0.3:seed=7:sample_rate=48000"
                        + " -t 90 -c:v libx264 -preset ultrafast -bf 0 -g 25 -pix_fmt yuv420p -c:a libopus -ac 2 "
                        + source);
    }

    private Path file() {
        return directory.resolve("recorded.mp4");
    }

    private Visitor record(RelayedDoor door, ForeignServer server) {
        return Street.mediatool(
                directory, "record", server.whep(door.port(), "cam"), "-o", file().toString(), "--timeout", "40s");
    }

    private Visitor play(RelayedDoor door, ForeignServer server) {
        return Street.mediatool(directory, "play", source.toString(), server.whip(door.port(), "cam"));
    }

    private static void assertEnded(Visitor program) {
        program.interrupt();
        assertEquals(0, program.awaitExit(Street.SOON), program::story);
    }

    /** At least that many bytes more than there were. */
    private void awaitGrowth(Visitor recording) throws Exception {
        long more = Files.exists(file()) ? Files.size(file()) + 200_000 : 200_000;
        long endNs = System.nanoTime() + Street.SOON.toNanos();
        while (!Files.exists(file()) || Files.size(file()) < more) {
            assertTrue(recording.isRunning() && System.nanoTime() < endNs, recording::story);
            LockSupport.parkNanos(50_000_000L);
        }
    }

    /**
     * One file, in which nothing is missing but what was sent while there was no way. Some of that may be there: the server asks for what
     * it has not got, and Pion takes what is up to 64 packets old.
     */
    private void assertOneHole(long movedNs, long backNs, String story) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    List.of("recorded.mp4"),
                    files.map(each -> each.getFileName().toString())
                            .filter(name -> name.endsWith(".mp4"))
                            .toList());
        }
        double seconds = (backNs - movedNs) / 1e9 + TO_BEGIN_SECONDS;
        for (MediaKind kind : MediaKind.values()) {
            List<String> all = Samples.of(source).get(kind);
            List<String> came = Samples.of(file()).get(kind);
            int rate = kind == MediaKind.VIDEO ? FPS : OPUS_FRAMES_A_SECOND;
            List<Integer> at = new ArrayList<>();
            for (int i = 1; i < came.size(); i++) {
                if (all.indexOf(came.get(i)) != all.indexOf(came.get(i - 1)) + 1) {
                    at.add(i);
                }
            }
            String told = kind + " at " + at + " of " + came.size() + "\n" + story;
            assertFalse(at.isEmpty(), told);
            int first = at.get(0);
            int last = at.get(at.size() - 1);
            assertTrue(first > rate && came.size() - last > rate, told);
            int missed = all.indexOf(came.get(last)) - all.indexOf(came.get(first - 1));
            assertTrue(missed > rate && missed < seconds * rate, missed + " in " + seconds + " s, " + told);
        }
    }

    @Test
    void iceIsRestartedWhereTheServerDoesThat() throws Exception {
        try (ForeignServer server = Stack.PION.start(directory, "restarts");
                var door = new RelayedDoor(server.http(), SEED);
                Visitor recording = record(door, server);
                Visitor playing = play(door, server)) {
            awaitGrowth(recording);
            long movedNs = System.nanoTime();
            door.move();
            server.awaitLine("^cam viewer restarted");
            server.awaitLine("^cam publisher restarted");
            long backNs = System.nanoTime();
            awaitGrowth(recording);
            assertEnded(recording);
            assertEnded(playing);
            String story = server.story() + "\n" + playing.story() + "\n" + recording.story();
            assertFalse(story.contains("asking for another session"), story);
            assertOneHole(movedNs, backNs, story);
        }
    }

    /** As MediaMTX, whose answer to a restart is 204. */
    @Test
    void anotherSessionIsBegunWhereItDoesNot() throws Exception {
        try (ForeignServer server = Stack.PION.start(directory);
                var door = new RelayedDoor(server.http(), SEED);
                Visitor recording = record(door, server);
                Visitor playing = play(door, server)) {
            awaitGrowth(recording);
            long movedNs = System.nanoTime();
            door.move();
            playing.awaitLine("publishing to .* again");
            recording.awaitLine("watching .* again");
            long backNs = System.nanoTime();
            awaitGrowth(recording);
            assertEnded(recording);
            assertEnded(playing);
            String story = server.story() + "\n" + playing.story() + "\n" + recording.story();
            assertFalse(story.contains("restarted"), story);
            assertOneHole(movedNs, backNs, story);
        }
    }

    /** Nobody is where the server's answers say it is: it has to come to us, and is told where that is, as its own STUN server sees it. */
    @Test
    void aServerThatCannotBeReachedIsToldWhereWeAre() throws Exception {
        try (ForeignServer server = Stack.PION.start(directory);
                var door = new RelayedDoor(server.http(), SEED)) {
            door.weather(new Weather(1, 0, 0));
            try (Visitor recording = record(door, server);
                    Visitor playing = play(door, server)) {
                server.awaitLine("^cam trickled .* typ srflx");
                awaitGrowth(recording);
                assertEnded(recording);
                assertEnded(playing);
                assertEquals(0, door.passed(), server.story());
                for (MediaKind kind : MediaKind.values()) {
                    List<String> all = Samples.of(source).get(kind);
                    List<String> came = Samples.of(file()).get(kind);
                    int first = all.indexOf(came.get(0));
                    assertEquals(all.subList(first, first + came.size()), came, kind::label);
                }
            }
        }
    }
}
