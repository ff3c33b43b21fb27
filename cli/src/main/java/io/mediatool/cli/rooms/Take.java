package io.mediatool.cli.rooms;

import io.mediatool.cli.rooms.sidecar.Sidecar;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.recorder.Recorder;
import io.mediatool.recorder.RecorderOptions;
import io.mediatool.recorder.RecordingProgress;
import io.mediatool.recorder.RecordingSummary;
import io.mediatool.recorder.TrackProgress;
import io.mediatool.recorder.TrackSummary;
import io.mediatool.recorder.file.RecordedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One recorder of a recording: for a stream from its beginning to its end, or for all of them. */
final class Take implements Recorder.Listener {
    /** A publisher's NACKs go on for a second; what comes of them shall still find its place. */
    private static final Duration REORDER = Duration.ofMillis(1_200);

    private final String stream;
    private final Sidecar.Subject subject;
    private final InstantSource clock;
    private final MediaDirectory directory;
    private final Executor files;
    private final Owner owner;
    private final Recorder recorder;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final CompletableFuture<RecordingSummary> done;
    private volatile @Nullable RecordingSummary summary;
    private volatile @Nullable Path file;
    private final Set<Path> unfinished = ConcurrentHashMap.newKeySet();

    /** The recording. */
    interface Owner {
        void onFile(Take take, String file);

        /** It is complete. */
        void onFile(Take take, String name, RecordedFile file);

        void onWarning(Take take, String line);

        /** Nothing more is recorded by this one; told once. */
        void onFailed(Take take, String line);
    }

    /**
     * On the room's loop.
     *
     * @param stream empty for all
     * @param pattern as {@link FilePattern#fill} gives it
     */
    Take(Work work, String stream, Path pattern, Order.Recording order, Executor files, Owner owner) {
        this.stream = stream;
        this.subject = new Sidecar.Subject(work.id(), work.roomName(), stream);
        this.clock = work.clock();
        this.directory = order.directory();
        this.files = files;
        this.owner = owner;
        RecorderOptions options =
                RecorderOptions.defaults(pattern).withReorder(REORDER).withSegment(order.segment());
        this.recorder =
                Recorder.start(work.room().loop(), options, work.clock(), files, this, order.directory()::create);
        this.done = new CompletableFuture<>();
    }

    String stream() {
        return stream;
    }

    boolean hasFailed() {
        return failed.get();
    }

    boolean isDone() {
        return done.isDone();
    }

    long bytes() {
        RecordingSummary result = summary;
        return result == null ? recorder.progress().fileBytes() : result.bytes();
    }

    double seconds() {
        RecordingSummary result = summary;
        return Work.seconds(result == null ? recorder.progress().durationNs() : result.durationNs());
    }

    boolean isRunning() {
        return file != null && summary == null && !failed.get();
    }

    /** The files that are being written. */
    Set<Path> unfinished() {
        return done.isDone() ? Set.of() : Set.copyOf(unfinished);
    }

    /** On the loop. */
    void add(IncomingStream incoming) {
        recorder.add(incoming);
    }

    /** Goes on in another file. Any thread. */
    void split() {
        recorder.split();
    }

    /** Finishes the files, when what is missing of what was sent until now has come or is late. Any thread, harmless when repeated. */
    CompletableFuture<RecordingSummary> finish() {
        return ended(recorder.finish());
    }

    /** Finishes the files, of a stream that is no more. Any thread, harmless when repeated. */
    CompletableFuture<RecordingSummary> stop() {
        return ended(recorder.stop());
    }

    private CompletableFuture<RecordingSummary> ended(CompletableFuture<RecordingSummary> recorded) {
        CompletableFuture<RecordingSummary> unused = recorded.whenComplete((result, bug) -> {
            summary = result;
            if (bug == null) {
                done.complete(result);
            } else {
                done.completeExceptionally(bug);
            }
        });
        return done;
    }

    /** Looks whether the file is still there: the operating system writes on into one that has been deleted. */
    void look() {
        Path written = file;
        if (written != null && isRunning()) {
            files.execute(() -> {
                if (written.equals(file) && Files.notExists(written)) {
                    fail(directory.nameOf(written) + ": somebody has deleted the file that is being recorded");
                }
            });
        }
    }

    private void fail(String line) {
        if (!isDone() && failed.compareAndSet(false, true)) {
            owner.onFailed(this, line);
        }
    }

    @Override
    public void onWarning(String line) {
        owner.onWarning(this, line);
    }

    @Override
    public void onFileStarted(Path made) {
        file = made;
        unfinished.add(made);
        beside(made, () -> Sidecar.begin(made, subject, clock.instant()));
        owner.onFile(this, directory.nameOf(made));
    }

    @Override
    public void onFileFinished(RecordedFile whole) {
        unfinished.remove(whole.path());
        beside(whole.path(), () -> Sidecar.complete(whole, subject, clock.instant()));
        if (!failed.get()) {
            owner.onFile(this, directory.nameOf(whole.path()), whole);
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** What stands beside a file is not worth the file. */
    private void beside(Path made, Writing writing) {
        try {
            writing.run();
        } catch (IOException | RuntimeException e) {
            owner.onWarning(
                    this,
                    directory.nameOf(Sidecar.of(made)) + ": not written: "
                            + String.valueOf(e.getMessage()).replace(directory.root() + "/", ""));
        }
    }

    @Override
    public void onFailed(IOException cause) {
        Path written = file;
        String where = written == null ? "" : directory.nameOf(written) + ": ";
        fail(where + cause.getMessage());
    }

    /** How far it is, or what it came to. */
    Map<String, Object> report() {
        var report = new LinkedHashMap<String, Object>();
        if (!stream.isEmpty()) {
            report.put("stream", stream);
        }
        RecordingSummary result = summary;
        if (result != null) {
            report.put("state", failed.get() || result.failure() != null ? "failed" : "finished");
            report.put("files", result.files().stream().map(directory::nameOf).toList());
            if (result.firstFrameAt() != null) {
                report.put("firstFrameAt", result.firstFrameAt().toString());
            }
            report.put("durationSeconds", Work.seconds(result.durationNs()));
            report.put("bytes", result.bytes());
            report.put("tracks", result.tracks().stream().map(Take::track).toList());
            return report;
        }
        RecordingProgress progress = recorder.progress();
        Path written = file;
        report.put("state", failed.get() ? "failed" : written == null ? "waiting" : "running");
        report.put("files", written == null ? List.of() : List.of(directory.nameOf(written)));
        report.put("durationSeconds", Work.seconds(progress.durationNs()));
        report.put("bytes", progress.fileBytes());
        report.put("tracks", tracks(progress));
        return report;
    }

    private static List<Map<String, Object>> tracks(RecordingProgress progress) {
        var tracks = new ArrayList<Map<String, Object>>();
        for (TrackProgress track : progress.tracks()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("id", track.id());
            if (track.codec() != null) {
                json.put("codec", track.codec().label());
            }
            json.put("frames", track.frames());
            json.put("bytes", track.bytes());
            json.put("lost", track.lost());
            if (track.configMissing()) {
                json.put("trouble", "frames have come, but nothing that tells how to decode them");
            }
            tracks.add(json);
        }
        return tracks;
    }

    private static Map<String, Object> track(TrackSummary track) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", track.id());
        json.put("codec", track.codec().label());
        if (track.codec().kind() == MediaKind.VIDEO) {
            json.put("width", track.width());
            json.put("height", track.height());
            json.put("keyFrames", track.keyFrames());
        }
        json.put("frames", track.frames());
        json.put("bytes", track.bytes());
        json.put("lost", track.lost());
        json.put("damagedFrames", track.damagedFrames());
        json.put("droppedFrames", track.droppedFrames());
        json.put("durationSeconds", Work.seconds(track.durationNs()));
        return json;
    }
}
