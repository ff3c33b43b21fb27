package io.mediatool.cli.run;

import io.mediatool.cli.part.Source;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.RtpIngest;
import io.mediatool.ingest.source.SdpSource;
import io.mediatool.ingest.source.SourceSpec;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The network sources of a run, as one stream in its room. */
final class SourcePart implements Source, RtpIngest.Listener {
    private final Console console;
    private final RtpIngest ingest;
    private volatile boolean ended;

    SourcePart(Room room, List<SourceSpec> sources, IngestOptions options, Console console) throws CommandException {
        this.console = console;
        try {
            this.ingest =
                    RtpIngest.open(room, "push", sources, options, InstantSource.system(), Randomness.secure(), this);
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, e);
        }
        console.line("listening on "
                + ingest.snapshot().ports().stream()
                        .map(port -> port.local().getPort() + " (" + port.carries() + ")")
                        .collect(Collectors.joining(", ")));
        if (sources.stream().noneMatch(SdpSource.class::isInstance)) {
            console.line("to push here, for example:");
            ingest.senderHints().forEach(hint -> console.line("  " + hint));
        }
    }

    @Override
    public String seen() {
        return String.join("; ", ingest.snapshot().lines());
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public @Nullable String failure() {
        return null;
    }

    @Override
    public void close() {
        ingest.close();
    }

    @Override
    public Object summary() {
        return ingest.snapshot().lines();
    }

    @Override
    public void onLine(String line) {
        console.line(line);
    }

    @Override
    public void onEnded() {
        ended = true;
    }
}
