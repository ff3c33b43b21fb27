package io.mediatool.ingest.forward;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends one stream of a room to one target as plain RTP. Its own troubles stay its own: it warns and closes itself, the
 * stream's other listeners notice nothing.
 */
public final class RtpForwarder implements AutoCloseable {
    private static final long TICK_NS = 250_000_000;

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
    private @Nullable IncomingStream stream;
    private StreamClock streamClock = new StreamClock();
    private @Nullable Timer tick;
    private boolean reportSoon;
    private long warnedFailures;
    private @Nullable String failure;
    private boolean closed;

    /** Learns of troubles, on the loop. Must not throw. */
    public interface Listener {
        /** One clear line, rate limited. */
        void onWarning(String line);
    }

    private RtpForwarder(
            EventLoop loop, ForwardTarget target, InstantSource wallClock, RandomGenerator random, Listener listener)
            throws IOException {
        this.loop = loop;
        this.target = target;
        this.wallClock = wallClock;
        this.random = random;
        this.listener = listener;
        // RFC 7022 §4.2: a short-term persistent CNAME of 96 random bits.
        this.cname = String.format(java.util.Locale.ROOT, "%08x%016x", random.nextInt(), random.nextLong());
        this.description = new ForwardDescription(target, random.nextLong() >>> 1);
        this.snapshot = new ForwardSnapshot(target.text(), List.of(), 0, 0, null);
        this.sockets = ForwardSockets.open(loop, target, new Receiver());
    }

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
        return new RtpForwarder(loop, target, wallClock, random, listener);
    }

    /**
     * Sends {@code stream}, tracks that come later included. On the loop. A stream attached before is let go with BYE, and
     * the ports are given anew.
     */
    public void attach(IncomingStream attached) {
        if (closed) {
            return;
        }
        detach(loop.nowNs());
        stream = attached;
        streamClock = new StreamClock();
        attached.addListener(watcher);
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
            return;
        }
        try {
            loop.execute(this::closeNow);
        } catch (RejectedExecutionException e) {
            // The loop is closed and has closed the sockets.
            sockets.close();
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
        IncomingStream before = stream;
        if (before == null) {
            return;
        }
        stream = null;
        before.removeListener(watcher);
        for (ForwardTrack track : List.copyOf(tracks)) {
            try {
                track.end(nowNs);
            } catch (RuntimeException e) {
                failure = "internal error: " + e;
            }
        }
        snapshot = counted();
        tracks.clear();
    }

    private void add(IncomingStreamTrack made) {
        RtpFormat format = made.source().formats().get(0);
        List<RtpFormat> formats = new ArrayList<>();
        tracks.forEach(track -> formats.add(track.format()));
        formats.add(format);
        int port = description.ports(formats).get(tracks.size());
        if (port > ForwardDescription.MAX_RTP_PORT) {
            listener.onWarning(target.text() + ": no port left for " + made.id() + "; it is not forwarded");
            return;
        }
        var track = new ForwardTrack(made, port, cname, streamClock, wallClock, random, sender);
        tracks.add(track);
        track.start(loop.nowNs());
        describe();
    }

    private void describe() {
        IncomingStream attached = stream;
        if (attached != null) {
            sdp = description.of(
                    attached.name(), tracks.stream().map(ForwardTrack::format).toList());
        }
    }

    private void tick(long nowNs) {
        if (closed) {
            return;
        }
        report(nowNs);
        snapshot = counted();
        long failed = snapshot.sendFailed();
        // At the first and then each time there are ten times as many: nobody listening yet is no disaster.
        if (failed > 0 && failed >= 10 * warnedFailures) {
            warnedFailures = failed;
            listener.onWarning(target.text() + ": " + failed
                    + " datagrams were refused or could not be sent; is the receiver running?");
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
                target.text(),
                tracks.stream().map(ForwardTrack::snapshot).toList(),
                sockets.sendFailed(),
                sockets.sendDropped(),
                failure);
    }

    private void fail(RuntimeException bug) {
        if (failure == null) {
            failure = "internal error: " + bug;
            listener.onWarning(target.text() + ": forwarding stopped by an internal error: " + bug);
            // Not from inside the source's call: that one is still going through its listeners.
            loop.execute(this::closeNow);
        }
    }

    /** Learns of the stream's tracks. */
    private final class Watcher implements IncomingStream.Listener {
        @Override
        public void onTrack(IncomingStream watched, IncomingStreamTrack track) {
            try {
                add(track);
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
        public void sendRtp(ForwardTrack track, byte[] data, int offset, int length) {
            if (failure == null) {
                sockets.sendRtp(data, offset, length, track.port());
            }
        }

        @Override
        public void sendRtcp(ForwardTrack track, byte[] data) {
            sockets.sendRtcp(data, track.port());
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

    /** What receivers say. Garbage is nobody's trouble. */
    private final class Receiver implements DatagramListener {
        @Override
        public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
            if (!RtcpPackets.isRtcp(data, offset, length)) {
                return;
            }
            try {
                for (RtcpPacket packet : RtcpPackets.parse(data, offset, length)) {
                    blocks(packet).forEach(block -> tracks.forEach(track -> track.onReport(block)));
                }
            } catch (MalformedException e) {
                return; // a broken report says nothing, and nothing depends on it
            }
        }

        private List<ReportBlock> blocks(RtcpPacket packet) {
            if (packet instanceof ReceiverReport report) {
                return report.reports();
            }
            return packet instanceof SenderReport report ? report.reports() : List.of();
        }
    }
}
