package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source may do in the middle of its stream: die and come back as another, change its resolution. */
@Tag("street")
final class SourceChangeTest {
    @TempDir
    Path directory;

    private Path small;
    private Path large;
    /** One after the other, as a camera that is switched over sends them. */
    private Path both;

    @BeforeEach
    void encode() throws IOException {
        small = Clips.pictures(directory.resolve("small.h264"), 1.6, "320x240", Clips.X264);
        large = Clips.pictures(directory.resolve("large.h264"), 1.6, "640x360", Clips.X264);
        both = directory.resolve("both.h264");
        try (OutputStream out = Files.newOutputStream(both)) {
            Files.copy(small, out);
            Files.copy(large, out);
        }
    }

    /** Killed in the middle, started again: another SSRC, other sequence numbers and timestamps, the same file. */
    @Test
    void theSenderDiesAndComesBack() throws Exception {
        Path source = Clips.make(directory.resolve("source.mkv"), 3, Clips.X264, "libopus");
        var push = new Push(directory, source).video().audio();
        try (var fan = new Fan();
                var recording = Recording.start(directory, push.sdp().toString())) {
            fan.add(push.port());
            int before;
            try (Visitor first = push.start(fan.port)) {
                fan.awaitPictures(30);
                first.kill();
                first.awaitExit(Street.SOON);
            }
            before = fan.kept(0).size();
            try (Visitor second = push.start(fan.port)) {
                second.assertExit(0);
            }
            Path file = recording.finish();
            List<SentRtp.Sent> pictures = SentRtp.pictureUnits(fan.kept(0), "h264");
            assertEquals(SentRtp.hashes(pictures), Nals.pictureUnits(file, "h264"), recording::story);
            assertEquals(
                    SentRtp.hashes(SentRtp.opusFrames(fan.kept(2))), Street.frameHashes(file, "a"), recording::story);
            assertEquals("", Street.complaints(file), recording::story);

            int shown =
                    SentRtp.pictureUnits(fan.kept(0).subList(0, before), "h264").size();
            long pauseNs = fan.arrivals().get(before) - fan.arrivals().get(before - 1);
            for (String kind : List.of("v", "a")) {
                double longest = longestStep(Street.times(file, kind));
                assertEquals(pauseNs / 1e9, longest, 0.2, kind + ": the pause in the file");
            }
            List<Double> times = Street.times(file, "v");
            assertEquals(3 - 0.04, times.get(times.size() - 1) - times.get(shown), 0.02, "the second life");
        }
    }

    @Test
    void anotherResolutionStaysInTheFile() {
        String url = "rtp://127.0.0.1:" + Street.freePorts(1);
        try (var recording = Recording.start(directory, url)) {
            push(url);
            Path file = recording.finish();
            assertEquals(Nals.pictureUnits(both, "h264"), Nals.pictureUnits(file, "h264"), recording::story);
            assertEquals("", Street.complaints(file), recording::story);
            var sizes = new ArrayList<String>();
            sizes.addAll(Collections.nCopies(40, "320,240"));
            sizes.addAll(Collections.nCopies(40, "640,360"));
            assertEquals(sizes, sizes(file), recording::story);
        }
    }

    @Test
    void anotherResolutionGetsAFileOfItsOwn() {
        String url = "rtp://127.0.0.1:" + Street.freePorts(1);
        try (var recording = Recording.start(directory, url + " --on-change new-file")) {
            push(url);
            recording.finish();
            List<String> files = recording
                    .story()
                    .lines()
                    .filter(line -> line.contains("recording to "))
                    .toList();
            assertEquals(2, files.size(), recording::story);
            var clips = List.of(small, large);
            for (int i = 0; i < 2; i++) {
                Path file = Path.of(files.get(i).substring(files.get(i).indexOf('/')));
                assertEquals(
                        Nals.pictureUnits(clips.get(i), "h264"), Nals.pictureUnits(file, "h264"), recording::story);
                assertEquals(40, sizes(file).size());
                assertEquals(i == 0 ? "320,240" : "640,360", sizes(file).get(39));
                assertEquals("", Street.complaints(file), recording::story);
            }
        }
    }

    private void push(String url) {
        Street.ffmpeg(directory, "-re -framerate 25 -i " + both + " -c copy -rtpflags send_bye -f rtp " + url);
    }

    /** Of each decoded picture. */
    private List<String> sizes(Path file) {
        return Visitor.run(
                        directory,
                        Street.SOON,
                        Street.words("ffprobe -v error -select_streams v -show_entries frame=width,height -of csv=p=0 "
                                + file))
                .out()
                .lines()
                .map(line -> line.strip().replaceAll(",+$", ""))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static double longestStep(List<Double> times) {
        double longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        assertTrue(longest > 0.05, "there is a pause");
        return longest;
    }
}
