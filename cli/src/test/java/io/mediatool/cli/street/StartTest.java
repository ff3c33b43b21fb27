package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java falls back without a word to reading and verifying classes one by one when it does not like the launcher's archive. */
@Tag("street")
final class StartTest {
    @TempDir
    static Path directory;

    @Test
    void classesComeFromTheArchive() throws Exception {
        Path source = Clips.make(directory.resolve("source.mp4"), 1, Clips.X264, "libopus");
        Path log = directory.resolve("classes");
        try (Visitor player = Visitor.start(
                directory,
                List.of(
                        "env",
                        "MEDIATOOL_JAVA_OPTS=-Xlog:class+load:file=" + log,
                        Street.launcher(),
                        "play",
                        source.toString(),
                        "--speed",
                        "max",
                        "rtp://127.0.0.1:" + Street.freePorts(4)))) {
            player.assertExit(0);
        }
        List<String> loaded = Files.readAllLines(log);
        List<String> ours = loaded.stream()
                .filter(line -> line.contains(" io.mediatool.") || line.contains(" picocli."))
                .filter(line -> !line.contains("$$Lambda"))
                .toList();
        List<String> slow = ours.stream()
                .filter(line -> !line.contains("shared objects file"))
                .toList();
        assertTrue(ours.size() > 300, () -> "too few: " + ours.size());
        assertTrue(slow.size() < ours.size() / 50, () -> "not from the archive: " + slow);
    }
}
