package io.mediatool.cli.rooms;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.server.Room;
import io.mediatool.player.Player;
import io.mediatool.player.PlayerOptions;
import io.mediatool.player.PlayerProgress;
import io.mediatool.player.PlayerSummary;
import io.mediatool.player.PlayerTrackInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Plays files into a room, as a publisher like any other. Ends with the last file, or when somebody takes its stream's name. */
final class PlayerWork extends Work implements Player.Listener {
    private final Order.Player order;
    private final String stream;
    private final Player player;
    private volatile @Nullable String failure;

    /** Reads the files' headers: blocks. */
    PlayerWork(Terms terms, Order.Player order, String stream, RandomGenerator random, Executor threads)
            throws RefusedWorkException {
        super(Kind.PLAYER, terms);
        this.order = order;
        this.stream = stream;
        PlayerOptions options = PlayerOptions.defaults(order.files())
                .withLoops(order.loops())
                .withStart(order.start())
                .withSpeed(order.speed())
                .withBFrames(order.bFrames());
        try {
            this.player = Player.open(terms.room(), stream, options, terms.clock(), random, new InOrder(threads), this);
        } catch (IOException e) {
            throw new RefusedWorkException(422, shown(order, String.valueOf(e.getMessage())));
        }
    }

    /** Where the files are is nobody's business. */
    private static String shown(Order.Player order, String line) {
        String shown = line;
        for (int i = 0; i < order.files().size(); i++) {
            shown = shown.replace(order.files().get(i).toString(), order.shown().get(i));
        }
        return shown;
    }

    void begin() {
        boolean bFrames = player.tracks().stream().anyMatch(PlayerTrackInfo::bFrames);
        if (bFrames && order.bFrames() == PlayerOptions.BFrames.SEND) {
            onWarning(
                    "has B-frames, which browsers show unevenly or not at all: encode it without them (FFmpeg: -bf 0),"
                            + " or have them left out (bFrames: drop)");
        }
        player.start();
    }

    @Override
    public CompletionStage<Void> change(Order.Change change) throws RefusedWorkException {
        Duration position = change.position();
        long lengthNs = player.progress().listDurationNs();
        if (position != null && lengthNs > 0 && position.toNanos() > lengthNs) {
            throw new RefusedWorkException(
                    422, "'position' lies behind the end; the files last " + seconds(lengthNs) + " s");
        }
        Double speed = change.speed();
        if (speed != null) {
            player.speed(speed);
        }
        Integer loops = change.loops();
        if (loops != null) {
            player.loops(loops);
        }
        if (speed != null || loops != null) {
            tell(WorkEvent.Type.CHANGED, stream, "");
        }
        if (position != null) {
            player.seek(position);
            tell(WorkEvent.Type.SEEKED, stream, "to " + position.toMillis() / 1e3 + " s");
        }
        Boolean still = change.paused();
        if (still != null) {
            pause(still);
        }
        return onLoop(() -> {}); // behind all that
    }

    /** Harmless when repeated. */
    void pause(boolean still) {
        if (still ? player.pause() : player.resume()) {
            tell(still ? WorkEvent.Type.PAUSED : WorkEvent.Type.RESUMED, stream, "");
        }
    }

    @Override
    Set<Path> files() {
        return Set.copyOf(order.files());
    }

    @Override
    State going() {
        return player.isPaused() ? State.PAUSED : State.RUNNING;
    }

    @Override
    void measure(Map<String, Object> progress) {
        PlayerProgress reached = player.progress();
        progress.put("positionSeconds", seconds(reached.listPositionNs()));
        if (reached.listDurationNs() > 0) {
            progress.put("durationSeconds", seconds(reached.listDurationNs()));
        }
        progress.put("playedSeconds", seconds(reached.positionNs()));
        progress.put("round", reached.round());
        progress.put("loops", reached.loops());
        progress.put("speed", reached.speed());
        progress.put("frames", reached.frames());
        progress.put("packets", reached.packets());
        progress.put("bytes", reached.bytes());
    }

    @Override
    void describe(Map<String, Object> report) {
        report.put("stream", stream);
        report.put("files", order.shown());
        measure(report);
        List<Map<String, Object>> tracks = new ArrayList<>();
        for (var track : player.tracks()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("id", track.id());
            json.put("codec", track.format().codec().label());
            if (track.kind() == MediaKind.VIDEO) {
                json.put("bFrames", track.bFrames());
            }
            tracks.add(json);
        }
        report.put("tracks", tracks);
    }

    @Override
    CompletionStage<Void> stop() {
        player.stop();
        return player.done().thenAccept((PlayerSummary done) -> {});
    }

    @Override
    public void onWarning(String line) {
        tell(WorkEvent.Type.WARNING, stream, shown(order, line));
    }

    @Override
    public void onFailed(IOException cause) {
        // What was read is still played.
        failure = shown(order, String.valueOf(cause.getMessage()));
    }

    @Override
    public void onEnded() {
        String known = failure;
        if (known != null) {
            failed(known);
            return;
        }
        Room room = room();
        boolean replaced = room.stream(stream) != null;
        ended(replaced ? "another one publishes under this name" : "the end was reached");
    }
}
