package io.mediatool.cli.run;

import io.mediatool.cli.part.Source;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.core.server.Room;
import io.mediatool.ingest.port.PortSnapshot;
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

    /** @param forwards of the same room; refused when they lead back here */
    SourcePart(Room room, List<SourceSpec> sources, IngestOptions options, List<ForwardPart> forwards, Console console)
            throws CommandException {
        this.console = console;
        try {
            this.ingest =
                    RtpIngest.open(room, "push", sources, options, InstantSource.system(), Randomness.secure(), this);
        } catch (IOException e) {
            throw new CommandException(ExitCode.NETWORK, e);
        }
        refuseReturns(forwards);
        console.line("listening on "
                + ingest.snapshot().ports().stream()
                        .map(port -> port.local().getPort() + " (" + port.carries() + ")")
                        .collect(Collectors.joining(", ")));
        if (sources.stream().noneMatch(SdpSource.class::isInstance)) {
            console.line("to push here, for example:");
            ingest.senderHints().forEach(hint -> console.line("  " + hint));
        }
    }

    private void refuseReturns(List<ForwardPart> forwards) throws CommandException {
        try {
            for (PortSnapshot port : ingest.snapshot().ports()) {
                for (ForwardPart forward : port.isOfMedia() ? forwards : List.<ForwardPart>of()) {
                    forward.refuseReturn(port.local());
                }
            }
        } catch (CommandException e) {
            ingest.close();
            throw e;
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
