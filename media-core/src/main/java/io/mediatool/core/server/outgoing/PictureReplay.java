package io.mediatool.core.server.outgoing;

import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.stream.GopCache;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.TokenBucket;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import org.jspecify.annotations.Nullable;

/**
 * Gives a new viewer the pictures since the last key frame, faster than they were taken but not so fast that a path or a socket
 * buffer overflows, and then lets it go on live.
 */
final class PictureReplay {
    /** At most, and on a path that is known to carry less not below this. */
    private static final long MOST_BPS = 40_000_000;

    private static final long LEAST_BPS = 1_000_000;
    /** Somewhat faster than the path carries what is live: it has to be caught up with. */
    private static final double AHEAD = 2;
    /** What leaves at a time. */
    private static final int BURST_BYTES = 28_000;

    private static final long PAUSE_NS = 5_000_000L;
    /** What is left of a group when the next begins is given when it takes no longer. */
    private static final long REST_NS = 200_000_000L;

    private static final long PACKET_BITS = 8 * 1_200;
    /** How long all of it seems to last to a player, which otherwise would play as late as the replay began. */
    private static final int SECONDS_FRACTION = 20;

    private final RtpStreamTransponder transponder;
    private final TimeService time;
    private final Carrier path;
    private final TokenBucket bucket = new TokenBucket(BURST_BYTES);
    private final GopCache.Output output = this::forward;
    private RtpStreamTransponder.@Nullable Input input;
    private @Nullable IncomingLayer layer;
    private @Nullable Timer timer;
    private int run;
    private int group;
    private int next;
    private long nextSequence; // what comes after the newest packet given
    private long restEnd; // before it lies what is given of groups that are over
    private long shown; // units of the RTP clock that all of it seems to last
    private long stepNs;
    private long replays;

    PictureReplay(RtpStreamTransponder transponder, TimeService time, Carrier path) {
        this.path = path;
        this.transponder = transponder;
        this.time = time;
    }

    /** Begins, when there is something to begin with. @return whether it does */
    boolean start(RtpStreamTransponder.Input of, IncomingLayer from, long nowNs) {
        GopCache pictures = from.pictures();
        if (pictures == null || pictures.size() == 0) {
            return false;
        }
        shown = from.format().clockRate() / SECONDS_FRACTION;
        input = of;
        layer = from;
        replays++;
        begin(of, pictures);
        step(nowNs);
        return true;
    }

    private void begin(RtpStreamTransponder.Input of, GopCache pictures) {
        run = pictures.run();
        group = pictures.group();
        next = 0;
        nextSequence = pictures.firstSequence();
        restEnd = nextSequence;
        int factor = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (pictures.duration() + shown - 1) / shown));
        transponder.replay(of, pictures.newestTimestamp(), factor);
    }

    /** Ends it where it is: what has been begun is not gone on with. @return whether there was something to end */
    boolean cancel() {
        boolean running = input != null;
        finish();
        if (running) {
            transponder.cancelReplay();
        }
        return running;
    }

    private void finish() {
        Timer pending = timer;
        timer = null;
        input = null;
        layer = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    private void step(long nowNs) {
        timer = null;
        stepNs = nowNs;
        RtpStreamTransponder.Input of = input;
        IncomingLayer from = layer;
        GopCache pictures = from == null ? null : from.pictures();
        if (of == null || from == null || pictures == null) {
            return;
        }
        long rate = (long) Math.max(LEAST_BPS, Math.min(MOST_BPS, AHEAD * (double) path.burstBps(nowNs)));
        bucket.fill(rate, nowNs);
        boolean ended = pictures.group() != group || pictures.size() == 0;
        if (ended && !goesOn(pictures, from.history(), rate, nowNs)) {
            if (pictures.size() == 0) {
                // What is missing is not to be had, and without it nothing can be decoded before a key frame.
                finish();
                transponder.cancelReplay();
                transponder.select(of, nowNs);
                return;
            }
            begin(of, pictures);
        }
        while (from == layer && bucket.isOpen() && give(pictures, from.history(), nowNs)) {}
        if (from != layer) {
            return; // cancelled by what was sent
        }
        if (nextSequence < restEnd || next < pictures.size()) {
            timer = time.schedule(Math.max(nowNs + PAUSE_NS, bucket.opensNs(rate, nowNs)), this::step);
            return;
        }
        finish();
        transponder.goLive(of.source());
    }

    /**
     * The group is over before all of it was given. What is left of it comes from the history: a recording must not begin with a hole. Not
     * when that takes so long that whoever watches sees the next group sooner without it; nor is a hole worth it, all of which would be
     * asked for (Chromium: 255 packets).
     */
    private boolean goesOn(GopCache pictures, PacketHistory history, long rate, long nowNs) {
        boolean another = pictures.size() > 0;
        long end = another ? pictures.firstSequence() : history.newest() + 1;
        long mostPackets = another ? rate / 1_000 * REST_NS / (PACKET_BITS * 1_000_000L) : Long.MAX_VALUE;
        if (pictures.run() != run
                || end - nextSequence > mostPackets
                || nextSequence < end && history.find(nextSequence, nowNs) == null) {
            return false;
        }
        restEnd = end;
        group = pictures.group();
        next = 0;
        return true;
    }

    /** Gives what is next. @return false when there is nothing */
    private boolean give(GopCache pictures, PacketHistory history, long nowNs) {
        if (nextSequence < restEnd) {
            long sequence = nextSequence++;
            RtpPacket packet = history.find(sequence, nowNs);
            if (packet != null) {
                forward(packet, sequence, history.foundTimestamp());
            }
            return true;
        }
        if (next < pictures.size()) {
            pictures.give(next++, output);
            return true;
        }
        return false;
    }

    private void forward(RtpPacket packet, long sequence, long timestamp) {
        RtpStreamTransponder.Input of = input;
        if (of != null) {
            bucket.take(packet.length());
            nextSequence = Math.max(nextSequence, sequence + 1);
            transponder.onRtp(of.source(), packet, sequence, timestamp, stepNs);
        }
    }

    long replays() {
        return replays;
    }
}
