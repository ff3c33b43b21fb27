package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.FlashAndBeep;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.core.codec.MediaKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What Chromium publishes through losses while others watch is recorded to the last frame, byte by byte what has left its encoder, and
 * what is played of that is seen by Chromium and by GStreamer: the same pictures, and no halt where it begins anew.
 */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class RecordedTest {
    private static final int SECONDS = Integer.getInteger("street.seconds", 5);
    private static final double LOSS = Double.parseDouble(System.getProperty("street.loss", "0.05"));
    private static final long SEED = Long.getLong("street.seed", 20_261_123);
    private static final int FPS = 30;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final double LATE_MS = 250;
    /** By how much at most a track is bent to what sender reports say, which of a browser on a busy machine is not much worth. */
    private static final double BENT = 0.005;
    /** Picture and sound lie to each other, and pictures in their time, to so many seconds. */
    private static final double IN_STEP = 0.02;

    private static final int EXACT = 2;

    private static final double VIDEO_RATE = 90_000;
    private static final int MOST_LOST = 2;
    /** Of sound that has left the encoder the last packets may have stayed in the pacer. */
    private static final int UNSENT = 10;

    @TempDir
    Path directory;

    @Test
    void isWholeAndIsPlayed() throws Exception {
        Path media = Files.createDirectory(directory.resolve("media"));
        try (var serve = new Serve(directory, List.of("--media", media.toString())); // libnice needs every interface
                var relay = new Relay(serve.udp, SEED);
                var chromium = new Chromium(directory)) {
            serve.send("POST", "rooms/stage/recordings", "{\"file\": \"{stream}\"}");
            Path file = publish(serve, relay, chromium, media.resolve("cam.mp4"));
            playBack(serve, chromium, file);
            chromium.assertNoComplaints();
        }
    }

    private Path publish(Serve serve, Relay relay, Chromium chromium, Path file) throws IOException {
        String script = relay.script();
        Page publisher = chromium.open(serve.page("testcard.js"), Serve.resource("publisher.js") + script);
        publisher.evaluate("publisher.start('/whip/stage/cam')");
        publisher.await("publisher.state() === 'connected'", "publishing");
        relay.weather(new Relay.Weather(LOSS, Duration.ofMillis(20).toNanos(), 0));
        List<Page> viewers = List.of(
                chromium.open(serve.room("stage"), Serve.reader() + script),
                chromium.open(serve.room("stage"), Serve.reader() + script));
        for (Page viewer : viewers) {
            viewer.await(
                    "reader.report('.tile video').pictures > " + SECONDS * FPS / 2,
                    "watched",
                    Duration.ofSeconds(3L * SECONDS + 10));
        }
        publisher.await("publisher.pictures() > " + SECONDS * FPS, "so many pictures", Duration.ofSeconds(SECONDS));
        double nacks = publisher.number("publisher.nacks()");
        assertTrue(nacks > SECONDS || LOSS == 0, "asked for again: " + nacks);
        publisher.evaluate("publisher.still()");
        double nowMs = publisher.number("performance.now()");
        publisher.await("performance.now() > " + (nowMs + 250), "what is lost has been sent again");
        List<Frame> pictures = Frame.parse(publisher.text("publisher.sent('video')"));
        List<Frame> sound = Frame.parse(publisher.text("publisher.sent('audio')"));
        publisher.evaluate("publisher.stop()");
        List.of(publisher, viewers.get(0), viewers.get(1)).forEach(Page::close);
        serve.awaitLine("recording file finished: cam.mp4");
        String story = "seed " + SEED + ", lost " + relay.lost() + "\n" + serve.story() + "\n"
                + Files.readString(file.resolveSibling("cam.json"));
        var beside = new JsonObject(Files.readString(file.resolveSibling("cam.json")));
        assertWhole(pictures, RecordedMedia.frames(file, MediaKind.VIDEO), video(beside), story);
        assertSound(sound, RecordedMedia.frames(file, MediaKind.AUDIO), story);
        assertInStep(file, story);
        assertLength(file, pictures, beside, story);
        return file;
    }

    /**
     * Every picture, as it was coded, at its time; but for those of which a packet never came, however often it was asked for: of
     * them the recorder itself must tell. Where the machine is not overloaded there are none.
     */
    private static void assertWhole(List<Frame> sent, List<Frame> recorded, JsonObject told, String story) {
        int at = 0;
        for (Frame frame : recorded) {
            while (at < sent.size() && !sent.get(at).hash().equals(frame.hash())) {
                at++;
            }
            assertTrue(at < sent.size(), () -> "at " + frame.time() + " is what was not sent, or not then\n" + story);
            double off = sent.get(at).since(sent.get(0)) - frame.since(recorded.get(0));
            double bent = BENT * frame.since(recorded.get(0)) / VIDEO_RATE;
            assertEquals(0, off / VIDEO_RATE, IN_STEP + bent, () -> "at " + frame.time() + "\n" + story);
            at++;
        }
        int lost = told.getInteger("packetsLost");
        assertTrue(sent.size() - recorded.size() <= lost, story);
        assertTrue(lost <= MOST_LOST, story);
        assertEquals(sent.get(0).hash(), recorded.get(0).hash(), story);
        assertEquals(
                sent.get(sent.size() - 1).hash(),
                recorded.get(recorded.size() - 1).hash(),
                story);
    }

    /** Lost sound is not sent again, and where a browser cannot keep up it has no time; what came is there, once, in its order. */
    private static void assertSound(List<Frame> sent, List<Frame> recorded, String story) {
        int at = 0;
        int found = 0;
        for (Frame frame : recorded) {
            int next = at;
            while (next < sent.size() && !sent.get(next).hash().equals(frame.hash())) {
                next++;
            }
            if (next < sent.size()) { // else it was sent after the log was read
                at = next + 1;
                found++;
            }
        }
        assertTrue(recorded.size() - found < UNSENT, () -> "sound of others, or out of order\n" + story);
        assertTrue(recorded.size() > sent.size() * (1 - 2 * LOSS) - UNSENT, sent.size() + " sent\n" + story);
    }

    /** A busy machine captures the odd flash long after it was drawn, or makes no sound for a while: some must be exact. */
    private static void assertInStep(Path file, String story) {
        List<Double> offsets = FlashAndBeep.offsets(file);
        long exact =
                offsets.stream().filter(offset -> Math.abs(offset) <= IN_STEP).count();
        assertTrue(exact >= EXACT, () -> "picture against sound: " + offsets + "\n" + story);
    }

    private static void assertLength(Path file, List<Frame> pictures, JsonObject beside, String story) {
        double sent = pictures.get(pictures.size() - 1).since(pictures.get(0)) / VIDEO_RATE + 1.0 / FPS;
        assertEquals(sent, video(beside).getDouble("durationSeconds"), IN_STEP + BENT * sent, story);
        assertEquals(Street.duration(file), beside.getDouble("durationSeconds"), IN_STEP, story);
    }

    private static JsonObject video(JsonObject beside) {
        return beside.getJsonArray("tracks").stream()
                .map(JsonObject.class::cast)
                .filter(track -> track.getString("id").startsWith("video"))
                .findFirst()
                .orElseThrow();
    }

    private void playBack(Serve serve, Chromium chromium, Path file) throws Exception {
        List<Integer> numbers = RecordedMedia.numbers(file, WIDTH, HEIGHT);
        assertEquals(RecordedMedia.frames(file, MediaKind.VIDEO).size(), numbers.size(), "all can be decoded");
        assertEquals(numbers.stream().filter(number -> number > 0).sorted().toList(), numbers, "readable, in order");
        serve.send("POST", "rooms/again/players", "{\"file\": \"cam.mp4\", \"loop\": true}");
        Path script = directory.resolve("gstreamer-peer.py");
        Files.writeString(script, Serve.resource("gstreamer-peer.py"));
        try (Visitor gstreamer = Visitor.start(
                directory, "/usr/bin/python3", script.toString(), "watch", "VP8", serve.page("whep/again/cam"))) {
            Page viewer = chromium.open(serve.room("again"), Serve.reader());
            var viewing = new Viewing(viewer, "cam");
            viewing.awaitLive();
            viewing.startOver();
            // Round once, and on.
            viewer.await(
                    "reader.report('.tile video').backwards > 0 && reader.report('.tile video').last > "
                            + numbers.get(2 * FPS) + " && reader.report('.tile video').last < " + numbers.get(4 * FPS),
                    "seen from the beginning again",
                    Duration.ofSeconds(4L * SECONDS + 20));
            JsonObject seen = viewing.report();
            String story = seen.encode() + "\n" + viewing.received().encode();
            assertEquals(1, seen.getInteger("backwards"), story);
            assertEquals(0, viewing.received().getInteger("packetsLost"), story);
            double longestMs = 1e3 * longestStep(file);
            assertTrue(seen.getDouble("longestGapMs") < longestMs + LATE_MS, () -> longestMs + " ms in the file\n" + story);
            assertTrue(seen.getDouble("heldMs") < LATE_MS, story);
            gstreamer.type("");
            gstreamer.awaitExit(Street.SOON);
            assertSameAgain(numbers, gstreamer);
        }
    }

    /** The longest that a picture stands in the file, the last one until the sound has ended and the first comes again; in seconds. */
    private static double longestStep(Path file) throws IOException {
        List<Frame> pictures = RecordedMedia.frames(file, MediaKind.VIDEO);
        double longest = Street.duration(file)
                - pictures.get(pictures.size() - 1).since(pictures.get(0)) / VIDEO_RATE;
        for (int i = 1; i < pictures.size(); i++) {
            longest = Math.max(longest, pictures.get(i).since(pictures.get(i - 1)) / VIDEO_RATE);
        }
        return longest;
    }

    /** Each picture of the file in its order, and after the last one the first. */
    private static void assertSameAgain(List<Integer> numbers, Visitor viewer) {
        List<String> seen = viewer.out()
                .lines()
                .filter(line -> line.startsWith("picture "))
                .map(line -> line.split(" ")[1])
                .toList();
        int at = numbers.indexOf(Integer.valueOf(seen.get(0)));
        for (String number : seen) {
            assertEquals(String.valueOf(numbers.get(at)), number, () -> "of " + numbers + "\n" + viewer.story());
            at = (at + 1) % numbers.size();
        }
        assertTrue(
                seen.contains(String.valueOf(numbers.get(numbers.size() - 1)))
                        && seen.contains(String.valueOf(numbers.get(0))),
                viewer.story());
    }
}
