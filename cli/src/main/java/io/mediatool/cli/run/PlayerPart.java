package io.mediatool.cli.run;

import io.mediatool.cli.part.Part;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.Room;
import io.mediatool.player.Player;
import io.mediatool.player.PlayerOptions;
import io.mediatool.player.PlayerProgress;
import io.mediatool.player.PlayerSummary;
import io.mediatool.player.PlayerTrackInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A file that is played into the room of a run. */
final class PlayerPart implements Part, Player.Listener {
    private final Console console;
    private final ExecutorService files;
    private final Player player;
    private final PlayerOptions options;
    private volatile @Nullable String failure;
    private volatile boolean ended;

    /** Reads the files' headers; nothing is sent before {@link #start()}. */
    PlayerPart(Room room, String streamName, PlayerOptions options, Console console) throws CommandException {
        this.console = console;
        this.options = options;
        this.files = Executors.newSingleThreadExecutor(task -> new Thread(task, "player-files"));
        try {
            this.player =
                    Player.open(room, streamName, options, InstantSource.system(), Randomness.secure(), files, this);
        } catch (IOException e) {
            files.shutdown();
            throw new CommandException(ExitCode.FILE, e);
        }
    }

    void start() {
        player.tracks().forEach(track -> console.line("playing " + track.id() + ": " + track.description()));
        player.start();
    }

    /** For WebRTC, which shows pictures in the order of their coming. */
    void warnOfBFrames() {
        boolean has = player.tracks().stream().anyMatch(PlayerTrackInfo::bFrames);
        if (has && options.bFrames() == PlayerOptions.BFrames.SEND) {
            console.line("has B-frames, which browsers show unevenly or not at all: encode it without them (FFmpeg: "
                    + "-bf 0), or have them left out (--b-frames drop)");
        }
    }

    /** What is sent for each track. */
    List<RtpFormat> formats() {
        return player.tracks().stream().map(PlayerTrackInfo::format).toList();
    }

    /** Whether the last file is at its end. */
    boolean hasEnded() {
        return ended || player.done().isDone();
    }

    @Override
    public String status(long nowNs) {
        PlayerProgress progress = player.progress();
        String total = progress.durationNs() > 0 ? " of " + Units.time(progress.durationNs()) : "";
        return "play " + Units.time(progress.positionNs()) + total + "  " + progress.frames() + " frames";
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        player.stop();
        player.done().join();
        files.shutdown();
    }

    @Override
    public String name() {
        return "player";
    }

    @Override
    public Object summary() {
        return summaryFields();
    }

    /** The summary's fields, in the order to print them. */
    Map<String, Object> summaryFields() {
        PlayerSummary done = player.done().join();
        var json = new LinkedHashMap<String, Object>();
        json.put("files", done.files().stream().map(Path::toString).toList());
        json.put("duration", done.durationNs() / 1e9);
        json.put("loops", done.loops());
        var tracks = new ArrayList<Map<String, Object>>();
        for (var track : done.tracks()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("id", track.id());
            fields.put("codec", track.codec().label());
            fields.put("frames", track.frames());
            fields.put("packets", track.packets());
            fields.put("size", track.bytes());
            fields.put("skipped_frames", track.skippedFrames());
            tracks.add(fields);
        }
        json.put("tracks", tracks);
        if (done.failure() != null) {
            json.put("failure", done.failure());
        }
        return json;
    }

    @Override
    public List<String> lines() {
        PlayerSummary done = player.done().join();
        long frames = done.tracks().stream().mapToLong(track -> track.frames()).sum();
        return List.of("played " + Units.time(done.durationNs()) + ", " + frames + " frames");
    }

    @Override
    public void onWarning(String line) {
        console.line(line);
    }

    @Override
    public void onFailed(IOException cause) {
        failure = cause.getMessage();
    }

    @Override
    public void onEnded() {
        ended = true;
    }
}
