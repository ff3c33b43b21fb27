package io.mediatool.ingest.forward;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.IncomingStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sends one stream of a room to one target as plain RTP. Its own troubles stay its own: it warns and closes itself, the
 * stream's other listeners notice nothing.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class RtpForwarder implements AutoCloseable {

    /** Learns of troubles, on the loop. Must not throw. */
    public interface Listener {
        /** One clear line, rate limited. */
        void onWarning(String line);
    }

    private RtpForwarder() {}

    /**
     * Opens the sockets. Any thread but that of another loop.
     *
     * @param wallClock for sender reports
     * @param random for SSRCs, first sequence numbers, first timestamps and the CNAME
     * @throws IOException when no socket can be opened, in one line
     */
    public static RtpForwarder open(
            EventLoop loop, ForwardTarget target, InstantSource wallClock, RandomGenerator random, Listener listener)
            throws IOException {
        throw new IOException("not built yet");
    }

    /** Sends {@code stream}, tracks that come later included. On the loop. A stream attached before is let go with BYE. */
    public void attach(IncomingStream stream) {
        throw new IllegalStateException("not built yet");
    }

    /**
     * The SDP of a stream of these formats sent to this target, before there is such a stream. Any thread.
     *
     * @param name the session's name
     * @param formats of its tracks, in the order in which they will be added
     */
    public String sdp(String name, List<RtpFormat> formats) {
        throw new IllegalStateException("not built yet");
    }

    /** The SDP of what is being sent; empty while there are no tracks. Any thread. */
    public String sdp() {
        throw new IllegalStateException("not built yet");
    }

    /** Counters. Any thread. */
    public ForwardSnapshot snapshot() {
        throw new IllegalStateException("not built yet");
    }

    /** Sends BYE and closes the sockets; harmless when repeated. Any thread; done on the loop. */
    @Override
    public void close() {
        throw new IllegalStateException("not built yet");
    }
}
