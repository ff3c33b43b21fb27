package io.mediatool.cli.run;

import io.mediatool.cli.option.Expectation;
import io.mediatool.cli.option.RecordDeadlines;
import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.part.Source;
import io.mediatool.cli.remote.WhepPart;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.Room;
import io.mediatool.core.signalling.client.ServerAddress;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingProgress;
import io.mediatool.recorder.RecordingSummary;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of {@code mediatool record}. */
public final class RecordRun {
    /** When to say that nothing has come yet. */
    private static final long HINT_AFTER_NS = 10_000_000_000L;

    /** A frame or two of a stream in one go. */
    private static final Duration GATHER = Duration.ofMillis(80);

    private final RecordDeadlines deadlines;
    private final Expectation expectation;
    private final OutputOptions out;
    private final Console console;
    private final Interruption interruption;

    private boolean hinted;
    private long startedNs = Long.MIN_VALUE;

    public RecordRun(RecordDeadlines deadlines, Expectation expectation, OutputOptions out, Interruption interruption) {
        this.deadlines = deadlines;
        this.expectation = expectation;
        this.out = out;
        this.console = out.console();
        this.interruption = interruption;
    }

    public int run(List<SourceSpec> sources, IngestOptions ingestOptions, RecorderOptions recorderOptions)
            throws CommandException {
        try (EventLoop loop = Loops.openReceiving(console)) {
            return record(
                    loop,
                    recorderOptions.withGather(GATHER),
                    room -> new SourcePart(room, sources, ingestOptions, List.of(), console));
        }
    }

    /** Records what a WHEP server sends. */
    public int run(ServerAddress server, ServerOptions options, RecorderOptions recorderOptions)
            throws CommandException {
        try (EventLoop loop = Loops.open(console)) {
            return record(
                    loop,
                    RecordingPart.patient(recorderOptions),
                    room -> new WhepPart(loop, room, "whep", server, options, console));
        }
    }

    private interface SourceOpener {
        Source open(Room room) throws CommandException;
    }

    private int record(EventLoop loop, RecorderOptions recorderOptions, SourceOpener opener) throws CommandException {
        var recording = new RecordingPart(loop, recorderOptions, console);
        try {
            var room = new Room("record", loop);
            loop.execute(() -> room.addListener((r, stream) -> recording.add(stream)));
            return record(loop, opener.open(room), recording);
        } finally {
            recording.close();
        }
    }

    private int record(EventLoop loop, Source source, RecordingPart recording) throws CommandException {
        var supervision = new Supervision(loop, nowNs -> look(nowNs, source, recording));
        interruption.onSignal(supervision::onSignal);
        supervision.start();
        StopReason reason = supervision.await();
        if (reason.isOurs()) {
            recording.finish(supervision.hurried()); // while the source can still be asked
        }
        String seen = source.seen();
        source.close();
        recording.close();
        console.endStatus();
        return finish(reason, recording, source.failure(), seen);
    }

    private @Nullable StopReason look(long nowNs, Source source, RecordingPart recording) {
        if (startedNs == Long.MIN_VALUE) {
            startedNs = nowNs;
        }
        if (recording.failure() != null || source.failure() != null) {
            return StopReason.FAILED;
        }
        RecordingProgress progress = recording.progress();
        boolean over = recording.hasEnded() || source.hasEnded();
        if (progress.tracks().stream().allMatch(track -> track.frames() == 0)) {
            return waiting(nowNs, source, recording, over);
        }
        console.status(() -> recording.status(nowNs));
        if (progress.durationNs() >= deadlines.durationNs()) {
            return StopReason.DURATION;
        }
        if (over) {
            return StopReason.ENDED;
        }
        return nowNs - progress.lastFrameNs() >= deadlines.idleNs() ? StopReason.IDLE : null;
    }

    private @Nullable StopReason waiting(long nowNs, Source source, RecordingPart recording, boolean over) {
        long waitedNs = nowNs - startedNs;
        if (!hinted && waitedNs >= HINT_AFTER_NS) {
            hinted = true;
            String missing = recording.missingConfig();
            console.line("still waiting: " + (missing == null ? source.seen() : missing));
        }
        if (waitedNs >= deadlines.timeoutNs()) {
            return StopReason.TIMEOUT;
        }
        return over ? StopReason.ENDED : null;
    }

    private int finish(StopReason reason, RecordingPart recording, @Nullable String sourceFailure, String seen)
            throws CommandException {
        RecordingSummary summary = recording.recorded();
        var json = new LinkedHashMap<String, Object>();
        json.put("stopped", reason.words());
        json.putAll(recording.summaryFields());
        out.summary(json);
        recording.lines().forEach(console::line);
        if (recording.failure() != null) {
            throw new CommandException(ExitCode.FILE, recording.failure());
        }
        if (sourceFailure != null) {
            throw new CommandException(ExitCode.NETWORK, sourceFailure);
        }
        boolean nothing = summary.tracks().stream().allMatch(track -> track.frames() == 0);
        String undecodable = recording.missingConfig();
        if (nothing && reason != StopReason.INTERRUPTED) {
            throw new CommandException(
                    ExitCode.NOTHING_ARRIVED,
                    undecodable == null ? "nothing to record arrived: " + seen : "nothing recorded: " + undecodable);
        }
        if (undecodable != null) {
            console.line(undecodable);
        }
        String missing = expectation.missing(summary.tracks().stream()
                .map(track -> new Expectation.Arrived(track.codec(), track.frames()))
                .toList());
        if (missing != null) {
            throw new CommandException(ExitCode.NOT_AS_EXPECTED, "not as expected: " + missing);
        }
        return ExitCode.OK;
    }
}
