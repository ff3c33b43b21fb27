package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.core.codec.MediaKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What Firefox publishes is recorded: each frame that leaves its encoders, picture and sound, once, in order, and as far from the others as
 * its RTP timestamp says.
 */
@Tag("street")
@Isolated("a browser needs the machine")
final class RecordedFirefoxTest {
    private static final int PICTURES = 90;
    private static final double IN_STEP_MS = 20;
    /** What is in the encoders' hands when the page closes its connection. */
    private static final int UNDER_WAY = 10;

    @TempDir
    Path directory;

    @Test
    void holdsEveryFrame() throws Exception {
        Path media = Files.createDirectory(directory.resolve("media"));
        Path file = media.resolve("cam.mp4");
        try (var serve = new Serve(directory, List.of("--media", media.toString()))) {
            serve.send("POST", "rooms/stage/recordings", "{\"file\": \"{stream}\"}");
            List<String> sent = publish(serve);
            serve.awaitLine("recording file finished: cam.mp4");
            String story = Files.readString(media.resolve("cam.json")) + serve.story();
            List<Frame> pictures = RecordedMedia.frames(file, MediaKind.VIDEO);
            assertHolds(90_000, Frame.parse(sent.get(0)), pictures, story);
            assertHolds(48_000, Frame.parse(sent.get(1)), RecordedMedia.frames(file, MediaKind.AUDIO), story);
            List<Integer> numbers = RecordedMedia.numbers(file, 320, 180);
            assertEquals(pictures.size(), numbers.size(), "all can be decoded");
            assertEquals(
                    numbers.stream().filter(number -> number > 0).sorted().toList(), numbers, "readable, in order");
        }
    }

    /** What has left the encoders, of pictures and of sound. From a page that may have workers of its own. */
    private List<String> publish(Serve serve) {
        try (var firefox = new Firefox(directory)) {
            Page publisher = firefox.open(
                    serve.page("healthz"), Serve.resource("encoded-streams.js") + Serve.resource("publisher.js"));
            publisher.evaluate("publisher.start('/whip/stage/cam')");
            publisher.await("publisher.pictures() > " + PICTURES, "so many pictures");
            publisher.evaluate("publisher.stop()");
            return List.of(publisher.text("publisher.sent('video')"), publisher.text("publisher.sent('audio')"));
        }
    }

    private static void assertHolds(int rate, List<Frame> sent, List<Frame> recorded, String story) {
        int first = Collections.indexOfSubList(hashes(sent), hashes(recorded));
        assertTrue(first >= 0, () -> "each one, in order\n" + story);
        int more = sent.size() - first - recorded.size();
        assertTrue(more <= UNDER_WAY, () -> more + " more of " + sent.size() + "\n" + story);
        assertTrue(recorded.size() >= PICTURES - UNDER_WAY, story);
        for (int i = 0; i < recorded.size(); i++) {
            long moved = recorded.get(i).time()
                    - recorded.get(0).time()
                    - sent.get(first + i).since(sent.get(first));
            assertEquals(0, 1e3 * moved / rate, IN_STEP_MS, story);
        }
    }

    private static List<String> hashes(List<Frame> frames) {
        return frames.stream().map(Frame::hash).toList();
    }
}
