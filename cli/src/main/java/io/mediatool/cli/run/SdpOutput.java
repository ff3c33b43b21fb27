package io.mediatool.cli.run;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import io.mediatool.cli.terminal.OutputOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where {@code --sdp} writes the description of what is sent. */
final class SdpOutput {
    private SdpOutput() {}

    /** Standard output has room for one thing. */
    static void check(@Nullable String where, OutputOptions out) throws CommandException {
        if ("-".equals(where) && out.json()) {
            throw new CommandException(
                    ExitCode.USAGE, "--sdp - and --json both go to standard output: write --sdp FILE");
        }
    }

    /**
     * @param where a file, {@code -} for standard output, or null for nowhere
     */
    static void write(@Nullable String where, String sdp, OutputOptions out) throws CommandException {
        if (where == null) {
            return;
        }
        if (where.equals("-")) {
            out.print(sdp.stripTrailing());
            return;
        }
        try {
            Files.writeString(Path.of(where), sdp);
        } catch (IOException e) {
            throw FileErrors.unwritable(Path.of(where), e);
        }
    }
}
