package io.mediatool.ingest.forward;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends the streams of a room to one target as plain RTP. Its own troubles stay its own: it warns and closes itself, the
 * streams' other listeners notice nothing.
 */
public final class RtpForwarder implements AutoCloseable {
    private static final long TICK_NS = 250_000_000;
    /**
     * How long after a source's end its BYE leaves (unless all is closed before): it comes by another socket than the last packets, and FFmpeg and
     * GStreamer stop reading at once when they see it.
     */
    public static final long FAREWELL_NS = 250_000_000;

    private final EventLoop loop;
    private final ForwardTarget target;
    private final InstantSource wallClock;
    private final RandomGenerator random;
    private final Listener listener;
    private final String cname;
    private final ForwardDescription description;
    private final ForwardSockets sockets;
    private volatile String sdp = "";
    private volatile ForwardSnapshot snapshot;

    // From here on the loop's.
    private final List<ForwardTrack> tracks = new ArrayList<>();
    private final Watcher watcher = new Watcher();
    private final Sender sender = new Sender();
    private final Map<IncomingStream, StreamClock> streams = new LinkedHashMap<>();
    private Predicate<IncomingStreamTrack> wanted = track -> true;
    private @Nullable Timer tick;
    private boolean reportSoon;
    private boolean held;
    private long warnedFailures;
    private @Nullable String failure;
    private boolean closed;

    /** Learns of troubles, on the loop. Must not throw. */
    public interface Listener {
        /** One clear line, rate limited. */
        void onWarning(String line);
    }

    private RtpForwarder(
            ForwardPorts ports,
            EventLoop loop,
            ForwardTarget target,
            InstantSource wallClock,
            RandomGenerator random,
            Listener listener)
            throws IOException {
        this.loop = loop;
        this.target = target;
        this.wallClock = wallClock;
        this.random = random;
        this.listener = listener;
        // RFC 7022 §4.2: a short-term persistent CNAME of 96 random bits.
        this.cname = String.format(Locale.ROOT, "%08x%016x", random.nextInt(), random.nextLong());
        this.description = new ForwardDescription(target, random.nextLong() >>> 1);
        this.snapshot = new ForwardSnapshot(target.text(), List.of(), 0, null);
        this.sockets = ForwardSockets.open(ports, loop, target);
    }

    /** Opens one with sockets of its own, as the other. */
    public static RtpForwarder open(
            EventLoop loop, ForwardTarget target, InstantSource wallClock, RandomGenerator random, Listener listener)
            throws IOException {
        return open(new ForwardPorts(), loop, target, wallClock, random, listener);
    }

    /**
     * Opens one. Any thread but that of another loop.
     *
     * @param ports the sockets to share
     * @param wallClock for sender reports
     * @param random for SSRCs, first sequence numbers, first timestamps and the CNAME
     * @throws IOException when no socket can be opened, in one line
     */
    public static RtpForwarder open(
            ForwardPorts ports,
            EventLoop loop,
            ForwardTarget target,
            InstantSource wallClock,
            RandomGenerator random,
            Listener listener)
            throws IOException {
        return new RtpForwarder(ports, loop, target, wallClock, random, listener);
    }

    /** Sends only such tracks of what is attached from now on. On the loop. */
    public void only(Predicate<IncomingStreamTrack> such) {
        wanted = such;
    }

    /** Ends all that it sends; what is attached from now on is sent anew, with another SDP. On the loop. */
    public void clear() {
        detach(loop.nowNs());
        sdp = "";
    }

    /** Sends nothing but reports, or goes on; harmless when repeated. On the loop. */
    public void hold(boolean still) {
        held = still;
        tracks.forEach(track -> track.hold(still, loop.nowNs()));
    }

    /**
     * Sends a stream, tracks that come later included, beside those attached before. On the loop. Ports go to tracks in the
     * order in which they come, as {@link ForwardTarget} says; they are given anew once all streams before have ended.
     */
    public void attach(IncomingStream attached) {
        if (closed) {
            return;
        }
        if (!streams.isEmpty() && streams.keySet().stream().allMatch(IncomingStream::isEnded)) {
            detach(loop.nowNs());
        }
        if (streams.putIfAbsent(attached, new StreamClock(wallClock)) == null) {
            attached.addListener(watcher);
        }
        if (tick == null) {
            tick(loop.nowNs());
        }
    }

    /**
     * The SDP of a stream of these formats sent to this target, before there is such a stream. Any thread.
     *
     * @param name the session's name
     * @param formats of its tracks, in the order in which they will be added
     */
    public String sdp(String name, List<RtpFormat> formats) {
        return description.of(name, formats);
    }

    /** The SDP of what is being sent; empty while there are no tracks. Any thread. */
    public String sdp() {
        return sdp;
    }

    /** Counters, at most a quarter of a second old; exact once it is closed. Any thread. */
    public ForwardSnapshot snapshot() {
        return snapshot;
    }

    /** Sends BYE and closes the sockets; harmless when repeated. Any thread; done on the loop. */
    @Override
    public void close() {
        if (loop.inLoop()) {
            closeNow();
        } else if (!loop.tryExecute(this::closeNow)) {
            sockets.close(); // the loop has closed its own
        }
    }

    private void closeNow() {
        if (closed) {
            return;
        }
        detach(loop.nowNs());
        closed = true;
        if (tick != null) {
            tick.cancel();
        }
        sockets.flush();
        sockets.close();
    }

    private void detach(long nowNs) {
        if (streams.isEmpty()) {
            return;
        }
        streams.keySet().forEach(stream -> stream.removeListener(watcher));
        streams.clear();
        for (ForwardTrack track : List.copyOf(tracks)) {
            try {
                track.end(nowNs);
            } catch (RuntimeException e) {
                failure = "internal error: " + e;
            }
            sockets.remove(track);
        }
        snapshot = counted();
        tracks.clear();
    }

    private void add(IncomingStreamTrack made, StreamClock streamClock) {
        RtpFormat format = made.source().formats().get(0);
        List<RtpFormat> formats = new ArrayList<>();
        tracks.forEach(track -> formats.add(track.format()));
        formats.add(format);
        int port = description.ports(formats).get(tracks.size());
        if (port > ForwardDescription.MAX_RTP_PORT) {
            listener.onWarning(target.text() + ": no port left for " + made.id() + "; it is not forwarded");
            return;
        }
        var track = new ForwardTrack(made, sockets.destination(port), cname, streamClock, random, sender);
        tracks.add(track);
        sockets.add(track);
        track.start(loop.nowNs());
        track.hold(held, loop.nowNs());
        describe();
    }

    private void describe() {
        String names = streams.keySet().stream().map(IncomingStream::name).collect(Collectors.joining(" "));
        sdp = description.of(names, tracks.stream().map(ForwardTrack::format).toList());
    }

    private void tick(long nowNs) {
        if (closed) {
            return;
        }
        report(nowNs);
        snapshot = counted();
        long failed = snapshot.notSent();
        // At the first and then each time there are ten times as many: nobody listening yet is no disaster.
        if (failed > 0 && failed >= 10 * warnedFailures) {
            warnedFailures = failed;
            listener.onWarning(
                    target.text() + ": " + failed + " datagrams could not be sent; is there a way to the receiver?");
        }
        tick = loop.schedule(nowNs + TICK_NS, this::tick);
    }

    private void report(long nowNs) {
        try {
            for (ForwardTrack track : tracks) {
                track.reportWhenDue(nowNs);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private ForwardSnapshot counted() {
        return new ForwardSnapshot(
                target.text(), tracks.stream().map(ForwardTrack::snapshot).toList(), sockets.notSent(), failure);
    }

    private void fail(RuntimeException bug) {
        if (failure == null) {
            failure = "internal error: " + bug;
            listener.onWarning(target.text() + ": forwarding stopped by an internal error: " + bug);
            // Not from inside the source's call: that one is still going through its listeners.
            loop.execute(this::closeNow);
        }
    }

    /** Learns of the streams' tracks. */
    private final class Watcher implements IncomingStream.Listener {
        @Override
        public void onTrack(IncomingStream watched, IncomingStreamTrack track) {
            try {
                StreamClock streamClock = streams.get(watched);
                if (streamClock != null && wanted.test(track)) {
                    add(track, streamClock);
                }
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void onEnded(IncomingStream watched, long nowNs) {
            snapshot = counted();
        }
    }

    private final class Sender implements ForwardTrack.Owner {
        @Override
        public void sendRtp(ForwardTrack track, byte[] header, byte[] payload, int offset, int length) {
            if (failure == null) {
                sockets.sendRtp(header, payload, offset, length, track.destination());
            }
        }

        @Override
        public void sendRtcp(ForwardTrack track, byte[] data) {
            sockets.sendRtcp(data, track.destination());
        }

        @Override
        public void onBatchEnd() {
            sockets.flushRtp(); // while it is in the cache: there are others after us
        }

        @Override
        public void onReportDue(long nowNs) {
            // Not at once: the source's own report often comes right behind its first packet.
            if (!reportSoon) {
                reportSoon = true;
                loop.schedule(nowNs, dueNs -> {
                    reportSoon = false;
                    if (!closed) {
                        report(dueNs);
                    }
                });
            }
        }

        @Override
        public void onSourceEnded(ForwardTrack track, long nowNs) {
            loop.schedule(nowNs + FAREWELL_NS, track::end);
        }

        @Override
        public void onFormatChanged(ForwardTrack track) {
            describe();
            listener.onWarning(target.text() + ": " + track.id() + " is now "
                    + track.format().encodingName() + " with payload type "
                    + track.format().payloadType() + "; receivers need the new SDP");
        }

        @Override
        public void onBug(RuntimeException bug) {
            fail(bug);
        }
    }
}
