package io.mediatool.cli.terminal;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command says and where: lines on standard error, data on standard output. */
public final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print errors only.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one summary object on standard output at the end.")
    private boolean json;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    public OutputOptions() {}

    /** The console of this run. The launcher tells by a property how wide the terminal is that standard error goes to, if any. */
    public Console console() {
        return new Console(command.commandLine().getErr(), quiet, Integer.getInteger("mediatool.columns", 0));
    }

    public boolean json() {
        return json;
    }

    /** Prints data for programs. */
    public void print(String text) {
        PrintWriter out = command.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** Prints the summary when it was asked for. */
    public void summary(Map<String, Object> summary) {
        if (json) {
            print(Json.print(summary));
        }
    }
}
