package io.mediatool.cli.street.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.street.Pace;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.street.browser.RecordedMedia.Frame;
import io.mediatool.core.codec.MediaKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** A recording of numbered pictures, played in a loop into a room where Chromium and GStreamer watch: the same pictures, and no halt where it begins anew. */
final class PlayedLoop {
    /** After the beginning has come round. */
    private static final int MORE = 60;
    /** By how much a picture may stand longer than in the file. */
    private static final double FROZEN_MS = 100;

    private static final double FROZEN_BUSY_MS = 500;
    private static final int SETTLED = 60;

    private final Path directory;
    private final Path file;
    private final List<Integer> numbers;
    /** How long each picture stands in the file, the last one until the file has ended and the first one comes again. */
    private final List<Double> standMs = new ArrayList<>();

    private final Duration patience;

    /** A picture that was decoded. */
    record Seen(int number, double atMs) {}

    /** @param numbers of the file's pictures */
    PlayedLoop(Path directory, Path file, List<Integer> numbers) throws IOException {
        this.directory = Files.createDirectory(directory.resolve("again"));
        this.file = file;
        this.numbers = numbers;
        List<Frame> pictures = RecordedMedia.frames(file, MediaKind.VIDEO);
        double lengthMs = 1e3 * Street.duration(file);
        for (int i = 0; i < pictures.size(); i++) {
            boolean isLast = i == pictures.size() - 1;
            double nextMs = isLast
                    ? lengthMs + pictures.get(0).time() / 90.0
                    : pictures.get(i + 1).time() / 90.0;
            standMs.add(nextMs - pictures.get(i).time() / 90.0);
        }
        patience = Duration.ofMillis((long) (2 * lengthMs)).plus(Street.SOON);
    }

    /** @return what was measured */
    String assertSameAgain() throws IOException {
        long beganNs = Pace.begin();
        List<Seen> chromiums;
        List<Seen> gstreamers;
        // libnice binds to addresses of the network, from which the loopback interface cannot be reached.
        try (var serve = new Serve(directory, List.of("--media", String.valueOf(file.getParent())));
                var chromium = new Chromium(directory)) {
            Page viewer = chromium.open(serve.room("again"), Serve.reader() + Serve.resource("decoded.js"));
            String order = new JsonObject()
                    .put("file", String.valueOf(file.getFileName()))
                    .put("loop", true)
                    .encode();
            serve.send("POST", "rooms/again/players", order);
            viewer.await("decoded.start('.tile video')", "something that is played");
            try (var gstreamer =
                    ForeignPeer.start(directory, "gstreamer-peer.py", "watch", "VP8", serve.page("whep/again/cam"))) {
                viewer.await("decoded.again() > " + MORE, "seen again", patience);
                gstreamer.awaitSeen(seen -> again(seen) > MORE);
                gstreamers = gstreamer.seen();
                gstreamer.end();
            }
            chromiums = ((JsonArray) Objects.requireNonNull(viewer.evaluate("decoded.seen()")))
                    .stream()
                            .map(JsonObject.class::cast)
                            .map(one -> new Seen(one.getInteger("number"), one.getDouble("at")))
                            .toList();
            chromium.assertNoComplaints();
        }
        Pace.Kept pace = Pace.since(beganNs);
        return "played: Chromium " + assertSame(chromiums, pace) + ", GStreamer " + assertSame(gstreamers, pace) + ", "
                + pace;
    }

    private static int again(List<Seen> seen) {
        return IntStream.range(1, seen.size())
                .filter(i -> seen.get(i).number < seen.get(i - 1).number)
                .map(i -> seen.size() - i)
                .findFirst()
                .orElse(0);
    }

    /** All of the file's pictures from the first one that was seen on, round the loop, each in its time. */
    private String assertSame(List<Seen> seen, Pace.Kept pace) {
        int at = numbers.indexOf(seen.get(0).number);
        assertTrue(at >= 0, () -> seen.get(0) + " is not of " + numbers);
        double limitMs = pace.isSteady() ? FROZEN_MS : FROZEN_BUSY_MS;
        double longestMs = 0;
        double loopMs = 0;
        for (int i = 1; i < seen.size(); i++) {
            double dueMs = standMs.get(at);
            boolean isLast = at == numbers.size() - 1;
            at = (at + 1) % numbers.size();
            int index = i;
            int expected = numbers.get(at);
            assertEquals(expected, seen.get(i).number, () -> "the " + index + "th of " + seen + "\n" + numbers);
            double stoodMs = seen.get(i).atMs - seen.get(i - 1).atMs;
            loopMs = isLast ? stoodMs : loopMs;
            longestMs = i > SETTLED ? Math.max(longestMs, stoodMs - dueMs) : longestMs;
        }
        String story = String.format(
                "%d pictures, at the loop %.0f ms for %.0f, otherwise %.0f ms too long at most",
                seen.size(), loopMs, standMs.get(numbers.size() - 1), longestMs);
        assertTrue(longestMs < limitMs, () -> story + ", " + pace + "\n" + seen);
        return story;
    }
}
