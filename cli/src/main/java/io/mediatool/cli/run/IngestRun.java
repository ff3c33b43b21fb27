package io.mediatool.cli.run;

import io.mediatool.cli.option.RecordDeadlines;
import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.part.Part;
import io.mediatool.cli.part.Source;
import io.mediatool.cli.remote.WhepPart;
import io.mediatool.cli.remote.WhipPart;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.sound.SoundStudio;
import io.mediatool.ingest.forward.ForwardPorts;
import io.mediatool.ingest.source.IngestOptions;
import io.mediatool.ingest.source.SourceSpec;
import io.mediatool.player.PlayerOptions;
import io.mediatool.recorder.RecorderOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of {@code mediatool ingest}: a room with sources, forwards, a recording and a player. */
public final class IngestRun {
    /**
     * Everything that the command line asks for.
     *
     * @param watched WHEP servers
     * @param server how those are asked, and the ones that are forwarded to
     */
    public record Plan(
            List<SourceSpec> sources,
            List<String> watched,
            IngestOptions ingestOptions,
            List<String> forwards,
            @Nullable RecorderOptions recording,
            @Nullable PlayerOptions player,
            @Nullable String sdp,
            ServerOptions server) {}

    private final Plan plan;
    private final RecordDeadlines deadlines;
    private final OutputOptions out;
    private final Console console;
    private final Interruption interruption;

    private final List<ForwardPart> forwards = new ArrayList<>();
    private final ForwardPorts forwardPorts = new ForwardPorts();
    private final List<WhipPart> servers = new ArrayList<>();
    private @Nullable RecordingPart recording;
    private @Nullable PlayerPart player;
    private @Nullable SourcePart source;
    private final List<WhepPart> watched = new ArrayList<>();
    private final Activity activity = new Activity();
    private final Unfinished unfinished = new Unfinished();
    private String describedAs = "";
    private final Set<Part> toldFailures = new HashSet<>();

    public IngestRun(Plan plan, RecordDeadlines deadlines, OutputOptions out, Interruption interruption) {
        this.plan = plan;
        this.deadlines = deadlines;
        this.out = out;
        this.console = out.console();
        this.interruption = interruption;
    }

    public int run() throws CommandException {
        SdpOutput.check(plan.sdp(), out);
        try (EventLoop loop = Loops.open(console);
                SoundStudio sound = new SoundStudio()) {
            var room = room(loop, sound);
            try {
                open(loop, room);
                var supervision = new Supervision(loop, this::look);
                interruption.onSignal(supervision::onSignal);
                if (player != null) {
                    player.start();
                }
                supervision.start();
                StopReason reason = supervision.await();
                if (recording != null && reason.isOurs()) {
                    recording.finish(supervision.hurried()); // while those who send can still be asked
                }
                String seen = sources().stream().map(Source::seen).collect(Collectors.joining("; "));
                parts().forEach(Part::close);
                console.endStatus();
                return finish(reason, seen);
            } finally {
                parts().forEach(Part::close);
            }
        }
    }

    /** Servers are asked when it is known what comes; what came until they answer is kept for them. */
    private Room room(EventLoop loop, SoundStudio sound) {
        boolean late = plan.forwards().stream().anyMatch(ServerOptions::isServer);
        return late
                ? new MediaServer(loop, Randomness.secure(), InstantSource.system(), sound).room("ingest")
                : new Room("ingest", loop);
    }

    private void open(EventLoop loop, Room room) throws CommandException {
        if (plan.recording() != null) {
            recording = new RecordingPart(
                    loop,
                    plan.watched().isEmpty() ? plan.recording() : RecordingPart.patient(plan.recording()),
                    console);
        }
        for (String target : plan.forwards()) {
            if (ServerOptions.isServer(target)) {
                servers.add(new WhipPart(loop, plan.server().parse("ingest", target, true), plan.server(), console));
            } else {
                forwards.add(new ForwardPart(loop, forwardPorts, target, console));
            }
        }
        loop.execute(() -> room.addListener((r, stream) -> onStream(stream)));
        if (plan.player() != null) {
            player = new PlayerPart(room, "file", plan.player(), console);
        }
        if (!plan.sources().isEmpty()) {
            source = new SourcePart(room, plan.sources(), plan.ingestOptions(), forwards, console);
        }
        for (String address : plan.watched()) {
            String name = watched.isEmpty() ? "whep" : "whep" + watched.size();
            watched.add(new WhepPart(
                    loop, room, name, plan.server().parse("ingest", address, false), plan.server(), console));
        }
    }

    private void onStream(IncomingStream stream) {
        unfinished.add(stream);
        forwards.forEach(forward -> forward.add(stream));
        servers.forEach(server -> server.add(stream));
        if (recording != null) {
            recording.add(stream);
        }
        stream.addListener(activity);
    }

    /** Sources first, so that outputs see the end of the streams before they are closed. */
    private List<Part> parts() {
        var parts = new ArrayList<Part>();
        parts.addAll(watched);
        for (Part part : new @Nullable Part[] {source, player, recording}) {
            if (part != null) {
                parts.add(part);
            }
        }
        parts.addAll(forwards);
        parts.addAll(servers);
        return parts;
    }

    private List<Source> sources() {
        var sources = new ArrayList<Source>(watched);
        if (source != null) {
            sources.add(source);
        }
        return sources;
    }

    private @Nullable StopReason look(long nowNs) {
        console.status(() -> parts().stream()
                .map(part -> part.status(nowNs))
                .filter(Objects::nonNull)
                .collect(Collectors.joining("  |  ")));
        tellFailures();
        describe();
        if (plan.forwards().isEmpty() && recording != null && recording.failure() != null) {
            return StopReason.FAILED;
        }
        boolean alone = forwards.isEmpty() && recording == null;
        if (alone && !servers.isEmpty() && servers.stream().allMatch(server -> server.failure() != null)) {
            return StopReason.FAILED;
        }
        boolean none = player == null && sources().stream().allMatch(each -> each.failure() != null);
        if (none) {
            return StopReason.FAILED;
        }
        boolean over = sources().stream().allMatch(each -> each.hasEnded() || each.failure() != null)
                && (player == null || player.hasEnded());
        if (over) {
            return unfinished.isAwaited(nowNs) ? null : StopReason.ENDED;
        }
        return activity.overdue(nowNs, deadlines);
    }

    private void tellFailures() {
        var alone = remotes();
        if (recording != null) {
            alone.add(recording);
        }
        for (Part part : alone) {
            String failed = part.failure();
            if (failed != null && toldFailures.add(part)) {
                console.error(failed + " (the rest goes on)");
            }
        }
    }

    /** What is at other machines. */
    private List<Part> remotes() {
        var remotes = new ArrayList<Part>(watched);
        remotes.addAll(servers);
        return remotes;
    }

    /** Writes the description again whenever another track has become known. */
    private void describe() {
        if (plan.sdp() == null || forwards.isEmpty() || activity.tracks() == 0) {
            return;
        }
        String sdp = forwards.get(0).sdp();
        if (sdp.equals(describedAs)) {
            return;
        }
        describedAs = sdp;
        try {
            SdpOutput.write(plan.sdp(), sdp, out);
        } catch (CommandException e) {
            console.error(String.valueOf(e.getMessage()));
        }
    }

    private int finish(StopReason reason, String seen) throws CommandException {
        var json = new LinkedHashMap<String, Object>();
        json.put("stopped", reason.words());
        if (source != null) {
            json.put("sources", source.summary());
        }
        if (!watched.isEmpty()) {
            json.put("watched", watched.stream().map(WhepPart::summary).toList());
        }
        json.put("forwards", forwards.stream().map(ForwardPart::summary).toList());
        if (!servers.isEmpty()) {
            json.put("published", servers.stream().map(WhipPart::summary).toList());
        }
        if (recording != null) {
            json.put("recording", recording.summary());
        }
        if (player != null) {
            json.put("player", player.summary());
        }
        out.summary(json);
        parts().forEach(part -> part.lines().forEach(console::line));
        for (Part server : remotes()) {
            if (server.failure() != null) {
                throw new CommandException(ExitCode.NETWORK, server.failure());
            }
        }
        for (Part part : parts()) {
            if (part.failure() != null) {
                throw new CommandException(ExitCode.FILE, part.failure());
            }
        }
        if (activity.packets() == 0 && reason != StopReason.INTERRUPTED) {
            throw new CommandException(ExitCode.NOTHING_ARRIVED, "nothing to forward arrived: " + seen);
        }
        return ExitCode.OK;
    }
}
