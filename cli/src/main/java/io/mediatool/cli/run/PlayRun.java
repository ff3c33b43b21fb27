package io.mediatool.cli.run;

import io.mediatool.cli.option.ServerOptions;
import io.mediatool.cli.part.Part;
import io.mediatool.cli.remote.WhipPart;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.Room;
import io.mediatool.core.server.sound.SoundStudio;
import io.mediatool.ingest.forward.ForwardPorts;
import io.mediatool.ingest.forward.RtpForwarder;
import io.mediatool.player.PlayerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of {@code mediatool play}. */
public final class PlayRun {
    private final OutputOptions out;
    private final Console console;
    private final Interruption interruption;
    private final List<ForwardPart> forwards = new ArrayList<>();
    private final ForwardPorts forwardPorts = new ForwardPorts();
    private final List<WhipPart> servers = new ArrayList<>();
    private final Unfinished unfinished = new Unfinished();
    private boolean playing;
    private long startedNs = Long.MIN_VALUE;
    private long endedNs = Long.MIN_VALUE;

    public PlayRun(OutputOptions out, Interruption interruption) {
        this.out = out;
        this.console = out.console();
        this.interruption = interruption;
    }

    /**
     * Where the files go.
     *
     * @param sdp where the description of the first RTP target is written, or null
     * @param server for WHIP servers
     * @param timeout how long those may take
     */
    public record Plan(List<String> targets, @Nullable String sdp, ServerOptions server, Duration timeout) {}

    public int run(PlayerOptions options, Plan plan) throws CommandException {
        SdpOutput.check(plan.sdp(), out);
        try (EventLoop loop = Loops.open(console);
                SoundStudio sound = new SoundStudio()) {
            var room = new Room("play", loop, sound);
            try {
                for (String target : plan.targets()) {
                    open(loop, target, plan.server());
                }
                if (plan.sdp() != null && forwards.isEmpty()) {
                    throw new CommandException(ExitCode.USAGE, "--sdp describes what is sent to an rtp:// target");
                }
                loop.execute(() -> room.addListener((r, stream) -> {
                    unfinished.add(stream);
                    forwards.forEach(forward -> forward.add(stream));
                    servers.forEach(server -> server.add(stream));
                }));
                return play(loop, new PlayerPart(room, "file", options, console), plan);
            } finally {
                outputs().forEach(Part::close);
            }
        }
    }

    private void open(EventLoop loop, String target, ServerOptions server) throws CommandException {
        if (ServerOptions.isServer(target)) {
            servers.add(new WhipPart(loop, server.parse("play", target, true), server, console));
        } else {
            forwards.add(new ForwardPart(loop, forwardPorts, target, console));
        }
    }

    private List<Part> outputs() {
        var outputs = new ArrayList<Part>(forwards);
        outputs.addAll(servers);
        return outputs;
    }

    private int play(EventLoop loop, PlayerPart player, Plan plan) throws CommandException {
        try {
            if (!forwards.isEmpty()) {
                SdpOutput.write(plan.sdp(), forwards.get(0).sdp(player.formats()), out);
            }
            for (WhipPart server : servers) {
                server.begin(player.formats());
            }
            var supervision = new Supervision(loop, nowNs -> look(nowNs, player, plan));
            interruption.onSignal(supervision::onSignal);
            supervision.start();
            StopReason reason = supervision.await();
            String late = reason == StopReason.TIMEOUT
                    ? servers.stream()
                            .filter(server -> !server.isConnected())
                            .map(WhipPart::seen)
                            .collect(Collectors.joining("; "))
                    : null;
            player.close();
            outputs().forEach(Part::close);
            console.endStatus();
            return finish(reason, player, late);
        } finally {
            player.close();
        }
    }

    /** Nothing is played before every server takes it: none shall miss the beginning. */
    private @Nullable StopReason look(long nowNs, PlayerPart player, Plan plan) {
        for (WhipPart server : servers) {
            if (server.failure() != null) {
                return StopReason.FAILED;
            }
        }
        if (!playing) {
            startedNs = startedNs == Long.MIN_VALUE ? nowNs : startedNs;
            if (!servers.stream().allMatch(WhipPart::isConnected)) {
                return nowNs - startedNs >= plan.timeout().toNanos() ? StopReason.TIMEOUT : null;
            }
            playing = true;
            if (!servers.isEmpty()) {
                player.warnOfBFrames();
            }
            player.start();
            return null;
        }
        console.status(() -> player.status(nowNs));
        if (player.failure() != null) {
            return StopReason.FAILED;
        }
        boolean over = player.hasEnded() && !unfinished.isAwaited(nowNs) && farewellIsSaid(nowNs);
        return over ? StopReason.ENDED : null;
    }

    /** Receivers of plain RTP are given the time to read the last packets before they are told that these were the last. */
    private boolean farewellIsSaid(long nowNs) {
        endedNs = endedNs == Long.MIN_VALUE ? nowNs : endedNs;
        return forwards.isEmpty() || nowNs - endedNs > RtpForwarder.FAREWELL_NS;
    }

    private int finish(StopReason reason, PlayerPart player, @Nullable String late) throws CommandException {
        var json = new LinkedHashMap<String, Object>();
        json.put("stopped", reason.words());
        json.putAll(player.summaryFields());
        json.put("targets", outputs().stream().map(Part::summary).toList());
        out.summary(json);
        CommandException failure = failure(reason, player, late);
        if (playing || failure == null) {
            player.lines().forEach(console::line);
            outputs().forEach(output -> output.lines().forEach(console::line));
        }
        if (failure != null) {
            throw failure;
        }
        return ExitCode.OK;
    }

    private @Nullable CommandException failure(StopReason reason, PlayerPart player, @Nullable String late) {
        String failure = player.failure();
        if (failure != null) {
            return new CommandException(ExitCode.FILE, failure);
        }
        for (WhipPart server : servers) {
            if (server.failure() != null) {
                return new CommandException(ExitCode.NETWORK, server.failure());
            }
        }
        for (WhipPart server : servers) {
            if (reason == StopReason.ENDED && !server.wasConnected()) {
                return new CommandException(ExitCode.NETWORK, "not connected at the end: " + server.seen());
            }
        }
        return late == null ? null : new CommandException(ExitCode.NETWORK, "not connected in time: " + late);
    }
}
