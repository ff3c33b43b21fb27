package io.mediatool.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Files fit a sitting, rooms hold few types, names say what things are, and every room has its sign at the door. */
final class SizeTest {
    private static final int MAX_FILE_LINES = 600;
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_TYPES = 15;
    private static final Pattern METHOD = Pattern.compile(
            "^    (?! )(?:(?:public|protected|private|static|final|synchronized|default)\\s+)*(?!record\\b)[\\w<>\\[\\], .?]+\\(.*");
    private static final Pattern BAD_TYPE =
            Pattern.compile(".*(Manager|Helper|Utils?|Impl)\\.java|(Abstract|Default)[A-Z].*\\.java");
    private static final Pattern BAD_PACKAGE = Pattern.compile(".*/(util|utils|common|helper|helpers|misc|impl)/.*");

    @Test
    void filesFitASitting() {
        var long_ = new ArrayList<String>();
        for (Path file : both()) {
            int lines = ProjectTree.lines(file).size();
            if (lines > MAX_FILE_LINES) {
                long_.add(file + ": " + lines);
            }
        }
        assertEquals(List.of(), long_);
    }

    @Test
    void methodsDoOneStep() {
        var long_ = new ArrayList<String>();
        for (Path file : ProjectTree.sources("src/main/java")) {
            int start = -1;
            List<String> lines = ProjectTree.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (start < 0
                        && METHOD.matcher(line).matches()
                        && !line.contains(" = ")
                        && !line.endsWith(";")
                        && !isRecord(line)) {
                    start = i;
                } else if (start >= 0 && line.equals("    }")) {
                    if (i - start + 1 > MAX_METHOD_LINES) {
                        long_.add(file + ":" + (start + 1) + ": " + (i - start + 1));
                    }
                    start = -1;
                }
            }
        }
        assertEquals(List.of(), long_);
    }

    @Test
    void roomsHoldFewTypes() {
        Map<Path, Integer> rooms = new TreeMap<>();
        for (Path file : ProjectTree.sources("src/main/java")) {
            if (!file.endsWith("package-info.java")) {
                rooms.merge(file.getParent(), 1, Integer::sum);
            }
        }
        assertTrue(rooms.size() > 10, "found the packages");
        // The roof wires everything and is allowed to be wide.
        rooms.keySet().removeIf(room -> room.endsWith("io/mediatool/cli"));
        rooms.values().removeIf(types -> types <= MAX_TYPES);
        assertEquals(Map.of(), rooms);
    }

    @Test
    void everyRoomHasASign() {
        var without = ProjectTree.sources("src/main/java").stream()
                .map(Path::getParent)
                .distinct()
                .filter(room -> !Files.exists(room.resolve("package-info.java")))
                .toList();
        assertEquals(List.of(), without);
    }

    @Test
    void namesSayWhatThingsAre() {
        var bad = both().stream()
                .filter(file -> BAD_TYPE.matcher(file.getFileName().toString()).matches()
                        || BAD_PACKAGE.matcher(file.toString()).matches())
                .toList();
        assertEquals(List.of(), bad);
    }

    /** A comment beyond the formatter's width is cut by it: a word or two are left over, on a line of their own. */
    @Test
    void commentsAreWrappedByPeople() {
        var broken = new ArrayList<String>();
        for (Path file : both()) {
            List<String> lines = ProjectTree.lines(file);
            for (int i = 1; i < lines.size(); i++) {
                String full = lines.get(i - 1);
                String rest = lines.get(i).strip();
                if (full.strip().startsWith("// ")
                        && full.length() > 100
                        && rest.startsWith("// ")
                        && rest.split(" ").length <= 3) {
                    broken.add(file + ":" + (i + 1) + ": " + rest);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void theTopLevelIsTheCard() throws IOException {
        try (var entries = Files.list(ProjectTree.home())) {
            var rooms = entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("target"))
                    .sorted()
                    .toList();
            assertEquals(List.of("cli", "media-core", "player", "recorder", "rtp-ingest", "scripts"), rooms);
        }
        assertTrue(Files.exists(ProjectTree.home().resolve("pom.xml")));
        assertTrue(Files.exists(ProjectTree.home().resolve("README.md")));
    }

    private static boolean isRecord(String line) {
        return line.contains(" record ");
    }

    private static List<Path> both() {
        var files = new ArrayList<>(ProjectTree.sources("src/main/java"));
        files.addAll(ProjectTree.sources("src/test/java"));
        return files;
    }
}
