package io.mediatool.cli.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The checkout that is being built. */
final class ProjectTree {
    private ProjectTree() {}

    static Path home() {
        return Path.of(System.getProperty("mediatool.home", "."));
    }

    /** All Java sources below {@code sub} of each module ({@code src/main/java}). */
    static List<Path> sources(String sub) {
        return List.of("media-core", "recorder", "player", "rtp-ingest", "cli").stream()
                .flatMap(module -> walk(home().resolve(module).resolve(sub)).stream())
                .toList();
    }

    private static List<Path> walk(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
