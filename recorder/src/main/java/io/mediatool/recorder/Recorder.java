package io.mediatool.recorder;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Records incoming streams into MP4 files. */
public final class Recorder {

    /** Learns what happens. Called on the loop or where files are written; each event is one line. */
    public interface Listener {
        /** Something is not as it should be, and the recording goes on. Rate-limited. */
        void onWarning(String line);

        /** A file has been made; its first frame is there. */
        void onFileStarted(Path file);

        /** A file is complete and closed. */
        void onFileFinished(Path file);

        /** Writing failed: nothing more is recorded, what was written is kept as far as the disk allows. */
        void onFailed(IOException cause);

        /** All tracks of all streams have ended. The recording still waits for {@link Recorder#stop}. */
        void onStreamEnded();
    }

    private Recorder() {}

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
        throw new IOException("not built yet");
    }

    /** Records all tracks of {@code stream}, also those that come later. On the loop. */
    public void add(IncomingStream stream) {}

    /** Ends the recording and finishes the file. From any thread, harmless when repeated; completes where files are written. */
    public CompletableFuture<RecordingSummary> stop() {
        return new CompletableFuture<>();
    }

    /** How far it is. From any thread. */
    public RecordingProgress progress() {
        return new RecordingProgress(0, 0, null, List.of(), Long.MIN_VALUE);
    }
}
