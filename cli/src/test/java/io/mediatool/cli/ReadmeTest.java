package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What README shows can be typed. */
final class ReadmeTest {
    private static final Pattern COMMAND =
            Pattern.compile("(?:^|[`$ ])(?:scripts/)?mediatool ((?:record|play|ingest|serve|probe|repair)[^`]*)");
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    static Stream<String> commandLines() throws IOException {
        return Files.readAllLines(readme()).stream()
                .filter(line -> line.startsWith("mediatool ") || line.startsWith("$ ") || line.contains("`mediatool "))
                .map(COMMAND::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1).strip());
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    void everyCommandLineParses(String line) {
        List<String> arguments = words(line);
        if (arguments.get(0).equals("record") && !arguments.contains("-o")) {
            arguments.addAll(List.of("-o", "any.mp4"));
        }
        assertDoesNotThrow(() -> MediaTool.commandLine().parseArgs(arguments.toArray(String[]::new)), line);
    }

    @Test
    void showsEveryCommand() throws IOException {
        List<String> shown = commandLines().map(line -> line.split(" ")[0]).toList();
        for (String command : MediaTool.commandLine().getSubcommands().keySet()) {
            assertTrue(shown.contains(command), "README shows no line for " + command);
        }
    }

    /** What README shows in Java is part of a test, whatever its lines are wrapped like. */
    @Test
    void examplesInJavaAreThoseOfTheTests() throws IOException {
        StringBuilder tests = new StringBuilder();
        Path library = readme().resolveSibling("cli/src/test/java/io/mediatool/cli/library");
        try (Stream<Path> files = Files.list(library)) {
            for (Path file : files.toList()) {
                tests.append(Files.readString(file).replaceAll("\\s+", ""));
            }
        }
        Matcher example = EXAMPLE.matcher(Files.readString(readme()));
        int count = 0;
        while (example.find()) {
            count++;
            assertTrue(
                    tests.indexOf(example.group(1).replaceAll("\\s+", "")) >= 0,
                    "not in the tests: " + example.group(1));
        }
        assertTrue(count >= 4, count + " examples");
    }

    @Test
    void splitsAsAShellDoes() {
        assertEquals(List.of("record", "a b", "c", "-o", "x"), words("record \"a b\" 'c' -o x"));
    }

    private static Path readme() {
        return Path.of(System.getProperty("mediatool.home", "..")).resolve("README.md");
    }

    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }
}
