package io.mediatool.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** What a command line came to that was run in this process. */
record Outcome(int code, String out, String err) {

    static Outcome of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command = MediaTool.commandLine();
        for (CommandLine each : command.getSubcommands().values()) {
            each.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        }
        int code = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    /** Likewise, while others run. */
    static CompletableFuture<Outcome> start(String... arguments) {
        return CompletableFuture.supplyAsync(() -> of(arguments), task -> new Thread(task, arguments[0]).start());
    }
}
