package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    private static String said(String... args) {
        var text = new StringWriter();
        CommandLine line = MediaTool.commandLine().setErr(new PrintWriter(text, true));
        assertEquals(2, line.execute(args));
        return text.toString();
    }
}
