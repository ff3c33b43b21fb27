package io.mediatool.ingest.source;

import io.mediatool.core.server.Room;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** Listens where its sources say and publishes what comes as one stream of a room. */
public final class RtpIngest implements AutoCloseable {

    /** Learns what people should know. Called on the loop's thread, or on that of the caller of {@link #open}. */
    public interface Listener {
        /** One line: an assumption that was made, a warning. Limited in rate. */
        void onLine(String line);

        /** Every track has ended by RTCP BYE. */
        void onEnded();
    }

    private RtpIngest() {}

    /**
     * Binds the sockets and publishes the stream. Blocks until bound; not for a loop's thread.
     *
     * @param streamName the stream's name in the room
     * @param sources at least one; all their tracks belong to the one stream
     * @param wallClock for mapping arrival to wall-clock time in reports
     * @param random for SSRCs and report intervals
     * @throws IOException with one clear line when an address cannot be bound or joined, or a source is unusable
     */
    public static RtpIngest open(
            Room room,
            String streamName,
            List<SourceSpec> sources,
            IngestOptions options,
            InstantSource wallClock,
            RandomGenerator random,
            Listener listener)
            throws IOException {
        throw new IOException("not yet: " + streamName + sources.size());
    }

    /** What was and was not seen. Any thread. */
    public IngestSnapshot snapshot() {
        return new IngestSnapshot(List.of());
    }

    /** Command lines of FFmpeg, VLC and GStreamer that send here. Any thread. */
    public List<String> senderHints() {
        return List.of();
    }

    /** Says BYE to the senders, closes the sockets and ends the stream. Any thread; harmless when repeated. */
    @Override
    public void close() {}
}
