package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.Visitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** GStreamer's webrtcbin, which shares no code with browsers or with us, publishes to Chromium, watches it, and watches itself. */
@Tag("street")
@Isolated("a browser needs the machine, and freezes are measured")
final class SecondStackTest {
    private static final int PICTURES = 45;
    private static final double FROZEN_MS = 500;

    /** libnice binds to addresses of the network, from which the loopback interface cannot be reached. */
    private static final List<String> EVERY_INTERFACE = List.of();

    @TempDir
    Path directory;

    @Test
    void gstreamerPublishesAndChromiumWatches() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                var chromium = new Chromium(directory);
                Visitor vp8 = peer(serve, "publish", "VP8", "whip/second/one");
                Visitor h264 = peer(serve, "publish", "H264", "whip/second/two")) {
            vp8.awaitLine("state connected", Street.SOON);
            h264.awaitLine("state connected", Street.SOON);
            Page viewer = chromium.open(serve.room("second"), Serve.reader());
            for (String stream : List.of("one", "two")) {
                var viewing = new Viewing(viewer, stream);
                viewing.awaitLive();
                viewing.startOver();
                viewing.awaitPictures(PICTURES);
                viewing.assertMoved(320, 180, FROZEN_MS);
                viewing.assertTone();
            }
            try (Visitor itself = peer(serve, "watch", "H264", "whep/second/two")) {
                assertSeen(itself);
                end(itself);
            }
            viewer.screenshot("gstreamer");
            end(vp8);
            end(h264);
            viewer.await("document.querySelectorAll('.tile').length === 0", "gone with their publishers");
            chromium.assertNoComplaints();
        }
    }

    @Test
    void chromiumPublishesAndGstreamerWatches() throws Exception {
        try (var serve = new Serve(directory, EVERY_INTERFACE);
                var chromium = new Chromium(directory)) {
            for (String codec : List.of("VP8", "H264")) {
                Page publisher = chromium.open(serve.card("second", codec, "&codec=" + codec));
                publisher.await("document.querySelector('.tile')?.dataset.state === 'live'", "publishing " + codec);
                try (Visitor viewer = peer(serve, "watch", codec, "whep/second/" + codec + "-card")) {
                    assertSeen(viewer);
                    end(viewer);
                }
                publisher.close();
            }
        }
    }

    /** Test cards in order, and sound. */
    private static void assertSeen(Visitor viewer) {
        viewer.awaitLine("sound -[0-9]", Street.SOON);
        viewer.awaitLine("picture " + "(?!None)", Street.SOON);
        int first = numbers(viewer).get(0);
        viewer.awaitLine("picture (" + after(first) + ") 320x180", Street.SOON);
        List<Integer> numbers = numbers(viewer);
        assertEquals(numbers.stream().sorted().toList(), numbers, viewer.story());
    }

    /** A pattern of the numbers that are reached when {@link #PICTURES} have been seen since {@code first}, give or take a few. */
    private static String after(int first) {
        return java.util.stream.IntStream.range(first + PICTURES, first + PICTURES + 10)
                .mapToObj(String::valueOf)
                .collect(java.util.stream.Collectors.joining("|"));
    }

    private static List<Integer> numbers(Visitor viewer) {
        assertTrue(!viewer.out().contains("picture None"), viewer.story());
        return viewer.out()
                .lines()
                .filter(line -> line.startsWith("picture "))
                .map(line -> Integer.valueOf(line.split(" ")[1]))
                .toList();
    }

    /** It deletes its session and goes. */
    private static void end(Visitor peer) {
        peer.type("");
        assertEquals(0, peer.awaitExit(Street.SOON), peer.story());
    }

    private Visitor peer(Serve serve, String role, String codec, String path) throws IOException {
        Path script = directory.resolve("gstreamer-peer.py");
        Files.writeString(script, Serve.resource("gstreamer-peer.py"));
        // The system's own Python: another one does not know the system's GStreamer.
        return Visitor.start(directory, "/usr/bin/python3", script.toString(), role, codec, serve.page(path));
    }
}
