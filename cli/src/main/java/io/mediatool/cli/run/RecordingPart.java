package io.mediatool.cli.run;

import io.mediatool.cli.part.Part;
import io.mediatool.cli.report.Bitrates;
import io.mediatool.cli.report.MissingConfig;
import io.mediatool.cli.terminal.CommandException;
import io.mediatool.cli.terminal.Console;
import io.mediatool.cli.terminal.ExitCode;
import io.mediatool.cli.terminal.Units;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.signalling.client.ClientSession;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingProgress;
import io.mediatool.recorder.RecordingSummary;
import io.mediatool.recorder.TrackProgress;
import io.mediatool.recorder.TrackSummary;
import io.mediatool.recorder.file.RecordedFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A recording within a run. */
final class RecordingPart implements Part, Recorder.Listener {
    /** For the last repetition to arrive. */
    private static final long AFTER_REPAIR_NS = 100_000_000L;

    /** Who waits no longer than this need not be told. */
    private static final long SILENT_MS = 500;

    private final Console console;
    private final Recorder recorder;
    private final ExecutorService files;
    private final RecorderOptions options;
    private volatile @Nullable String failure;
    private volatile boolean ended;
    private @Nullable RecordingSummary summary;
    private final Bitrates bitrates = new Bitrates();

    /** Checks that the file can be written; creates it with the first frame. */
    RecordingPart(EventLoop loop, RecorderOptions options, Console console) throws CommandException {
        this.console = console;
        this.options = options;
        this.files = Executors.newSingleThreadExecutor(task -> new Thread(task, "recorder-files"));
        try {
            this.recorder = Recorder.start(loop, options, InstantSource.system(), files, this);
        } catch (FileAlreadyExistsException e) {
            files.shutdown();
            throw new CommandException(
                    ExitCode.FILE,
                    "cannot record into " + e.getFile() + ": " + e.getReason()
                            + "; use another name, or --overwrite to replace it");
        } catch (IOException e) {
            files.shutdown();
            throw new CommandException(ExitCode.FILE, e);
        }
    }

    /** For what comes from a server: what is lost is asked for again, and who makes frames of it has to wait as long. */
    static RecorderOptions patient(RecorderOptions options) {
        Duration patience = Duration.ofNanos(ClientSession.PATIENCE_NS + AFTER_REPAIR_NS);
        return options.reorder().compareTo(patience) >= 0 ? options : options.withReorder(patience);
    }

    /** Records all tracks of {@code stream}; on the loop. */
    void add(IncomingStream stream) {
        recorder.add(stream);
    }

    RecordingProgress progress() {
        return recorder.progress();
    }

    /** What to do about a track that cannot be recorded because its decoder configuration has not come, or null. */
    @Nullable String missingConfig() {
        return MissingConfig.advice(recorder.progress());
    }

    /** Whether every track has said that it is over. */
    boolean hasEnded() {
        return ended;
    }

    /** What was recorded; after {@link #close()}. */
    RecordingSummary recorded() {
        close();
        return Objects.requireNonNull(summary);
    }

    @Override
    public String status(long nowNs) {
        RecordingProgress progress = recorder.progress();
        bitrates.take(progress.tracks(), progress.durationNs());
        String tracks = progress.tracks().stream()
                .map(track ->
                        (track.codec() == null ? track.id() : track.codec().label()) + bitrates.of(track.id()))
                .collect(Collectors.joining("  "));
        long lost = progress.tracks().stream().mapToLong(TrackProgress::lost).sum();
        return String.join(
                "  ",
                "rec " + Units.time(progress.durationNs()),
                tracks,
                lost == 0 ? "nothing lost" : lost + " lost",
                Units.bytes(progress.fileBytes()));
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    /** Blocks until what is missing of the frames that have come is there or given up, or {@code hurried}; no later frames are recorded. */
    void finish(CompletableFuture<Void> hurried) {
        CompletableFuture<Object> ready = CompletableFuture.anyOf(recorder.finish(), hurried);
        try {
            ready.get(SILENT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            console.line("waiting for packets that are missing; Ctrl-C ends that");
            ready.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            return; // nobody writes: close() tells why
        }
    }

    @Override
    public void close() {
        if (summary == null) {
            RecordingSummary finished = recorder.stop().join();
            summary = finished;
            files.shutdown();
            if (finished.failure() != null) {
                failure = words(finished.failure());
            }
        }
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Object summary() {
        return summaryFields();
    }

    /** The summary's fields, in the order to print them. */
    Map<String, Object> summaryFields() {
        RecordingSummary done = recorded();
        var json = new LinkedHashMap<String, Object>();
        json.put("files", done.files().stream().map(Path::toString).toList());
        json.put(
                "first_frame_at",
                done.firstFrameAt() == null ? "" : done.firstFrameAt().toString());
        json.put("duration", done.durationNs() / 1e9);
        json.put("size", done.bytes());
        json.put("bitrate", Units.bitrateBps(done.bytes(), done.durationNs()));
        json.put("tracks", done.tracks().stream().map(RecordingPart::json).toList());
        if (done.failure() != null) {
            json.put("failure", done.failure());
        }
        return json;
    }

    @Override
    public List<String> lines() {
        RecordingSummary done = recorded();
        var lines = new ArrayList<String>();
        if (done.files().isEmpty()) {
            return List.of("nothing recorded, " + options.file() + " not written");
        }
        String files = done.files().stream().map(Path::toString).collect(Collectors.joining(", "));
        lines.add("recorded " + Units.time(done.durationNs()) + ", " + Units.bytes(done.bytes()) + " to " + files);
        done.tracks().forEach(track -> lines.add("  " + line(track)));
        return lines;
    }

    private static Map<String, Object> json(TrackSummary track) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.id());
        json.put("kind", track.codec().kind().label());
        json.put("codec", track.codec().label());
        if (track.codec().kind() == MediaKind.VIDEO) {
            json.put("width", track.width());
            json.put("height", track.height());
        } else {
            json.put("sample_rate", track.sampleRate());
            json.put("channels", track.channels());
        }
        json.put("frames", track.frames());
        json.put("key_frames", track.keyFrames());
        json.put("duration", track.durationNs() / 1e9);
        json.put("size", track.bytes());
        json.put("bitrate", track.bitrateBps());
        json.put("packets", track.packets());
        json.put("lost", track.lost());
        json.put("reordered", track.reordered());
        json.put("late", track.late());
        json.put("duplicates", track.duplicates());
        json.put("damaged_frames", track.damagedFrames());
        json.put("dropped_frames", track.droppedFrames());
        json.put("malformed_packets", track.malformedPackets());
        json.put("stray_packets", track.strayPackets());
        json.put("ignored_reports", track.ignoredReports());
        json.put("timestamp_corrections", track.timestampCorrections());
        json.put("clock_drift_ppm", track.clockDriftPpm());
        return json;
    }

    private static String line(TrackSummary track) {
        String shape = track.codec().kind() == MediaKind.VIDEO
                ? track.width() + "x" + track.height()
                : track.sampleRate() + " Hz, " + track.channels() + " ch";
        String frames = track.frames() + " frames"
                + (track.codec().kind() == MediaKind.VIDEO ? " (" + track.keyFrames() + " key)" : "");
        String losses = track.lost() == 0
                ? "nothing lost"
                : String.format(Locale.ROOT, "%d of %d packets lost", track.lost(), track.lost() + track.packets());
        return String.join(
                        ", ",
                        track.id() + " " + track.codec().label(),
                        shape,
                        frames,
                        Units.time(track.durationNs()),
                        Units.bitrate(track.bitrateBps()),
                        losses)
                + counted(track.damagedFrames(), "damaged frames")
                + counted(track.droppedFrames(), "frames left out")
                + counted(track.malformedPackets(), "broken packets")
                + counted(track.strayPackets(), "foreign packets")
                + counted(track.ignoredReports(), "unbelievable sender reports");
    }

    private static String counted(long count, String what) {
        return count == 0 ? "" : ", " + count + " " + what;
    }

    @Override
    public void onWarning(String line) {
        console.line(line);
    }

    @Override
    public void onFileStarted(Path file) {
        console.line("recording to " + file);
    }

    @Override
    public void onFileFinished(RecordedFile file) {
        if (options.segment() != null) {
            console.line("finished " + file.path());
        }
    }

    @Override
    public void onFailed(IOException cause) {
        failure = words(String.valueOf(cause.getMessage()));
    }

    /** The operating system's words name neither the file nor what becomes of it. */
    private String words(String cause) {
        return options.file() + ": recording stopped: " + cause + "; what was written before is kept";
    }

    @Override
    public void onStreamEnded() {
        ended = true;
    }
}
