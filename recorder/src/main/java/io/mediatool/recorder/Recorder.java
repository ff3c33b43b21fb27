package io.mediatool.recorder;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.mp4.Mp4File;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.recorder.file.FileNames;
import io.mediatool.recorder.file.FileOpener;
import io.mediatool.recorder.file.FileOptions;
import io.mediatool.recorder.file.FilePlace;
import io.mediatool.recorder.file.FileThread;
import io.mediatool.recorder.file.RecordedFile;
import io.mediatool.recorder.file.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records incoming streams into MP4 files: everything that arrives, at its time. The file is made with the first frame and
 * can be played, or repaired after a crash, from the first second on.
 *
 * <p>A handle: the work is done by a session on the loop and by the thread of files.
 */
public final class Recorder implements AutoCloseable {
    /** How much may wait for the disk; beyond it frames are left out. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    private final EventLoop loop;
    private final RecordingSession session;
    private final FileThread fileThread;
    private final CompletableFuture<RecordingSummary> done = new CompletableFuture<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** Learns what happens. Called on the loop or where files are written; each event is one line. What is not overridden is not told. */
    public interface Listener {
        /** Something is not as it should be, and the recording goes on. Rate-limited. */
        default void onWarning(String line) {}

        /** A file has been made; its first frame is there. */
        default void onFileStarted(Path file) {}

        /** A file is complete and closed. */
        default void onFileFinished(RecordedFile file) {}

        /** Writing failed: nothing more is recorded, what was written is kept as far as the disk allows. */
        default void onFailed(IOException cause) {}

        /** All tracks of all streams have ended. The recording still waits for {@link Recorder#stop}. */
        default void onStreamEnded() {}
    }

    /** What is different in tests. */
    record Parts(Function<Codec, CodecModule> codecs, FileOpener opener, long maxQueuedBytes, boolean yielding) {
        Parts(Function<Codec, CodecModule> codecs, FileOpener opener, long maxQueuedBytes) {
            this(codecs, opener, maxQueuedBytes, false);
        }
    }

    private Recorder(
            EventLoop loop,
            RecorderOptions options,
            InstantSource wallClock,
            Executor files,
            Listener listener,
            Parts parts) {
        this.loop = loop;
        var segment = options.segment();
        var fileOptions = new FileOptions(
                options.layout(), segment == null ? 0 : segment.toNanos(), options.newFileOnChange(), options.sync());
        this.fileThread = new FileThread(
                files,
                new FilePlace(names(options, parts.yielding()), parts.opener(), options.overwrite()),
                fileOptions,
                parts.codecs(),
                parts.maxQueuedBytes(),
                new FileEvents(listener));
        this.session = new RecordingSession(loop, options, wallClock, parts.codecs(), fileThread, listener);
    }

    /**
     * Gets ready. The first file is made when the first frame comes; whether it can be made is checked at once. From any
     * thread.
     *
     * @param files where all file work runs, in order, one task at a time
     * @throws IOException when there is no such directory, it cannot be written to, or the file is there and may not be
     *     replaced; the message is one line
     */
    public static Recorder start(
            EventLoop loop, RecorderOptions options, InstantSource wallClock, Executor files, Listener listener)
            throws IOException {
        return start(
                loop,
                options,
                wallClock,
                files,
                listener,
                new Parts(CodecCatalog::of, Mp4File::create, MAX_QUEUED_BYTES));
    }

    /**
     * Gets ready without a look at the disk, so that it may be called on the loop: what is wrong there is told when the first frame
     * has come. A file whose name is taken gets another one ({@code name-2}).
     *
     * @param opener makes the files
     */
    public static Recorder start(
            EventLoop loop,
            RecorderOptions options,
            InstantSource wallClock,
            Executor files,
            Listener listener,
            FileOpener opener) {
        var parts = new Parts(CodecCatalog::of, opener, MAX_QUEUED_BYTES, true);
        return new Recorder(loop, options, wallClock, files, listener, parts);
    }

    static Recorder start(
            EventLoop loop,
            RecorderOptions options,
            InstantSource wallClock,
            Executor files,
            Listener listener,
            Parts parts)
            throws IOException {
        FileNames names = names(options, false);
        Places.check(names.isTimed() ? options.file() : names.of(1, Instant.EPOCH), options.overwrite());
        return new Recorder(loop, options, wallClock, files, listener, parts);
    }

    /** Records all tracks of {@code stream}, also those that come later. On the loop. */
    public void add(IncomingStream stream) {
        session.add(stream);
    }

    /**
     * Begins another file at the next key frame, which it asks for; sound alone is cut at once. No frame is lost or stored twice.
     * Without a file it does nothing. From any thread.
     */
    public void split() {
        loop.tryExecute(session::split); // a recording has gone with its loop
    }

    /**
     * As {@link #stop}, when what is missing of the frames that have come until now has come, too; {@link RecorderOptions#reorder} later at
     * most. Later frames are not recorded. {@link #stop} ends the waiting.
     */
    public CompletableFuture<RecordingSummary> finish() {
        return loop.tryExecute(session::finish) ? done.copy() : stop();
    }

    /** Ends the recording and finishes the file. From any thread, harmless when repeated; completes where files are written. */
    public CompletableFuture<RecordingSummary> stop() {
        if (stopping.compareAndSet(false, true) && !loop.tryExecute(session::stop)) {
            session.stop(); // the loop has ended, and with it all that could disturb
        }
        return done.copy();
    }

    /** As {@link #stop}, without waiting for the file to be finished: that goes on where files are written. */
    @Override
    public void close() {
        CompletableFuture<RecordingSummary> unused = stop();
    }

    /** How far it is. From any thread. */
    public RecordingProgress progress() {
        return session.progress();
    }

    private static FileNames names(RecorderOptions options, boolean yielding) {
        return new FileNames(options.file(), options.segment() != null, yielding);
    }

    /** Passes on what the thread of files has to tell. */
    private final class FileEvents implements FileThread.Listener {
        private final Listener listener;

        FileEvents(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onFileStarted(Path file) {
            listener.onFileStarted(file);
        }

        @Override
        public void onFileFinished(RecordedFile file) {
            listener.onFileFinished(file);
        }

        @Override
        public void onFailed(IOException cause) {
            listener.onFailed(cause);
        }

        @Override
        public void onWarning(String line) {
            listener.onWarning(line);
        }

        @Override
        public void onFinished(List<Path> files, Written written) {
            IOException failure = fileThread.failure();
            done.complete(session.summary(files, written, failure == null ? null : line(failure)));
        }

        private static String line(@Nullable IOException failure) {
            String message = failure == null ? null : failure.getMessage();
            return message == null ? String.valueOf(failure) : message;
        }
    }
}
