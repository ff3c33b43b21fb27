package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.mp4.Mp4Layout;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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

    /** As they are typed, whatever they are called inside. */
    @Test
    void choicesAreListedInTheirOwnLetters() {
        assertEquals(
                "mediatool: Invalid value for option '--format': 'webm' is none of hybrid, faststart, fragmented\nTry 'mediatool record --help'.\n",
                said("record", "rtp://:5004", "-o", "a.mp4", "--format", "webm"));
        for (CommandLine verb : MediaTool.commandLine().getSubcommands().values()) {
            for (OptionSpec option : verb.getCommandSpec().options()) {
                if (option.type().isEnum()) {
                    String line = said(verb.getCommandName(), option.longestName() + "=nonsense", "a", "-o=a.mp4");
                    assertTrue(line.matches("(?s).*'nonsense' is none of [a-z, -]+\nTry .*"), line);
                }
            }
        }
    }

    @Test
    void choicesAreReadInAnyLetters() {
        CommandLine.ParseResult record = MediaTool.commandLine("record")
                .parseArgs("record", "rtp://:5004", "-o", "a.mp4", "--format=Fragmented", "--on-change=NEW-FILE")
                .subcommand();
        assertEquals(Mp4Layout.FRAGMENTED, record.matchedOptionValue("--format", Mp4Layout.HYBRID));
        assertEquals(RecordCommand.OnChange.NEW_FILE, record.<Object>matchedOptionValue("--on-change", ""));
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
