package io.mediatool.cli;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.DurationConverter;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.PathConverter;
import io.mediatool.cli.terminal.WordConverter;
import io.mediatool.core.mp4.Mp4Layout;
import io.mediatool.player.PlayerOptions.BFrames;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code mediatool}: the entry point. */
@Command(
        name = "mediatool",
        description = "RTP becomes MP4, MP4 becomes RTP: record, play, forward and inspect media streams.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 usage, 3 nothing arrived, 4 not as expected, 5 file, 6 network."
        })
public final class MediaTool implements Runnable {
    private static final List<Map.Entry<String, Class<?>>> VERBS = List.of(
            Map.entry("record", RecordCommand.class),
            Map.entry("play", PlayCommand.class),
            Map.entry("ingest", IngestCommand.class),
            Map.entry("serve", ServeCommand.class),
            Map.entry("probe", ProbeCommand.class),
            Map.entry("repair", RepairCommand.class));

    @Spec
    private CommandSpec spec;

    private final Interruption interruption = new Interruption();

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    public MediaTool() {}

    public static void main(String[] args) {
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            // Reading the command tree by reflection costs 0.4 s of CPU; scripts ask for the version often.
            System.out.println("mediatool " + Version.NUMBER);
            return;
        }
        var tool = new MediaTool();
        tool.interruption.install();
        int code = commandLine(tool, args.length == 0 ? "" : args[0]).execute(args);
        tool.interruption.finished(code);
        System.exit(code);
    }

    /** The command tree, ready to parse and to run in a process that is not its own. */
    static CommandLine commandLine() {
        return commandLine("");
    }

    /** The same for a process whose first argument is {@code verb}. */
    static CommandLine commandLine(String verb) {
        return commandLine(new MediaTool(), verb);
    }

    /** Where the running command hears of Ctrl-C. */
    Interruption interruption() {
        return interruption;
    }

    /** The tree with the verb that is asked for; with all of them when it is none of ours: each takes 30 ms to read. */
    private static CommandLine commandLine(MediaTool tool, String verb) {
        var line = new CommandLine(tool);
        boolean known = VERBS.stream().anyMatch(one -> one.getKey().equals(verb));
        for (Map.Entry<String, Class<?>> one : VERBS) {
            if (!known || one.getKey().equals(verb)) {
                line.addSubcommand(one.getKey(), one.getValue());
            }
        }
        CommandLine serve = line.getSubcommands().get("serve");
        if (serve != null) {
            ServeCommand.addSettings(serve.getCommandSpec());
        }
        if (verb.equals("help")) {
            line.addSubcommand(new CommandLine.HelpCommand());
        }
        return line.registerConverter(java.time.Duration.class, new DurationConverter())
                .registerConverter(Path.class, new PathConverter())
                .registerConverter(Mp4Layout.class, new WordConverter<>(Mp4Layout.class))
                .registerConverter(RecordCommand.OnChange.class, new WordConverter<>(RecordCommand.OnChange.class))
                .registerConverter(BFrames.class, new WordConverter<>(BFrames.class))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(MediaTool::onUsageError)
                .setExecutionExceptionHandler(MediaTool::onFailure);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: record, play, ingest, serve, probe or repair ('mediatool --help' lists them)");
    }

    private static int onUsageError(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("mediatool: " + usageLine(error));
        String name = command.getCommandSpec().qualifiedName();
        err.println("Try '" + name + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static int onFailure(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (error instanceof CommandException known) {
            err.println("mediatool: " + known.getMessage());
            err.flush();
            return known.exitCode();
        }
        if (error instanceof TypeConversionException) {
            err.println("mediatool: " + firstLine(error));
            err.flush();
            return ExitCode.USAGE;
        }
        err.println("mediatool: internal error: " + error + " (please report it; MEDIATOOL_DEBUG=1 shows where)");
        if (System.getenv("MEDIATOOL_DEBUG") != null) {
            error.printStackTrace(err);
        }
        err.flush();
        return ExitCode.FAILED;
    }

    private static String usageLine(ParameterException error) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return firstLine(error).replaceFirst(" is not an? (int|long)$", " is not a whole number");
        }
        String what = "one argument too many";
        if (unmatched.isUnknownOption()) {
            what = "no such option";
        } else if (error.getCommandLine().getParent() == null) {
            what = "no such command";
        }
        String line = what + ": " + unmatched.getUnmatched().get(0);
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty() ? line : line + "; did you mean " + near.get(0) + "?";
    }

    private static String firstLine(Exception error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    }
}
