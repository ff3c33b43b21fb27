package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.core.codec.MediaKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A server that is killed while it records a browser: the file lacks a second at most, before and after the next start mends it. */
@Tag("street")
@Isolated("a browser needs the machine, and a second is measured")
final class KilledServerTest {
    private static final int PICTURES = 90;
    private static final double LOST = 1;
    private static final double VIDEO_RATE = 90_000;

    @TempDir
    Path directory;

    @Test
    void losesASecondOfABrowserAtMost() throws Exception {
        Path media = Files.createDirectory(directory.resolve("media"));
        Path file = media.resolve("cam.mp4");
        try (var serve = new Serve(directory, List.of("--bind", "127.0.0.1", "--media", media.toString()));
                var chromium = new Chromium(directory)) {
            serve.send("POST", "rooms/stage/recordings", "{\"file\": \"{stream}\"}");
            Page publisher = chromium.open(serve.page("testcard.js"), Serve.resource("publisher.js"));
            publisher.evaluate("publisher.start('/whip/stage/cam')");
            publisher.await("publisher.pictures() > " + PICTURES, "so many pictures", Duration.ofSeconds(30));
            List<Frame> sent = Frame.parse(publisher.text("publisher.sent('video')"));
            try (Serve again = serve.killAndStart()) {
                List<Frame> repaired = recorded(again, file);
                assertKept(sent, repaired, serve.story() + again.story());
                assertTrue(
                        Files.readString(media.resolve("cam.json")).contains("\"state\" : \"repaired\""), again::story);
            }
        }
    }

    private static List<Frame> recorded(Serve again, Path file) throws Exception {
        again.awaitLine("repaired .*" + file.getFileName());
        assertTrue(!RecordedMedia.frames(file, MediaKind.AUDIO).isEmpty(), "there is sound");
        List<Frame> frames = RecordedMedia.frames(file, MediaKind.VIDEO);
        List<Integer> numbers = RecordedMedia.numbers(file, 320, 180);
        assertEquals(frames.size(), numbers.size(), "all can be decoded");
        assertEquals(numbers.stream().filter(number -> number > 0).sorted().toList(), numbers, "readable, in order");
        return frames;
    }

    /** All that had left the encoder a second before the end, from the first picture on, none missing. */
    private static void assertKept(List<Frame> sent, List<Frame> kept, String story) {
        Frame last = sent.get(sent.size() - 1);
        for (int i = 0; i < sent.size(); i++) {
            Frame frame = sent.get(i);
            if (i < kept.size()) {
                assertEquals(frame.hash(), kept.get(i).hash(), "picture " + i + "\n" + story);
            } else {
                double before = last.since(frame) / VIDEO_RATE;
                assertTrue(before <= LOST, () -> before + " s before the end is not there\n" + story);
            }
        }
    }
}
