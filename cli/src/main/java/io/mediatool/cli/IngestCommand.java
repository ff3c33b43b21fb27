package io.mediatool.cli;

import io.mediatool.cli.option.RecordDeadlines;
import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.option.SourceOptions;
import io.mediatool.cli.run.IngestRun;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.player.PlayerOptions;
import io.mediatool.recorder.RecorderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code mediatool ingest}: a push into a room, forwarded to others. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Takes streams into one room and sends what is in the room on: to any number of RTP receivers, to a",
            "recording, and with MP4 files played into the same room. Each output fails alone."
        },
        footer = {
            "",
            "Examples:",
            "  mediatool ingest rtp://:5004 --forward rtp://127.0.0.1:6004 --forward rtp://127.0.0.1:7004",
            "  mediatool ingest rtp://:5004 whip+http://host:8080/whip/demo",
            "  mediatool ingest whep+http://host/whep/cam --forward room:copy --forward rtp://127.0.0.1:6004",
            "  mediatool ingest stream.sdp --forward rtp://127.0.0.1:6004 --record talk.mp4 --sdp out.sdp"
        })
final class IngestCommand implements Callable<Integer> {
    @ParentCommand
    private MediaTool tool;

    @Parameters(
            arity = "0..*",
            paramLabel = "SOURCE",
            description = "SDP file, '-' (SDP on standard input), rtp://[ADDR]:PORT[?codec=…&pt=…], udp://[ADDR]:PORT, "
                    + "whep+http[s]://HOST/PATH or room:ROOM; whip+http[s]://HOST/PATH is a target, as of --forward.")
    private List<String> arguments = List.of();

    @Option(
            names = "--forward",
            paramLabel = "TARGET",
            description = "Send everything there: rtp://HOST:PORT, whip+http[s]://HOST/PATH or room:ROOM; repeatable.")
    private List<String> forwards = List.of();

    @Option(names = "--record", paramLabel = "FILE", description = "Record everything to this MP4 file.")
    private @Nullable Path record;

    @Option(names = "--overwrite", description = "Replace the recording if it exists.")
    private boolean overwrite;

    @Option(names = "--play", paramLabel = "FILE", description = "Play this MP4 file into the room; repeatable.")
    private List<Path> play = List.of();

    @Option(
            names = "--sdp",
            paramLabel = "FILE",
            description = "Write what receivers of the first forward need ('-': standard output), once it is known.")
    private @Nullable String sdp;

    @Mixin
    private RecordDeadlines deadlines;

    @Mixin
    private ServerOptions server;

    @Mixin
    private SourceOptions sourceOptions;

    @Mixin
    private OutputOptions out;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    IngestCommand() {}

    @Override
    public Integer call() throws CommandException {
        var sources = new ArrayList<String>();
        var forwards = new ArrayList<>(this.forwards);
        arguments.forEach(each -> (ServerOptions.isTarget(each) ? forwards : sources).add(each));
        if (sources.isEmpty() && play.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "ingest: name a SOURCE, e.g. rtp://:5004 or stream.sdp");
        }
        if (forwards.isEmpty() && record == null) {
            throw new CommandException(
                    ExitCode.USAGE, "ingest: name an output: --forward rtp://HOST:PORT or --record FILE");
        }
        var plan = new IngestRun.Plan(
                sourceOptions.parse(sources.stream()
                        .filter(each -> !ServerOptions.isServer(each))
                        .toList()),
                sources.stream().filter(ServerOptions::isServer).toList(),
                sourceOptions.ingest(),
                forwards,
                record == null ? null : RecorderOptions.defaults(record).withOverwrite(overwrite),
                play.isEmpty() ? null : PlayerOptions.defaults(play),
                sdp,
                server);
        return new IngestRun(plan, deadlines, out, tool.interruption()).run();
    }
}
