package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What somebody reads who has mistyped. */
class UsageTest {
    @Test
    void aMistypedCommandIsNamedWithTheNearest() {
        assertEquals(
                "mediatool: no such command: recrod; did you mean record?\nTry 'mediatool --help'.\n",
                said("recrod", "x"));
    }

    @Test
    void aMistypedOptionIsNamedWithTheNearest() {
        assertEquals(
                "mediatool: no such option: --timout; did you mean --timeout?\nTry 'mediatool record --help'.\n",
                said("record", "rtp://:5004", "-o", "a.mp4", "--timout"));
    }

    @Test
    void whatResemblesNothingIsOnlyNamed() {
        assertEquals(
                "mediatool: no such option: --xyzzy\nTry 'mediatool probe --help'.\n",
                said("probe", "a.mp4", "--xyzzy"));
    }

    @Test
    void numbersAreWholeOnes() {
        assertEquals(
                "mediatool: Invalid value for option '--min-frames': 'many' is not a whole number\nTry 'mediatool record --help'.\n",
                said("record", "rtp://:5004", "-o", "a.mp4", "--min-frames", "many"));
    }

    @Test
    void helpIsACommandToo() {
        var text = new StringWriter();
        CommandLine line = MediaTool.commandLine("help").setOut(new PrintWriter(text, true));
        assertEquals(0, line.execute("help", "record"));
        assertTrue(text.toString().startsWith("Usage: mediatool record "), text.toString());
    }

    @Test
    void aFileNameThatJavaCannotSay() {
        assertEquals(
                "mediatool: Invalid value for positional parameter at index 0 (FILE|SDP): 'a\0b' is no file name here; LC_ALL=C.UTF-8 allows all"
                        + " letters in names\nTry 'mediatool probe --help'.\n",
                said("probe", "a\0b"));
    }

    private static String said(String... args) {
        var text = new StringWriter();
        CommandLine line = MediaTool.commandLine().setErr(new PrintWriter(text, true));
        assertEquals(2, line.execute(args));
        return text.toString();
    }
}
