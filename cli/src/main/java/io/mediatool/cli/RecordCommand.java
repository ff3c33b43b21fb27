package io.mediatool.cli;

import io.mediatool.cli.option.Expectation;
import io.mediatool.cli.option.RecordDeadlines;
import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.option.SourceOptions;
import io.mediatool.cli.run.RecordRun;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.mp4.Mp4Layout;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.recorder.RecorderOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code mediatool record}: an incoming stream to MP4, live. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Writes an incoming stream to an MP4 file, live, losing nothing.",
            "",
            "The file can be played while it grows and after a crash; when recording stops it becomes an ordinary,",
            "seekable MP4. Ctrl-C finishes the file."
        },
        footer = {
            "",
            "Examples:",
            "  mediatool record rtp://:5004 -o talk.mp4          a push whose codec is recognised, or MPEG-TS from VLC",
            "  mediatool record stream.sdp -o talk.mp4           what the SDP file describes",
            "  ffmpeg … -f rtp rtp://127.0.0.1:5004 | mediatool record - -o talk.mp4    SDP from standard input",
            "  mediatool record whep+http://host:8080/whep/demo -o talk.mp4             what a WHEP server sends",
            "  mediatool record room:demo --server http://host:8080 -o talk.mp4         a room of mediatool serve"
        })
final class RecordCommand implements Callable<Integer> {
    private static final Duration SHORTEST_SEGMENT = Duration.ofSeconds(1);
    private static final Duration LONGEST_REORDER = Duration.ofMinutes(1);

    @ParentCommand
    private MediaTool tool;

    @Parameters(
            arity = "1..*",
            paramLabel = "SOURCE",
            description =
                    "SDP file, '-' (SDP on standard input), rtp://[ADDR]:PORT[?codec=…&pt=…], udp://[ADDR]:PORT; or one "
                            + "alone: whep+http[s]://HOST/PATH, room:ROOM.")
    private List<String> sources;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The MP4 file to write.")
    private Path output;

    @Option(names = "--overwrite", description = "Replace the file if it exists; otherwise that is refused.")
    private boolean overwrite;

    @Option(names = "--faststart", description = "Move the index to the front when recording stops.")
    private boolean faststart;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "hybrid (default) or fragmented (leave fragments).",
            defaultValue = "hybrid")
    private Mp4Layout format;

    @Option(
            names = "--segment",
            paramLabel = "TIME",
            description = "Start a new file at the first key frame after TIME.")
    private @Nullable Duration segment;

    @Option(
            names = "--on-change",
            paramLabel = "WHERE",
            description = "New resolution or parameter sets go into the same-file (default) or a new-file.",
            defaultValue = "same-file")
    private OnChange onChange;

    @Option(
            names = "--reorder",
            paramLabel = "TIME",
            description = "How long to wait for packets that come late (default ${DEFAULT-VALUE}).",
            defaultValue = "200ms")
    private Duration reorder;

    @Mixin
    private RecordDeadlines deadlines;

    @Mixin
    private SourceOptions sourceOptions;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Expectation expectation;

    @Mixin
    private OutputOptions out;

    /** Where a change of the picture's size or parameter sets goes. */
    enum OnChange {
        SAME_FILE,
        NEW_FILE
    }

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    RecordCommand() {}

    @Override
    public Integer call() throws CommandException {
        expectation.wanted();
        if (segment != null && segment.compareTo(SHORTEST_SEGMENT) < 0) {
            throw new CommandException(ExitCode.USAGE, "record: --segment takes a second or more");
        }
        if (reorder.compareTo(LONGEST_REORDER) > 0) {
            throw new CommandException(ExitCode.USAGE, "record: --reorder takes a minute at most");
        }
        var run = new RecordRun(deadlines, expectation, out, tool.interruption());
        if (sources.stream().anyMatch(ServerOptions::isServer)) {
            if (sources.size() > 1) {
                throw new CommandException(
                        ExitCode.USAGE, "record: a server's stream goes into a file of its own: name it alone");
            }
            return run.run(server.parse("record", sources.get(0), false), server, options());
        }
        List<SourceSpec> specs = sourceOptions.parse(sources);
        return run.run(specs, sourceOptions.ingest(), options());
    }

    private RecorderOptions options() {
        return RecorderOptions.defaults(output)
                .withLayout(faststart ? Mp4Layout.FASTSTART : format)
                .withOverwrite(overwrite)
                .withReorder(reorder)
                .withSegment(segment)
                .withNewFileOnChange(onChange == OnChange.NEW_FILE);
    }
}
