package io.mediatool.player;

import io.mediatool.core.server.Room;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Plays files into a room as one stream. All methods are for any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Player {

    /** Learns what happens, on the loop or on the file thread. Must return soon and not throw. */
    public interface Listener {
        /** One clear line about something that is not as it should be; playing goes on. Rate limited. */
        void onWarning(String line);

        /** Playing ended early because a file cannot be read; {@link #onEnded} follows. */
        void onFailed(IOException cause);

        /** The stream is over: everything was sent, or {@link Player#stop} was called. */
        void onEnded();
    }

    private Player() {}

    /**
     * Reads what the files are and decides what to send. Blocks on the disk; not for the loop's thread.
     *
     * @param room where to publish
     * @param streamName the stream's name there
     * @param wallClock for sender reports
     * @param random for SSRCs, first sequence numbers and timestamps
     * @param files where all reading happens from then on, one task at a time
     * @throws IOException in one line: a file that cannot be opened or is no MP4, nothing playable in the list, files that
     *     do not go together in one stream
     */
    public static Player open(
            Room room,
            String streamName,
            PlayerOptions options,
            InstantSource wallClock,
            RandomGenerator random,
            Executor files,
            Listener listener)
            throws IOException {
        throw new IOException("not built yet");
    }

    /** What is played, pictures first. */
    public List<PlayerTrackInfo> tracks() {
        throw new IllegalStateException("not built yet");
    }

    /** Publishes the stream with all its tracks and plays. Once only. */
    public void start() {
        throw new IllegalStateException("not built yet");
    }

    /** Ends the stream; harmless when repeated. */
    public void stop() {
        throw new IllegalStateException("not built yet");
    }

    /** Completes when the stream is over and the files are closed. Never exceptionally. */
    public CompletableFuture<PlayerSummary> done() {
        throw new IllegalStateException("not built yet");
    }

    /** A recent snapshot. Cheap. */
    public PlayerProgress progress() {
        throw new IllegalStateException("not built yet");
    }
}
