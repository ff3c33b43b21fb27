package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.read.Mp4Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers that share no code with us or with each other agree on how long a recording is, in every shape that we leave one in. */
@Tag("street")
final class SecondReadersTest {
    private static final double AGREED = 0.05;
    /**
     * A kill may cut between a picture and the B-frames that are shown before it, three at most, and no repair brings them back. We count
     * until the last picture ends, FFprobe and Chromium, which reads by FFmpeg too, as long as what is there takes to decode.
     */
    private static final double REORDERED = 0.12;

    private static final int KILLED_AFTER_PICTURES = 55;
    private static final Pattern SEEN = Pattern.compile("<p>([^ <]+) ([^<]*)</p>");
    private static final Pattern MEDIAINFO =
            Pattern.compile("\"@type\": ?\"General\".*?\"Duration\": ?\"([0-9.]+)\"", Pattern.DOTALL);

    @TempDir
    Path directory;

    private record Pair(String name, String video, String audio, String container, boolean browserReads) {}

    /** What Chromium can read; that it cannot play VP8 in MP4 and, without a licence, H.265 is nobody's fault. */
    private static final List<Pair> PAIRS = List.of(
            new Pair("h264-opus", Clips.X264, "libopus", "mkv", true),
            new Pair("h264b-aac", Clips.X264_B, "aac", "mp4", true),
            new Pair("h265-aac", Clips.X265 + ":bframes=0", "aac", "mp4", false),
            new Pair("vp8-opus", Clips.VP8, "libopus", "mkv", false),
            new Pair(
                    "vp9-opus",
                    "libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -pix_fmt yuv420p",
                    "libopus",
                    "mkv",
                    true));

    /**
     * Where there are B-frames FFmpeg sends the picture 80 ms behind the sound; mediainfo (23.04) overlooks such an offset in fragments
     * and tells the longest track instead.
     */
    @Test
    void allAgreeOnTheDuration() throws Exception {
        var files = new ArrayList<Path>();
        var forBrowser = new ArrayList<Path>();
        for (Pair pair : PAIRS) {
            List<Path> recorded = record(pair);
            files.addAll(recorded);
            if (pair.browserReads()) {
                forBrowser.addAll(recorded);
            }
        }
        Map<String, String> browser = durationsInChromium(forBrowser);
        for (Path file : files) {
            String name = file.getFileName().toString();
            double ours = ours(file);
            assertTrue(ours > 1, () -> name + " lasts " + ours + " s");
            assertNear(ours, Street.duration(file), name, "FFprobe");
            if (!name.matches("h264b.*(killed|fragmented).mp4")) {
                assertEquals(ours, durationInMediainfo(file), AGREED, name + " in mediainfo");
            }
            if (forBrowser.contains(file)) {
                String seen = browser.getOrDefault(name, "nothing");
                assertTrue(seen.matches("[0-9.]+"), () -> name + " in Chromium: " + seen);
                assertNear(ours, Double.parseDouble(seen), name, "Chromium");
            }
            assertEquals("", Street.complaints(file), name);
        }
    }

    private static void assertNear(double ours, double told, String name, String reader) {
        double least = ours - AGREED - (name.matches("h264b.*(killed|repaired).mp4") ? REORDERED : 0);
        assertTrue(
                told >= least && told <= ours + AGREED, () -> name + " in " + reader + ": " + told + ", here " + ours);
    }

    /** One push to four recorders; the last one is killed. */
    private List<Path> record(Pair pair) throws Exception {
        Path source = Clips.make(
                directory.resolve("source-" + pair.name() + "." + pair.container()), 4, pair.video(), pair.audio());
        Map<String, List<String>> shapes = Map.of(
                "hybrid", List.of(),
                "faststart", List.of("--faststart"),
                "fragmented", List.of("--format", "fragmented"),
                "killed", List.of());
        var files = new ArrayList<Path>();
        var recorders = new HashMap<String, Visitor>();
        try (var fan = new Fan()) {
            var push = new Push(directory, source, fan.port).video().audio();
            String sdp = Files.readString(push.sdp());
            for (var shape : shapes.entrySet()) {
                Path file = directory.resolve(pair.name() + "-" + shape.getKey() + ".mp4");
                files.add(file);
                recorders.put(shape.getKey(), fan.recorder(directory, sdp, file, shape.getValue()));
            }
            for (Visitor recorder : recorders.values()) {
                recorder.awaitLine("listening");
            }
            try (Visitor sender = push.start()) {
                fan.awaitPictures(KILLED_AFTER_PICTURES);
                recorders.get("killed").kill();
                sender.assertExit(0);
                for (var recorder : recorders.entrySet()) {
                    int code = recorder.getValue().awaitExit(Street.SOON);
                    assertTrue(code == 0 || recorder.getKey().equals("killed"), recorder.getValue()::story);
                }
            }
        } finally {
            recorders.values().forEach(Visitor::close);
        }
        Path killed = directory.resolve(pair.name() + "-killed.mp4");
        Path repaired = Files.copy(killed, directory.resolve(pair.name() + "-repaired.mp4"));
        files.add(repaired);
        try (Visitor repair = Street.mediatool(directory, "repair", repaired.toString())) {
            repair.assertExit(0);
        }
        return files;
    }

    private static double ours(Path file) throws Exception {
        try (Mp4File open = Mp4File.open(file)) {
            return Mp4Probe.of(open).durationNs() / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    private double durationInMediainfo(Path file) {
        String json = Visitor.run(directory, Street.SOON, "mediainfo", "--Output=JSON", file.toString())
                .out();
        Matcher matcher = MEDIAINFO.matcher(json);
        assertTrue(matcher.find(), json);
        return Double.parseDouble(matcher.group(1));
    }

    /** By one page with a video element for each file. */
    private Map<String, String> durationsInChromium(List<Path> files) throws Exception {
        String names = String.join(
                ",", files.stream().map(file -> "'" + file.getFileName() + "'").toList());
        Path page = Files.writeString(directory.resolve("page.html"), """
                <!doctype html><body><script>
                for (const file of [%s]) {
                  const seen = document.createElement("p"), video = document.createElement("video");
                  video.onloadedmetadata = () => seen.textContent = file + " " + video.duration;
                  video.onerror = () => seen.textContent = file + " " + video.error.message;
                  video.preload = "metadata";
                  video.src = file;
                  document.body.append(seen);
                }
                </script>
                """.formatted(names));
        var command =
                new ArrayList<>(List.of(Street.words("chromium --headless=new --no-sandbox --disable-gpu --disable-quic"
                        + " --no-first-run --disable-background-networking --disable-component-update --disable-sync"
                        + " --virtual-time-budget=10000 --dump-dom")));
        command.add("--user-data-dir=" + directory.resolve("chromium"));
        command.add(page.toUri().toString());
        String dom = Visitor.run(directory, Duration.ofSeconds(60), command.toArray(String[]::new))
                .out();
        var seen = new HashMap<String, String>();
        Matcher matcher = SEEN.matcher(dom);
        while (matcher.find()) {
            seen.put(matcher.group(1), matcher.group(2));
        }
        return seen;
    }
}
