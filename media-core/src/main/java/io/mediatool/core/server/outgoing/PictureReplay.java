package io.mediatool.core.server.outgoing;

import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.stream.GopCache;
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
    /** How long all of it seems to last to a player, which otherwise would play as late as the replay began. */
    private static final int SECONDS_FRACTION = 20;

    private final RtpStreamTransponder transponder;
    private final TimeService time;
    private final Carrier path;
    private final TokenBucket bucket = new TokenBucket(BURST_BYTES);
    private final GopCache.Output output = this::forward;
    private RtpStreamTransponder.@Nullable Input input;
    private @Nullable GopCache cache;
    private @Nullable Timer timer;
    private int group;
    private int next;
    private long shown; // units of the RTP clock that all of it seems to last
    private long stepNs;
    private long replays;

    PictureReplay(RtpStreamTransponder transponder, TimeService time, Carrier path) {
        this.path = path;
        this.transponder = transponder;
        this.time = time;
    }

    /** Begins, when there is something to begin with. @return whether it does */
    boolean start(RtpStreamTransponder.Input of, IncomingLayer layer, long nowNs) {
        GopCache pictures = layer.pictures();
        if (pictures == null || pictures.size() == 0) {
            return false;
        }
        shown = layer.format().clockRate() / SECONDS_FRACTION;
        input = of;
        cache = pictures;
        replays++;
        begin(of, pictures);
        step(nowNs);
        return true;
    }

    private void begin(RtpStreamTransponder.Input of, GopCache pictures) {
        group = pictures.group();
        next = 0;
        int factor = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (pictures.duration() + shown - 1) / shown));
        transponder.replay(of, pictures.newestTimestamp(), factor);
    }

    /** Ends it where it is; the transponder is told by whoever cancels. */
    void cancel() {
        Timer pending = timer;
        timer = null;
        input = null;
        cache = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    private void step(long nowNs) {
        timer = null;
        stepNs = nowNs;
        GopCache pictures = cache;
        RtpStreamTransponder.Input of = input;
        if (pictures != null && of != null && pictures.group() != group && pictures.size() > 0) {
            // A new key frame: what is left of the old group is not worth sending, nor asking for, as a hole would be
            // (Chromium: 255 packets).
            begin(of, pictures);
        }
        long allowed = path.burstBps(nowNs);
        long rate = (long) Math.max(LEAST_BPS, Math.min(MOST_BPS, AHEAD * (double) allowed));
        bucket.fill(rate, nowNs);
        while (pictures == cache && pictures != null && next < pictures.size() && bucket.isOpen()) {
            pictures.give(next++, output);
        }
        RtpStreamTransponder.Input live = input;
        if (pictures == null || pictures != cache || live == null) {
            return; // cancelled by what was sent
        }
        if (next < pictures.size()) {
            timer = time.schedule(Math.max(nowNs + PAUSE_NS, bucket.opensNs(rate, nowNs)), this::step);
            return;
        }
        input = null;
        cache = null;
        transponder.goLive(live.source());
    }

    private void forward(RtpPacket packet, long sequence, long timestamp) {
        RtpStreamTransponder.Input of = input;
        if (of != null) {
            bucket.take(packet.length());
            transponder.onRtp(of.source(), packet, sequence, timestamp, stepNs);
        }
    }

    long replays() {
        return replays;
    }
}
