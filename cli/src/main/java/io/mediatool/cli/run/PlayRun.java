package io.mediatool.cli.run;

import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Interruption;
import io.mediatool.cli.terminal.OutputOptions;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.Room;
import io.mediatool.player.PlayerOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of {@code mediatool play}. */
public final class PlayRun {
    private final OutputOptions out;
    private final Console console;
    private final Interruption interruption;

    public PlayRun(OutputOptions out, Interruption interruption) {
        this.out = out;
        this.console = out.console();
        this.interruption = interruption;
    }

    public int run(PlayerOptions options, List<String> targets, @Nullable String sdp) throws CommandException {
        try (EventLoop loop = Loops.open(console)) {
            var room = new Room("play", loop);
            var forwards = new ArrayList<ForwardPart>();
            try {
                for (String target : targets) {
                    forwards.add(new ForwardPart(loop, target, console));
                }
                loop.execute(() -> room.addListener((r, stream) -> forwards.forEach(f -> f.add(stream))));
                return play(loop, new PlayerPart(room, "file", options, console), forwards, sdp);
            } finally {
                forwards.forEach(ForwardPart::close);
            }
        }
    }

    private int play(EventLoop loop, PlayerPart player, List<ForwardPart> forwards, @Nullable String sdp)
            throws CommandException {
        try {
            SdpOutput.write(sdp, forwards.get(0).sdp(player.formats()), out);
            var supervision = new Supervision(loop, nowNs -> look(nowNs, player));
            interruption.onSignal(() -> supervision.stop(StopReason.INTERRUPTED));
            player.start();
            supervision.start();
            StopReason reason = supervision.await();
            player.close();
            forwards.forEach(ForwardPart::close);
            console.endStatus();
            return finish(reason, player, forwards);
        } finally {
            player.close();
        }
    }

    private @Nullable StopReason look(long nowNs, PlayerPart player) {
        console.status(() -> player.status(nowNs));
        if (player.failure() != null) {
            return StopReason.FAILED;
        }
        return player.hasEnded() ? StopReason.ENDED : null;
    }

    private int finish(StopReason reason, PlayerPart player, List<ForwardPart> forwards) throws CommandException {
        var json = new LinkedHashMap<String, Object>();
        json.put("stopped", reason.words());
        json.putAll(player.summaryFields());
        json.put("targets", forwards.stream().map(ForwardPart::summary).toList());
        out.summary(json);
        player.lines().forEach(console::line);
        forwards.forEach(forward -> forward.lines().forEach(console::line));
        String failure = player.failure();
        if (failure != null) {
            throw new CommandException(ExitCode.FILE, failure);
        }
        return ExitCode.OK;
    }
}
