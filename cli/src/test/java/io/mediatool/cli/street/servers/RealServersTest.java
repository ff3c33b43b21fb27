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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is played, or pushed and ingested, to a WHIP server of another stack is recorded by WHEP from there: from the recorder's first key frame
 * on every coded frame, byte for byte.
 */
@Tag("street")
final class RealServersTest {
    private static final int FPS = 25;
    private static final int SECONDS = 10;
    private static final int LOSSY_SECONDS = 8;
    /** In which Janus' first report comes and is answered, and the recorder goes on, also when the machine is busy. */
    private static final int UNREPAIRED_SECONDS = 4;

    private static final String PICTURE = " -f lavfi -i testsrc2=size=320x240:rate=" + FPS;
    /** Noise: no two of its frames are alike. */
    private static final String SOUND = " -f lavfi -i anoisesrc=amplitude=0.3:seed=7:sample_rate=48000";

    private static final String GROUPS = " -g " + FPS + " -pix_fmt yuv420p";
    private static final String OPUS = " -c:a libopus -ac 2";
    /** FFmpeg's own packets are larger than Pion takes. */
    private static final String SMALL = "?pkt_size=1200";

    /** Of what it cannot miss, having asked for it before it was there: once a second, and a key frame has to come. */
    private static final int LEAST_SECONDS = 1;

    private static final long SEED = Long.getLong("street.seed", 20_261_123);
    private static final Weather BAD = new Weather(0.05, Duration.ofMillis(10).toNanos(), 0);

    @TempDir
    static Path sources;

    private static Path h264;
    private static Path longer;

    @TempDir
    Path directory;

    @BeforeAll
    static void encode() {
        h264 = encode("h264.mp4", SECONDS);
        longer = encode("longer.mp4", 4 * SECONDS);
    }

    private static Path encode(String name, int seconds) {
        Path file = sources.resolve(name);
        Street.ffmpeg(
                sources,
                PICTURE + SOUND + " -t " + seconds + " -c:v libx264 -preset ultrafast -bf 0" + GROUPS + OPUS + " "
                        + file);
        return file;
    }

    /** First FFmpeg's push of VP8, which ingest records beside; then that recording and a file of H.264 at the same time. */
    @ParameterizedTest
    @EnumSource
    void whatIsSentThereIsRecordedFromThere(Stack stack) throws Exception {
        Path vp8 = directory.resolve("vp8.mp4");
        int port = Street.freePorts(2);
        try (ForeignServer server = stack.start(directory)) {
            try (Visitor recording = record(server.whep("pushed"), "pushed", "--reconnect", "0s");
                    Visitor ingest = ingest(port, server.whip("pushed"), vp8);
                    Visitor push = push(port, SMALL)) {
                assertEnded(push, ingest, recording);
                assertFalse(ingest.story().contains("comes in packets of"), ingest::story);
                assertRunToTheEnd(vp8, recording, "pushed");
            }
            try (Visitor first = record(server.whep("first"), "first", "--reconnect", "0s");
                    Visitor second = record(server.whep("second"), "second", "--reconnect", "0s");
                    Visitor playing = play(h264, server.whip("first"));
                    Visitor besides = play(vp8, server.whip("second"))) {
                assertEnded(playing, first, besides, second);
                assertRunToTheEnd(h264, first, "first");
                assertRunToTheEnd(vp8, second, "second");
            }
        }
    }

    /** Pion reads 1460 bytes and throws away what is longer, of which only we can tell. */
    @Test
    void packetsThatAreTooLongForItAreTold() throws IOException {
        int port = Street.freePorts(4);
        try (ForeignServer server = Stack.PION.start(directory);
                Visitor ingest = ingest(port, server.whip("long"), directory.resolve("beside.mp4"));
                Visitor push = push(port, "")) {
            String line = ingest.awaitLine("comes in packets of");
            assertTrue(line.matches(".*: video0 comes in packets of 14[67]\\d bytes,.*pkt_size=1200.*"), line);
            assertEnded(push, ingest);
            assertEquals(1, ingest.story().split("comes in packets of", -1).length - 1, ingest::story);
        }
    }

    /** One datagram in twenty is lost each way, between the publisher and the server and between the server and the viewer. */
    @Test
    void lossesAreRepairedOnBothWays() throws Exception {
        try (ForeignServer server = Stack.PION.start(directory);
                var door = new RelayedDoor(server.http(), SEED)) {
            door.weather(BAD);
            try (Visitor recording =
                            record(server.whep(door.port(), "lossy"), "lossy", "--duration", LOSSY_SECONDS + "s");
                    Visitor playing = play(longer, server.whip(door.port(), "lossy"))) {
                assertRepaired(playing, recording, door, server);
            }
        }
    }

    /**
     * Janus keeps nothing to be sent again before it knows the round trip, which takes its first report, a second after the beginning, and ours
     * on that. It offers no NACK for sound, and what it asks publishers for is not asked for again: the losses are on the viewer's way.
     */
    @Test
    void janusRepairsPicturesOnceItKnowsTheRoundTrip() throws Exception {
        try (ForeignServer server = Stack.JANUS.start(directory);
                var door = new RelayedDoor(server.http(), SEED)) {
            door.weather(BAD);
            try (Visitor recording = record(server.whep(door.port(), "lossy"), "lossy", "--duration", "13s");
                    Visitor playing = play(longer, server.whip("lossy"))) {
                assertEnded(recording);
                playing.interrupt();
                assertEnded(playing);
                String story = door + "\n" + server.story() + "\n" + playing.story() + "\n" + recording.story();
                assertTrue(door.lost() > 50, story);
                String log = Files.readString(directory.resolve("janus/janus.log"));
                SortedSet<Integer> again = numbers(log, "Scheduling (\\d+) for retransmission");
                SortedSet<Integer> never = numbers(log, "Can't retransmit packet (\\d+), we don't have it");
                assertTrue(again.size() > 10, story);
                assertTrue(never.isEmpty() || never.last() < again.first(), () -> never + " and then " + again);
                for (MediaKind kind : MediaKind.values()) {
                    List<String> all = Samples.of(longer).get(kind);
                    List<Integer> came = places(Samples.of(file("lossy")).get(kind), all);
                    assertEquals(List.copyOf(new TreeSet<>(came)), came, () -> kind + "\n" + story);
                    int settled = came.get(0) + UNREPAIRED_SECONDS * FPS;
                    List<Integer> repaired =
                            came.stream().filter(place -> place >= settled).toList();
                    int last = came.get(came.size() - 1);
                    int expected = kind == MediaKind.VIDEO ? last + 1 - settled : (last + 1 - settled) * 4 / 5;
                    assertTrue(
                            repaired.size() >= expected && expected > 4 * FPS, () -> kind + " " + came + "\n" + story);
                }
            }
        }
    }

    private static SortedSet<Integer> numbers(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(each -> Integer.valueOf(each.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertRepaired(Visitor playing, Visitor recording, RelayedDoor door, ForeignServer server)
            throws Exception {
        assertEnded(recording);
        playing.interrupt();
        assertEnded(playing);
        String story = door + "\n" + server.story() + "\n" + playing.story() + "\n" + recording.story();
        assertTrue(door.lost() > 50, story);
        for (MediaKind kind : MediaKind.values()) {
            List<String> all = Samples.of(longer).get(kind);
            List<Integer> came = places(Samples.of(file("lossy")).get(kind), all);
            assertTrue(came.size() >= (LOSSY_SECONDS - LEAST_SECONDS) * FPS, story);
            List<Integer> expected = IntStream.range(0, came.size())
                    .mapToObj(i -> came.get(0) + i)
                    .toList();
            assertEquals(expected, came, () -> kind + "\n" + story);
        }
    }

    private Visitor play(Path file, String to, String... more) {
        var words = new ArrayList<>(List.of("play", file.toString(), to, "--json"));
        words.addAll(List.of(more));
        return Street.mediatool(directory, words.toArray(String[]::new));
    }

    /** Begun before anybody publishes: it asks again until somebody does. */
    private Visitor record(String from, String name, String... more) {
        var words = new ArrayList<>(List.of("record", from, "-o", file(name).toString(), "--timeout", "40s", "--json"));
        words.addAll(List.of(more));
        return Street.mediatool(directory, words.toArray(String[]::new));
    }

    private Path file(String name) {
        return directory.resolve(name + ".mp4");
    }

    private Visitor ingest(int port, String to, Path beside) {
        Visitor ingest = Street.mediatool(
                directory,
                "ingest",
                "rtp://127.0.0.1:" + port + "?codec=vp8&pt=96",
                "rtp://127.0.0.1:" + (port + 2) + "?codec=opus&pt=97",
                "--forward",
                to,
                "--record",
                beside.toString());
        ingest.awaitLine("listening on .* " + (port + 2), Street.SOON);
        return ingest;
    }

    private Visitor push(int port, String query) {
        String options = " -rtpflags send_bye -f rtp -payload_type ";
        return Visitor.start(
                directory,
                Street.words("ffmpeg -nostdin -v error -re" + PICTURE + " -re" + SOUND + " -t " + SECONDS
                        + " -map 0 -c:v libvpx -deadline realtime -cpu-used 8" + GROUPS + options
                        + "96 rtp://127.0.0.1:"
                        + port + query + " -t " + SECONDS + " -map 1" + OPUS + options + "97 rtp://127.0.0.1:"
                        + (port + 2) + query));
    }

    private static void assertEnded(Visitor... programs) {
        for (Visitor program : programs) {
            assertEquals(0, program.awaitExit(Street.SOON), program::story);
        }
    }

    /** All that was sent from some frame on, to the very last. */
    private void assertRunToTheEnd(Path sent, Visitor recording, String name) throws Exception {
        assertTrue(recording.story().contains("nothing lost"), recording::story);
        for (MediaKind kind : MediaKind.values()) {
            List<String> all = Samples.of(sent).get(kind);
            List<String> came = Samples.of(file(name)).get(kind);
            int least = all.size() * LEAST_SECONDS / SECONDS;
            int count = came == null ? 0 : came.size();
            assertTrue(count >= least, () -> kind + ": " + count + " of " + all.size() + recording.story());
            List<String> end = all.subList(Math.max(0, all.size() - came.size()), all.size());
            assertEquals(places(end, all), places(came, all), () -> kind + " " + recording.story());
        }
    }

    /** Where frames stand in a file; -1 for what it has not got. */
    private static List<Integer> places(List<String> frames, List<String> all) {
        return frames.stream().map(all::indexOf).toList();
    }
}
