package io.mediatool.cli;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.FileErrors;
import io.mediatool.cli.terminal.Json;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Summary;
import io.mediatool.core.mp4.write.Mp4Repair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mediatool repair}: a recording that was cut off becomes an ordinary MP4. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = {
            "Makes recordings that a crash or a power cut ended ordinary MP4 files again, in place.",
            "",
            "A file that is whole stays as it is. An interrupted repair can be repeated."
        })
final class RepairCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "The MP4 files to repair.")
    private List<Path> files;

    @Mixin
    private OutputOptions out;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    RepairCommand() {}

    @Override
    public Integer call() {
        Console console = out.console();
        int code = ExitCode.OK;
        var results = new ArrayList<Object>();
        for (Path file : files) {
            try {
                Mp4Summary summary = repair(file);
                results.add(json(file, summary));
                console.line(line(file, summary));
                if (summary.failure() != null) {
                    console.error(file + ": not finished: " + summary.failure().getMessage());
                    code = ExitCode.FILE;
                }
            } catch (CommandException e) {
                console.error(String.valueOf(e.getMessage()));
                code = e.exitCode();
            }
        }
        if (out.json()) {
            out.print(Json.print(results.size() == 1 ? results.get(0) : results));
        }
        return code;
    }

    private static Mp4Summary repair(Path path) throws CommandException {
        try (Mp4File file = Mp4File.edit(path)) {
            return Mp4Repair.repair(file);
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        } catch (MalformedException e) {
            throw new CommandException(
                    ExitCode.FILE, path + ": nothing to repair here: " + e.getMessage() + "; the file was not changed");
        }
    }

    private static String line(Path file, Mp4Summary summary) {
        if (!summary.changed()) {
            return file + ": whole, nothing to repair";
        }
        String cut = summary.cutBytes() == 0
                ? "nothing lost"
                : Units.bytes(summary.cutBytes()) + " of an unfinished fragment cut off the end";
        return file + ": repaired, " + Units.time(summary.durationNs()) + ", " + Units.bytes(summary.sizeBytes()) + ", "
                + cut;
    }

    private static Object json(Path file, Mp4Summary summary) {
        var json = new LinkedHashMap<String, Object>();
        json.put("file", file.toString());
        json.put("changed", summary.changed());
        json.put("duration", summary.durationNs() / 1e9);
        json.put("size", summary.sizeBytes());
        json.put("cut_bytes", summary.cutBytes());
        json.put("cut_duration", summary.cutNs() / 1e9);
        return json;
    }
}
