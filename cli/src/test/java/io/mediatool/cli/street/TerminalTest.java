package io.mediatool.cli.street;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user sees while recording: on a terminal one live line, in a pipe lines, with {@code --quiet} nothing. */
@Tag("street")
final class TerminalTest {
    @TempDir
    static Path directory;

    private static Path source;

    @BeforeAll
    static void encode() {
        source = Clips.make(directory.resolve("source.mkv"), 3, Clips.X264, "libopus");
    }

    @ParameterizedTest(name = "{0} columns")
    @ValueSource(ints = {80, 40})
    void oneLiveLineOnATerminal(int columns) throws Exception {
        Path typescript = directory.resolve("typescript" + columns);
        var push = new Push(directory, source).video().audio();
        String command = "stty cols " + columns + " rows 24; exec "
                + Street.launcher() + " record " + push.sdp() + " --overwrite -o "
                + directory.resolve("seen.mp4");
        try (Visitor terminal = Visitor.start(
                directory, List.of("env", "TERM=xterm", "script", "-qefc", command, typescript.toString()))) {
            Street.awaitFile(typescript, "listening", terminal);
            try (Visitor sender = push.start()) {
                sender.assertExit(0);
            }
            terminal.assertExit(0);
        }
        assertOneLine(Files.readString(typescript, StandardCharsets.UTF_8), columns);
    }

    /** Status lines are written over each other, are shorter than the terminal, and the last one stays above the summary. */
    private static void assertOneLine(String typed, int columns) {
        String[] parts = typed.split("\r\u001b\\[2K", -1);
        var states = new ArrayList<String>();
        for (int i = 1; i < parts.length; i++) {
            String text = parts[i].lines().findFirst().orElse("");
            if (text.startsWith("rec ")) {
                states.add(text);
                assertTrue(text.length() < columns, () -> "it would wrap: " + text);
                // Only the last one is left standing.
                assertEquals(i == parts.length - 1, parts[i].contains("\n"), typed);
            }
        }
        assertTrue(states.size() > 5, typed);
        String last = states.get(states.size() - 1);
        assertTrue(last.startsWith("rec 00:0") && last.contains("h264 ") && last.contains("bit/s"), typed);
        assertTrue(
                columns < 80 || last.contains("opus ") && last.contains("nothing lost") && last.endsWith("B"), typed);
        String after = parts[parts.length - 1].substring(last.length());
        assertTrue(after.startsWith("\r\nrecorded 00:0"), typed);
        assertFalse(after.contains("\u001b"), typed);
    }

    @Test
    void plainLinesInAPipe() {
        String said = record();
        assertTrue(said.contains("listening on ") && said.contains("recorded 00:0"), said);
        assertFalse(said.contains("\u001b") || said.contains("\r") || said.contains("\n  rec "), said);
    }

    @Test
    void nothingWhenQuiet() {
        assertEquals("", record("--quiet"));
    }

    /** All that a recording prints. */
    private static String record(String... options) {
        var push = new Push(directory, source).video().audio();
        var arguments = new ArrayList<>(List.of(
                "record",
                push.sdp().toString(),
                "--overwrite",
                "-o",
                directory.resolve("piped.mp4").toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--idle", "1s"));
        try (Visitor recorder = Street.mediatool(directory, arguments.toArray(String[]::new));
                Visitor sender = push.startWhenBound(recorder)) {
            sender.assertExit(0);
            recorder.assertExit(0);
            return recorder.story()
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isBlank())
                    .reduce("", (all, line) -> all + line + "\n");
        }
    }
}
