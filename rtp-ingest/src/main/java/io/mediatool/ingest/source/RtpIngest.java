package io.mediatool.ingest.source;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.ingest.port.IngestPort;
import io.mediatool.ingest.port.LineLimiter;
import io.mediatool.ingest.port.PortContext;
import io.mediatool.ingest.port.PortPlan;
import io.mediatool.ingest.program.TrackPublisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Listens where its sources say and publishes what comes as one stream of a room. */
public final class RtpIngest implements AutoCloseable {
    private static final long TICK_NS = 1_000_000_000L;
    /** What stopped the loop for so long is worth an answer without the newest numbers. */
    private static final long PATIENCE_MS = 2_000;

    private final Room room;
    private final String streamName;
    private final Listener listener;
    private final LineLimiter lines;
    private final List<String> hints;
    private final List<IngestPort> ports = new ArrayList<>();
    private final List<String> warnings;
    private @Nullable IncomingStream stream;
    private @Nullable Timer ticker;
    private boolean endTold;
    private boolean closed;
    private volatile IngestSnapshot lastSnapshot = new IngestSnapshot(List.of());

    /** Learns what people should know. Called on the loop's thread, or on that of the caller of {@link #open}. */
    public interface Listener {
        /** One line: an assumption that was made, a warning. Limited in rate. */
        default void onLine(String line) {}

        /** Every track has ended by RTCP BYE. The stream has ended then; the ingest is still to be closed. */
        default void onEnded() {}
    }

    private RtpIngest(Room room, String streamName, List<PortPlan> plans, List<String> warnings, Listener listener) {
        this.room = room;
        this.streamName = streamName;
        this.listener = listener;
        this.lines = new LineLimiter(listener::onLine);
        this.warnings = warnings;
        this.hints =
                plans.stream().flatMap(plan -> SenderHints.of(plan).stream()).toList();
    }

    /**
     * Binds the sockets and publishes the stream. Blocks until bound; on the room's loop or on a thread that may wait for it.
     *
     * @param streamName the stream's name in the room
     * @param sources at least one; all their tracks belong to the one stream
     * @param wallClock for mapping transport streams' time to wall-clock time
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
        var planner = new PortPlanner(options);
        List<PortPlan> plans = planner.plan(sources);
        var ingest = new RtpIngest(room, streamName, plans, planner.warnings(), listener);
        EventLoop loop = room.loop();
        var context = new PortContext(
                loop,
                ingest.new Publisher(),
                wallClock,
                random,
                random.nextInt(),
                cname(random),
                options.reorderNs(),
                options.receiveBufferBytes());
        for (PortPlan plan : plans) {
            ingest.ports.add(new IngestPort(plan, context, ingest::onGoodbye));
        }
        OnLoop.call(loop, () -> {
            ingest.start();
            return ingest;
        });
        return ingest;
    }

    /**
     * Where media of {@code sources} would be received. Blocks on host names.
     *
     * @throws IOException as {@link #open}, without binding anything
     */
    public static List<InetSocketAddress> addresses(List<SourceSpec> sources, IngestOptions options)
            throws IOException {
        return new PortPlanner(options)
                .plan(sources).stream().map(plan -> plan.binding().local()).toList();
    }

    /** RFC 7022 §4.2: 96 random bits, for this session only; it tells nobody who we are. */
    private static String cname(RandomGenerator random) {
        byte[] bits = new byte[12];
        random.nextBytes(bits);
        return Base64.getEncoder().encodeToString(bits);
    }

    private void start() throws IOException {
        long nowNs = room.loop().nowNs();
        try {
            for (IngestPort port : ports) {
                port.bind();
            }
        } catch (IOException e) {
            ports.forEach(port -> port.close(nowNs));
            throw e;
        }
        warnings.forEach(warning -> lines.say(warning, warning));
        stream = room.publish(streamName);
        ports.forEach(port -> port.start(nowNs));
        ticker = room.loop().schedule(nowNs + TICK_NS, this::onTick);
    }

    private void onTick(long nowNs) {
        if (closed) {
            return;
        }
        ports.forEach(port -> port.onTick(nowNs));
        lines.onTick(nowNs);
        IncomingStream published = stream;
        if (published != null && published.isEnded()) {
            // A newer publisher took the name: what still comes here has nowhere to go.
            onGoodbye();
        }
        ticker = room.loop().schedule(nowNs + TICK_NS, this::onTick);
    }

    /** Tracks that never sent anything do not keep a stream alive whose others said goodbye. */
    private void onGoodbye() {
        IncomingStream published = stream;
        if (published == null || endTold) {
            return;
        }
        boolean anyEnded = false;
        for (var track : published.tracks()) {
            RtpIncomingSourceGroup source = track.source();
            if (!source.isEnded() && source.snapshot().packets() > 0) {
                return;
            }
            anyEnded |= source.isEnded();
        }
        if (anyEnded) {
            endTold = true;
            room.unpublish(published);
            listener.onEnded();
        }
    }

    private IngestSnapshot currentSnapshot() {
        long nowNs = room.loop().nowNs();
        if (!closed) {
            lastSnapshot = new IngestSnapshot(ports.stream()
                    .flatMap(port -> port.snapshots(nowNs).stream())
                    .toList());
        }
        return lastSnapshot;
    }

    /** What was and was not seen; after {@link #close}, what had been. Any thread. */
    public IngestSnapshot snapshot() {
        return OnLoop.ask(room.loop(), PATIENCE_MS, this::currentSnapshot, () -> lastSnapshot);
    }

    /** Command lines of FFmpeg, VLC and GStreamer that send here. Any thread. */
    public List<String> senderHints() {
        return hints;
    }

    /** Says BYE to the senders, closes the sockets and ends the stream. Any thread; harmless when repeated. */
    @Override
    public void close() {
        OnLoop.ask(
                room.loop(),
                PATIENCE_MS,
                () -> {
                    closeNow();
                    return true;
                },
                () -> false);
    }

    private void closeNow() {
        if (closed) {
            return;
        }
        currentSnapshot();
        closed = true;
        long nowNs = room.loop().nowNs();
        Timer next = ticker;
        if (next != null) {
            next.cancel();
        }
        ports.forEach(port -> port.close(nowNs));
        IncomingStream published = stream;
        if (published != null) {
            room.unpublish(published);
        }
    }

    private final class Publisher implements TrackPublisher {
        @Override
        public RtpIncomingSourceGroup publish(MediaKind kind, List<RtpFormat> formats) {
            IncomingStream published = stream;
            if (published == null) {
                throw new IllegalStateException("tracks come after the stream");
            }
            return published.addTrack(kind, formats).source();
        }

        @Override
        public void line(String kind, String line) {
            lines.say(kind, line);
        }
    }
}
