package io.mediatool.cli;

import io.mediatool.cli.config.Key;
import io.mediatool.cli.config.ServeConfig;
import io.mediatool.cli.config.Settings;
import io.mediatool.cli.serve.ServeRun;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mediatool serve}: rooms for browsers. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Keeps rooms in which browsers and other WHIP and WHEP clients publish and watch, on one UDP port.",
            "",
            "Every option can also stand in the YAML file (--config) under its name, and in the environment as",
            "MEDIATOOL_NAME, e.g. MEDIATOOL_TLS_CERT. The command line wins over the environment over the file."
        },
        footer = {
            "",
            "Examples:",
            "  mediatool serve",
            "  mediatool serve --bind 0.0.0.0 --tls-self-signed --token admin:SECRET --token watch:OTHER",
            "  mediatool serve --bind :: --advertise media.example.com --tls-cert chain.pem --tls-key key.pem"
        })
final class ServeCommand implements Callable<Integer> {
    @ParentCommand
    private MediaTool tool;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with any of the settings below.")
    private @Nullable Path config;

    @Option(names = "--print-config", description = "Print all settings and where they come from, and end.")
    private boolean printConfig;

    @Mixin
    private OutputOptions out;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    ServeCommand() {}

    /** Gives the command an option for every setting; what they mean is read further on, wherever they come from. */
    static void addSettings(CommandSpec serve) {
        for (Key key : Key.values()) {
            OptionSpec.Builder option = OptionSpec.builder("--" + key.word()).description(key.description());
            if (key.isFlag()) {
                option.type(boolean.class).arity("0");
            } else {
                option.arity("1").paramLabel(key.label());
                if (key.isList()) {
                    option.type(List.class).auxiliaryTypes(String.class);
                } else {
                    option.type(String.class);
                }
            }
            serve.addOption(option.build());
        }
    }

    @Override
    public Integer call() throws CommandException {
        Map<String, String> environment = System.getenv();
        String file = environment.get("MEDIATOOL_CONFIG");
        Path path = config == null && file != null && !file.isBlank() ? Path.of(file) : config;
        Settings all = Settings.of(given(), environment, path);
        ServeConfig checked = ServeConfig.of(all);
        if (printConfig) {
            out.print(all.print());
            return 0;
        }
        return new ServeRun(checked, out, tool.interruption()).run();
    }

    /** What stands on the command line, by setting. */
    private Map<Key, List<String>> given() {
        Map<Key, List<String>> given = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            OptionSpec option = spec.findOption("--" + key.word());
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                given.put(
                        key,
                        option.getValue() instanceof Boolean truth ? List.of(truth.toString()) : option.stringValues());
            }
        }
        return given;
    }
}
