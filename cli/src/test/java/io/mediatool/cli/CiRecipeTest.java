package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.cli.http.HttpRig;
import io.mediatool.cli.street.Street;
import io.mediatool.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines that README gives a CI job, as they stand there, but for the port and where files are. */
@Tag("street")
final class CiRecipeTest {
    @TempDir
    Path directory;

    @Test
    void whatReadmeShowsIsWhatHappens() throws Exception {
        Street.ffmpeg(
                directory,
                "-f lavfi -i testsrc2=size=320x240:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000 -t 2"
                        + " -c:v libx264 -preset ultrafast -bf 0 -g 25 -pix_fmt yuv420p -c:a libopus clip.mp4");
        List<String> lines = recipe();
        assertEquals(4, lines.size(), lines.toString());
        try (HttpRig rig = HttpRig.open(HttpRig.settings(HttpRig.gate(List.of(), null)))) {
            // As a job does with an ampersand: all but the look at the file at once.
            var played = Outcome.start(arguments(lines.get(0), rig.port()));
            var recorded = Outcome.start(arguments(lines.get(1), rig.port()));
            var nothing = Outcome.start(arguments(lines.get(3), rig.port()));
            assertEquals(ExitCode.OK, recorded.get().code(), recorded.get().err());
            Outcome probed = Outcome.of(arguments(lines.get(2), rig.port()));
            assertEquals(ExitCode.OK, probed.code(), probed.err());
            assertTrue(probed.out().contains("h264") && probed.out().contains("opus"), probed.out());
            assertEquals(ExitCode.OK, played.get().code(), played.get().err());
            assertEquals(
                    ExitCode.NOTHING_ARRIVED,
                    nothing.get().code(),
                    nothing.get().err());
            assertFalse(Files.exists(directory.resolve("nothing.mp4")));
        }
    }

    /** The block after the words. */
    private static List<String> recipe() throws IOException {
        Path readme = Path.of(System.getProperty("mediatool.home", "..")).resolve("README.md");
        List<String> lines = Files.readAllLines(readme);
        int from = 0;
        while (!lines.get(from).startsWith("In a CI job")) {
            from++;
        }
        return lines.subList(from, lines.size()).stream()
                .dropWhile(line -> !line.equals("```"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .toList();
    }

    private String[] arguments(String line, int port) {
        String[] words = line.replace("localhost:8080", "localhost:" + port).split(" ");
        assertEquals("mediatool", words[0]);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].endsWith(".mp4") ? directory.resolve(words[i]).toString() : words[i];
        }
        return List.of(words).subList(1, words.length).toArray(String[]::new);
    }
}
