package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.FlashAndBeep;
import io.mediatool.cli.street.Pace;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.Delivery.Published;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.core.codec.MediaKind;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What Chromium publishes while two others watch is recorded: every frame whose packets all came to the server, the first time or when sent
 * again, once and in order, as long as its RTP timestamps say, and sound to picture as Chromium's own sender reports say, in what is seen and
 * heard, too. Played in a loop it is the same pictures to others. {@code -Dstreet.seconds=30} for the long proof.
 */
@Tag("street")
@Isolated("a browser needs the machine")
final class RecordedTest {
    private static final int DEFAULT_SECONDS = 10;
    private static final int SECONDS = Integer.getInteger("street.seconds", DEFAULT_SECONDS);
    private static final long SEED = Long.getLong("street.seed", 20_261_123);
    private static final int FPS = 30;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final Relay.Weather FINE = new Relay.Weather(0, 0, 0);
    private static final Relay.Weather BAD =
            new Relay.Weather(0.05, Duration.ofMillis(20).toNanos(), 0);
    private static final double IN_STEP_MS = 20;
    /** A sender that gets no time writes its reports late, and the recorder and the witness do not see the same ones: then so much more. */
    private static final double IN_STEP_BUSY_MS = 500;
    /** Of sound, which is not sent again, so much may be lost where one packet in twenty is. */
    private static final double LOST_SOUND = 0.12;
    /** Of packets of pictures, on a machine that cannot keep up with sending again; without that it would be more than twice as many. */
    private static final double UNREPAIRED_BUSY = 0.02;
    /** Browsers on busy machines are slow, not wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(60 + 6L * SECONDS);

    @TempDir
    Path directory;

    private Track pictures = Track.NONE;
    private Track sound = Track.NONE;
    private Path captured = Path.of("");
    private int lost;
    private String story = "";
    private Pace.Kept pace = new Pace.Kept(0, 1, 0);

    @Test
    void holdsWhatCame() throws Exception {
        Path file = record(FINE);
        assertEquals(0, lost, story);
        assertEquals(pictures.departed().size(), pictures.delivered().size(), story);
        assertEquals(sound.departed().size(), sound.delivered().size(), story);
        assertLikePublished(file);
        tell(new PlayedLoop(directory, file, RecordedMedia.numbers(file, WIDTH, HEIGHT)).assertSameAgain());
    }

    @Test
    void holdsWhatCameThroughLosses() throws Exception {
        Path file = record(BAD);
        double unrepaired =
                pace.isSteady() ? 0 : UNREPAIRED_BUSY * pictures.departed().size();
        assertTrue(pictures.unrepaired() <= unrepaired, story);
        assertTrue(sound.missing().size() < LOST_SOUND * sound.sent().size(), story);
        assertLikePublished(file);
    }

    private Path record(Relay.Weather weather) throws Exception {
        long beganNs = Pace.begin();
        Path media = Files.createDirectory(directory.resolve("media"));
        Path file = media.resolve("cam.mp4");
        var delivery = new Delivery();
        try (var serve = new Serve(directory, List.of("--bind", "127.0.0.1", "--media", media.toString()));
                var relay = new Relay(serve.udp, SEED);
                var witness = new Witness(serve, "stage")) {
            relay.tell(delivery);
            serve.send("POST", "rooms/stage/recordings", "{\"file\": \"{stream}\"}");
            Published published;
            var chromium = new Chromium(directory, Delivery.flags());
            try (chromium) {
                published = publish(serve, relay, weather, chromium, delivery);
            }
            serve.awaitLine("recording file finished: cam.mp4");
            witness.awaitEnd();
            pace = Pace.since(beganNs);
            pictures = new Track(
                    90_000,
                    published.codedPictures(),
                    delivery.pictures(published, chromium.story()),
                    witness.pictures(),
                    RecordedMedia.frames(file, MediaKind.VIDEO),
                    witness.reportsOfPictures());
            sound = new Track(
                    48_000,
                    published.codedSound(),
                    delivery.sound(published),
                    witness.sounds(),
                    RecordedMedia.frames(file, MediaKind.AUDIO),
                    witness.reportsOfSound());
            lost = witness.lost();
            captured = witness.captured(directory.resolve("captured.mkv"), WIDTH, HEIGHT);
            story = story(relay) + "\n" + Files.readString(media.resolve("cam.json")) + serve.story();
        }
        return file;
    }

    private static Published publish(
            Serve serve, Relay relay, Relay.Weather weather, Chromium chromium, Delivery delivery) {
        String script = relay.script();
        Page publisher = chromium.open(serve.page("testcard.js"), Serve.resource("publisher.js") + script);
        publisher.allow("favicon.ico|404.*/whip/"); // the session may have ended with the connection
        publisher.evaluate("publisher.start('/whip/stage/cam')");
        publisher.await("publisher.state() === 'connected'", "publishing");
        relay.weather(weather);
        for (int viewer = 0; viewer < 2; viewer++) {
            chromium.open(serve.room("stage"), Serve.reader() + script)
                    .await("reader.report('.tile video').pictures > " + SECONDS, "watched", PATIENCE);
        }
        publisher.await("publisher.pictures() > " + SECONDS * FPS, "so many pictures", PATIENCE);
        publisher.evaluate("publisher.rest()");
        delivery.awaitQuiet();
        serve.get("sessions"); // a turn of the server's loop later all that came has been read
        JsonObject ssrcs = publisher.object("publisher.sources()");
        publisher.evaluate("publisher.stop()");
        var published = new Published(
                ssrcs.getLong("pictures").intValue(),
                ssrcs.getLong("again").intValue(),
                ssrcs.getLong("sound").intValue(),
                Frame.parse(publisher.text("publisher.sent('video')")),
                Frame.parse(publisher.text("publisher.sent('audio')")));
        chromium.assertNoComplaints();
        return published;
    }

    private void assertLikePublished(Path file) throws Exception {
        for (Track track : List.of(pictures, sound)) {
            assertTrue(track.sent().size() > SECONDS, story);
            assertTrue(!track.reports().isEmpty(), story);
            track.assertComplete(story);
            assertEquals(0, track.movedMs(), IN_STEP_MS + track.uncertainMs(), () -> "distances in time\n" + story);
        }
        List<Integer> numbers = RecordedMedia.numbers(file, WIDTH, HEIGHT);
        assertEquals(pictures.recorded().size(), numbers.size(), "all can be decoded");
        List<Integer> readable = numbers.stream().filter(number -> number > 0).toList();
        assertEquals(readable.stream().sorted().toList(), readable, () -> "in order\n" + story);
        // What follows a picture that never came is not readable until a key frame.
        int before = pictures.untilFirstMissing();
        assertEquals(numbers.subList(0, before), readable.subList(0, before), () -> "readable\n" + story);
        double toleranceMs = pace.isSteady() ? IN_STEP_MS : IN_STEP_BUSY_MS;
        assertEquals(0, apartMs(), toleranceMs, () -> "sound to picture, " + pace + "\n" + story);
        assertLikeCaptured(file, toleranceMs);
        double lengthMs = Math.max(pictures.endMs(), sound.endMs());
        assertEquals(lengthMs, 1e3 * Street.duration(file), IN_STEP_MS, () -> "length\n" + story);
    }

    /**
     * Decoded, each flash lies to its beep as in what was forwarded, put at the times of capture that the publisher's reports tell. How
     * far apart Chromium captures what its page makes at one time is in both, and no part of this. Opus's look-ahead of 6.5 ms is: a file
     * has each packet of sound at its own time, which is that of what went into the encoder.
     */
    private void assertLikeCaptured(Path file, double toleranceMs) {
        List<Double> wanted = FlashAndBeep.offsets(captured);
        List<Double> offsets = FlashAndBeep.offsets(file);
        String each = "flashes after beeps by seconds: as captured " + wanted + ", recorded " + offsets;
        tell(each);
        assertTrue(wanted.size() > SECONDS / 2, () -> each + "\n" + story);
        assertEquals(wanted.size(), offsets.size(), () -> each + "\n" + story);
        for (int i = 0; i < wanted.size(); i++) {
            assertEquals(1e3 * wanted.get(i), 1e3 * offsets.get(i), toleranceMs, () -> each + "\n" + story);
        }
    }

    /** By how much sound comes too late against the picture, by reports of both. */
    private double apartMs() {
        return sound.lateMs(pictures.firstReport()) - pictures.lateMs(pictures.firstReport());
    }

    private String story(Relay relay) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        String told = "load " + load + ", seed " + SEED + ", lost " + relay.lost() + " of "
                + (relay.lost() + relay.passed()) + " datagrams, " + lost + " packets for good; pictures " + pictures
                + "; sound " + sound + "; sound is later by " + apartMs() + " ms";
        tell(told);
        return told;
    }

    /** What a run by hand has shown. */
    private static void tell(String told) {
        if (SECONDS != DEFAULT_SECONDS) {
            System.out.println(told);
        }
    }
}
