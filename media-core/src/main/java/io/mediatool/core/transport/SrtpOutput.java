package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.RunPadding;
import io.mediatool.core.srtp.SrtpSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one peer, protected, by the path that ICE has chosen. RTP packets wait until they are sent together, each with room for
 * padding and its tag, in a run that is borrowed meanwhile. For the loop's thread.
 */
final class SrtpOutput implements AutoCloseable {
    /** Longer packets do not fit any path. */
    private static final int MAX_PACKET_BYTES = 2_000;

    /** What is there beyond goes to the socket at once, where it waits for the same send: 25 packets of a full Ethernet frame less headers. */
    private static final int MAX_BYTES = 32 << 10;

    /** Behind each packet. */
    private static final int ROOM_BYTES = RunPadding.MAX_BYTES + SrtpSession.MAX_TRAILER_BYTES;

    private final Runs runs;
    /** Null while nothing waits. */
    private @Nullable PacketRun waiting;

    private int used;
    private @Nullable SrtpSession session;
    private @Nullable RemotePath path;
    private boolean closed;
    private long unsent;

    /**
     * Empty runs, each with its array, for all outputs of a port, the one that was given back last first: peers are served one after the
     * other, and so they are few and in the processor's cache.
     */
    static final class Runs {
        private static final int MAX_KEPT = 64;

        private final RunPadding padding = new RunPadding();
        private final ArrayDeque<PacketRun> kept = new ArrayDeque<>();

        PacketRun take() {
            PacketRun last = kept.pollLast();
            if (last != null) {
                return last;
            }
            PacketRun run = new PacketRun();
            run.begin(new byte[MAX_BYTES]);
            return run;
        }

        void give(PacketRun run) {
            run.clear();
            if (kept.size() < MAX_KEPT) {
                kept.addLast(run);
            }
        }
    }

    /** The peers of a port for whom packets are queued in a turn, which are given to the kernel together. For the loop's thread. */
    static final class Dirty {
        /** What is queued for so many peers is still in the cache when it is sent, and its buffers are when the next ones take them. */
        private static final int PEERS_PER_FLUSH = 16;

        private final EventLoop loop;
        private final Runnable sockets;
        private List<SrtpOutput> dirty = new ArrayList<>();
        private List<SrtpOutput> flushing = new ArrayList<>();
        private boolean reading;
        private boolean scheduled;
        private @Nullable Runnable onFlush;

        /** @param sockets gives the kernel what outputs have handed over */
        Dirty(EventLoop loop, Runnable sockets) {
            this.loop = loop;
            this.sockets = sockets;
        }

        /** Something has arrived: {@link #endTurn} follows when all of it has been taken. */
        void beginTurn() {
            reading = true;
        }

        void endTurn() {
            reading = false;
            flush();
        }

        /** The output has packets to be sent: at the end of this turn at the latest, or as soon as the turn under way is over. */
        void add(SrtpOutput output) {
            if (dirty.size() == PEERS_PER_FLUSH) {
                flush(); // sources give to one peer after the other
            }
            dirty.add(output);
            if (!reading && !scheduled) {
                scheduled = true;
                loop.execute(() -> {
                    scheduled = false;
                    flush();
                });
            }
        }

        private void flush() {
            List<SrtpOutput> now = dirty;
            if (now.isEmpty()) {
                return;
            }
            dirty = flushing;
            flushing = now;
            for (int i = 0; i < now.size(); i++) {
                now.get(i).flush();
            }
            now.clear();
            sockets.run();
            Runnable told = onFlush;
            if (told != null) {
                told.run();
            }
        }

        /** Told whenever what was queued has been given to the kernel. */
        void onFlush(Runnable listener) {
            onFlush = listener;
        }
    }

    /** How a packet that is sent alone is protected, in place. */
    private interface Protection {
        /** @return its new length, or {@link SrtpSession#DROPPED} */
        int protect(SrtpSession session, byte[] data, int offset, int length);
    }

    SrtpOutput(Runs runs) {
        this.runs = runs;
    }

    /** The keys are there. The session is closed with this. */
    void secure(SrtpSession by) {
        session = by;
    }

    /** Where packets go from now on; known before the keys are. */
    void moveTo(RemotePath to) {
        path = to;
    }

    @Nullable RemotePath path() {
        return path;
    }

    /** While packets can go and come; null before and after. */
    @Nullable SrtpSession session() {
        return closed ? null : session;
    }

    /** Null before the keys; they stay when it is closed. */
    SrtpSession.@Nullable Counters counters() {
        SrtpSession of = session;
        return of == null ? null : of.counters();
    }

    /** Packets given to be sent before the keys or after the end, too long ones, and those sent alone that the session refuses. */
    long unsent() {
        return unsent;
    }

    /**
     * Copies an RTP packet, to be sent by {@link #flush}.
     *
     * @param mayPad whether padding may be added, never to what {@link #sendRtpAgain} may send again
     * @return whether it is the first since the last flush
     */
    boolean sendRtp(byte[] data, int offset, int length, boolean mayPad) {
        if (session() == null || length > MAX_PACKET_BYTES) {
            unsent++;
            return false;
        }
        PacketRun run = waiting;
        if (run != null && (run.size() == PacketRun.MAX_PACKETS || used + length + ROOM_BYTES > MAX_BYTES)) {
            flush();
            run = null;
        }
        boolean first = run == null;
        if (run == null) {
            run = runs.take();
            waiting = run;
        }
        System.arraycopy(data, offset, run.data(), used, length);
        run.add(used, length, mayPad);
        used += length + ROOM_BYTES;
        return first;
    }

    /** Sends an RTP packet once more, under the index that it had: see {@link SrtpSession#protectRtpAgain}. */
    void sendRtpAgain(byte[] data, int offset, int length) {
        flush(); // it may be among those that have no index yet
        sendAlone(data, offset, length, SrtpSession::protectRtpAgain);
    }

    void sendRtcp(byte[] data, int offset, int length) {
        sendAlone(data, offset, length, SrtpSession::protectRtcp);
    }

    private void sendAlone(byte[] data, int offset, int length, Protection protection) {
        SrtpSession by = session();
        RemotePath to = path;
        if (by == null || to == null || length > MAX_PACKET_BYTES) {
            unsent++;
            return;
        }
        PacketRun lent = runs.take();
        try {
            byte[] alone = lent.data();
            System.arraycopy(data, offset, alone, 0, length);
            int bytes = protection.protect(by, alone, 0, length);
            if (bytes > 0) {
                to.send(alone, 0, bytes);
            } else {
                unsent++;
            }
        } finally {
            runs.give(lent);
        }
    }

    /** Names the objects that each packet needs, see {@link io.mediatool.core.bits.WorkingSet}; what is lent is in the cache as it is. */
    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        SrtpSession by = session();
        RemotePath to = path;
        if (by != null && to != null) {
            by.addTo(parts);
            to.addTo(parts);
        }
    }

    /** Protects and sends what waits; the socket sends runs of equal size as one, and so packets are padded to it where they may be. */
    void flush() {
        PacketRun run = waiting;
        if (run == null) {
            return;
        }
        waiting = null;
        used = 0;
        try {
            send(run);
        } finally {
            runs.give(run);
        }
    }

    private void send(PacketRun run) {
        SrtpSession by = session();
        RemotePath to = path;
        if (by == null || to == null) {
            unsent += run.size();
            return;
        }
        runs.padding.pad(run, to.maxSegmentBytes() - by.rtpTrailerBytes());
        by.protectRtp(run);
        for (int i = 0; i < run.size(); i++) {
            to.send(run.data(), run.offset(i), run.length(i));
        }
    }

    /** Sends what waits and lets go of the keys, which nobody collects when they lie outside the heap. Harmless when repeated. */
    @Override
    public void close() {
        flush();
        closed = true;
        SrtpSession of = session;
        if (of != null) {
            of.close();
        }
    }
}
