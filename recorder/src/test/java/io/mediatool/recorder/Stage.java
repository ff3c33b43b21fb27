package io.mediatool.recorder;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.mp4.Mp4Sample;
import io.mediatool.core.mp4.Mp4Track;
import io.mediatool.core.mp4.read.Mp4Reader;
import io.mediatool.core.mp4.read.Mp4TrackReader;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.recorder.file.FileOpener;
import io.mediatool.recorder.file.RecordedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A recorder with a stream, in virtual time. */
final class Stage implements Recorder.Listener {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    final VirtualEventLoop loop = new VirtualEventLoop();
    final Path file;
    final List<String> warnings = new ArrayList<>();
    final List<Path> started = new ArrayList<>();
    final List<Path> finished = new ArrayList<>();
    final List<RecordedFile> facts = new ArrayList<>();
    final List<IOException> failures = new ArrayList<>();
    int ends;
    final Room room;
    final IncomingStream stream;
    final Recorder recorder;

    Stage(RecorderOptions options) throws IOException {
        this(options, Mp4File::create, Runnable::run, 64 << 20);
    }

    Stage(RecorderOptions options, FileOpener opener, Executor files, long maxQueuedBytes) throws IOException {
        this.file = options.file();
        this.room = new Room("test", loop);
        this.stream = room.publish("live");
        this.recorder = Recorder.start(
                loop,
                options,
                () -> NOW.plusNanos(loop.nowNs()),
                files,
                this,
                new Recorder.Parts(CodecCatalog::of, opener, maxQueuedBytes));
        recorder.add(stream);
    }

    Sender sender(RtpFormat... formats) {
        return new Sender(
                this,
                stream.addTrack(formats[0].codec().kind(), List.of(formats)).source(),
                formats[0]);
    }

    RecordingSummary stop() {
        var done = recorder.stop();
        loop.advanceTo(loop.nowNs());
        return done.join();
    }

    static List<Mp4Track> tracks(Path file) throws IOException, MalformedException {
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            return reader.tracks();
        }
    }

    static List<Mp4Sample> samples(Path file, int trackIndex) throws IOException, MalformedException {
        var samples = new ArrayList<Mp4Sample>();
        try (Mp4Reader reader = Mp4Reader.open(Mp4File.open(file))) {
            Mp4TrackReader cursor = reader.track(reader.tracks().get(trackIndex).id());
            while (cursor.next()) {
                samples.add(cursor.read());
            }
        }
        return samples;
    }

    /** Decoding times in milliseconds. */
    static List<Long> millis(Path file, int trackIndex) throws IOException, MalformedException {
        Mp4Track track = tracks(file).get(trackIndex);
        return samples(file, trackIndex).stream()
                .map(sample -> Math.round(track.toNs(sample.dts()) / 1e6))
                .toList();
    }

    @Override
    public void onWarning(String line) {
        warnings.add(line);
    }

    @Override
    public void onFileStarted(Path path) {
        started.add(path);
    }

    @Override
    public void onFileFinished(RecordedFile file) {
        finished.add(file.path());
        facts.add(file);
    }

    @Override
    public void onFailed(IOException cause) {
        failures.add(cause);
    }

    @Override
    public void onStreamEnded() {
        ends++;
    }
}
