package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code probe}: what it says of files and descriptions is what FFprobe says, and thumbnails show what FFmpeg decodes. */
@Tag("street")
final class ProbeTest {
    @TempDir
    Path directory;

    @Test
    void saysOfAFileWhatFfprobeSays() {
        Path file = Clips.make(directory.resolve("film.mp4"), 2, Clips.X264_B, "aac");
        String lines = probe(file.toString());
        assertTrue(lines.startsWith(file + ": progressive MP4, 00:02.0, "), lines);
        assertTrue(lines.contains("h264 (avc1), 320x240, 50 frames (2 key), 00:02.0, "), lines);
        assertTrue(lines.contains("aac (mp4a), 48000 Hz, 1 ch, "), lines);
        String json = probe("--json", file.toString());
        assertEquals("progressive", field(json, "layout"));
        assertEquals(Street.duration(file), Double.parseDouble(field(json, "duration")), 0.05);
        List<CodedFrames> frames = CodedFrames.ofBoth(file);
        String[] tracks = json.split("\"id\"");
        assertEquals(3, tracks.length, json);
        assertEquals("h264", field(tracks[1], "codec"));
        assertEquals("320", field(tracks[1], "width"));
        assertEquals("240", field(tracks[1], "height"));
        assertEquals(frames.get(0).count(), Integer.parseInt(field(tracks[1], "frames")));
        assertEquals("2", field(tracks[1], "key_frames"));
        assertEquals("aac", field(tracks[2], "codec"));
        assertEquals("48000", field(tracks[2], "sample_rate"));
        assertEquals(frames.get(1).count(), Integer.parseInt(field(tracks[2], "frames")));
    }

    @Test
    void saysWhatADescriptionAnnounces() throws IOException {
        Path source = Clips.make(directory.resolve("source.mkv"), 1, Clips.X264, "libopus");
        var push = new Push(directory, source).video().audio();
        Path sdp = push.sdp();
        String lines = probe(sdp.toString());
        assertTrue(lines.contains("h264 (payload type 96, 90000 Hz, 320x240)"), lines);
        assertTrue(lines.contains("opus (payload type 97, 48000 Hz)"), lines);
        String json = probe("--json", sdp.toString());
        assertEquals("video", field(json, "kind"));
        assertEquals("h264", field(json, "codec"));
        assertEquals("true", field(json, "parameter_sets"));
        assertTrue(Files.readString(sdp).contains("m=video " + field(json, "port") + " "), json);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"h264, smptebars", "h264, testsrc2", "vp8, smptebars"})
    void aThumbnailShowsTheFirstKeyFrame(String codec, String picture) throws IOException {
        String encoder = codec.equals("vp8") ? Clips.VP8 + " -b:v 2M" : Clips.X264 + " -crf 18";
        Path source = directory.resolve("source.mkv");
        Street.ffmpeg(
                directory, "-f lavfi -i " + picture + "=size=322x242:rate=25 -t 1 -c:v " + encoder + " " + source);
        Path file = source;
        if (codec.equals("vp8")) {
            // FFmpeg writes no VP8 into MP4.
            file = new Push(directory, source).video().record("--expect", codec, null);
        } else {
            file = directory.resolve("source.mp4");
            Street.ffmpeg(directory, "-i " + source + " -c copy " + file);
        }
        Path ours = directory.resolve("ours.png");
        probe(file.toString(), "--thumbnail", ours.toString());
        Path theirs = directory.resolve("theirs.png");
        Street.ffmpeg(directory, "-i " + file + " -frames:v 1 -pix_fmt rgb24 " + theirs);
        assertAlike(ImageIO.read(theirs.toFile()), ImageIO.read(ours.toFile()));
    }

    /** To what rounding and the scaling of colour differ by: 3 of 255 on average, 12 for the average of any 16 by 16 pixels. */
    private static void assertAlike(BufferedImage wanted, BufferedImage got) {
        assertEquals(wanted.getWidth(), got.getWidth());
        assertEquals(wanted.getHeight(), got.getHeight());
        for (int shift = 0; shift < 24; shift += 8) {
            long all = 0;
            for (int y = 0; y + 16 <= wanted.getHeight(); y += 16) {
                for (int x = 0; x + 16 <= wanted.getWidth(); x += 16) {
                    long block = 0;
                    for (int i = 0; i < 256; i++) {
                        int a = wanted.getRGB(x + i % 16, y + i / 16) >> shift & 0xff;
                        int b = got.getRGB(x + i % 16, y + i / 16) >> shift & 0xff;
                        block += Math.abs(a - b);
                    }
                    all += block;
                    assertTrue(block <= 12 * 256, "colour " + shift / 8 + " at " + x + "," + y + ": " + block / 256.0);
                }
            }
            double mean = all / (double) (wanted.getWidth() * wanted.getHeight());
            assertTrue(mean <= 3, "colour " + shift / 8 + " is off by " + mean);
        }
    }

    private String probe(String... arguments) {
        var command = new ArrayList<>(List.of("probe"));
        command.addAll(List.of(arguments));
        try (Visitor probe = Street.mediatool(directory, command.toArray(String[]::new))) {
            probe.assertExit(0);
            return probe.out();
        }
    }

    /** The first value of that name. */
    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\" : \"?([^\",\\s]*)").matcher(json);
        assertTrue(matcher.find(), () -> "no " + name + " in " + json);
        return matcher.group(1);
    }
}
