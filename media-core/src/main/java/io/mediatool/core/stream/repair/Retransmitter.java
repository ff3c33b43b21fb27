package io.mediatool.core.stream.repair;

import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.stream.TokenBucket;
import io.mediatool.core.stream.forward.RtpStreamTransponder;

/**
 * Answers one viewer's NACKs: each packet at most once per round trip, all of it within a share of
 * what the viewer is sent anyway, so that repair does not choke a path that loses because it is
 * full. Never turns itself off by RTT; the history's age does.
 */
public final class Retransmitter {
    /** Retransmitted bytes for each byte of media: enough for three losses in ten packets. */
    private static final double SHARE = 0.5;
    /** Besides, for streams of few bytes, in bytes a second: 128 kbit/s. */
    private static final double FLOOR = 16_000;
    /** Saved up at most: a key frame. */
    private static final double BURST_BYTES = 100_000;

    /** What leaves at once; the rest follows at the path's rate. */
    private static final int AT_ONCE_BYTES = 15_000;
    /** Waiting at most; more is not sent, and asked for again. A power of two. */
    private static final int MAX_WAITING = 256;

    private static final int REMEMBERED = 512;
    private static final char[] NONE = {};
    private static final int[] NOTHING = {};
    private static final long MIN_REPEAT_NS = 20_000_000L;

    private final RtpStreamTransponder transponder;
    private final TokenBucket bucket = new TokenBucket(AT_ONCE_BYTES);
    /** Sequence numbers; most viewers never lose anything, so it is made with the first NACK. */
    private char[] waiting = NONE;

    private int firstWaiting;
    private int endWaiting;
    /** By the low bits of the sequence number, the whole of it and when it went out last, in milliseconds: 16 bits each. 0 where none did. */
    private int[] answered = NOTHING;

    private long repeatNs = MIN_REPEAT_NS;
    private double allowance = BURST_BYTES;
    private boolean started;
    private long refilledNs;
    private long mediaBytes;
    private long nowNs;

    private long asked;
    private long missing;
    private long repeated;
    private long overBudget;

    public Retransmitter(RtpStreamTransponder transponder) {
        this.transponder = transponder;
    }

    /** The round trip to the viewer; until one is known repeats come as often as asked, 20 ms apart. */
    public void onRtt(long rttNs) {
        // A little less than a round trip: the viewer's own clock for repeats is as shaky as our measure.
        repeatNs = Math.max(MIN_REPEAT_NS, rttNs - rttNs / 4);
    }

    /**
     * Sends again what {@code nack} asks for, as far as there is: a few at once, the others when {@link #nextDeadlineNs} says.
     *
     * @param rateBps what the path has for repair
     */
    public void onNack(Nack nack, long rateBps, long now) {
        if (answered.length == 0) {
            answered = new int[REMEMBERED];
            waiting = new char[MAX_WAITING];
        }
        refill(now);
        bucket.fill(rateBps, now);
        nowNs = now;
        nack.forEach(this::answer);
    }

    private void answer(int sequence) {
        asked++;
        if (isRepeated(sequence)) {
            repeated++;
            return;
        }
        if (allowance <= 0) {
            overBudget++;
        } else if (firstWaiting == endWaiting && bucket.isOpen()) {
            send(sequence);
        } else if (endWaiting - firstWaiting < MAX_WAITING) {
            remember(sequence);
            waiting[endWaiting++ & MAX_WAITING - 1] = (char) sequence;
        } else {
            overBudget++;
        }
    }

    /** When those that wait may go on, {@link Long#MAX_VALUE} when none do. */
    public long nextDeadlineNs(long rateBps, long now) {
        return firstWaiting == endWaiting ? Long.MAX_VALUE : bucket.opensNs(rateBps, now);
    }

    /** Sends those that wait, as far as the path has room. */
    public void onDeadline(long rateBps, long now) {
        nowNs = now;
        bucket.fill(rateBps, now);
        while (firstWaiting != endWaiting && bucket.isOpen()) {
            int sequence = waiting[firstWaiting++ & MAX_WAITING - 1];
            if (allowance > 0) {
                send(sequence);
            } else {
                overBudget++;
            }
        }
    }

    private void send(int sequence) {
        int bytes = transponder.resend(sequence, nowNs);
        if (bytes == 0) {
            missing++;
            return;
        }
        allowance -= bytes;
        bucket.take(bytes);
        remember(sequence);
    }

    /** Milliseconds, never 0; begins anew after a minute, when the history has long forgotten the packet. */
    private int stamp() {
        return 1 + (int) (nowNs / 1_000_000L % 0xffff);
    }

    private void remember(int sequence) {
        answered[sequence & REMEMBERED - 1] = sequence << 16 | stamp();
    }

    private boolean isRepeated(int sequence) {
        int before = answered[sequence & REMEMBERED - 1];
        int agoMs = Math.floorMod(stamp() - (before & 0xffff), 0xffff);
        return before != 0 && before >>> 16 == sequence && agoMs * 1_000_000L < repeatNs;
    }

    private void refill(long now) {
        long sent = transponder.payloadBytes();
        if (started) {
            double seconds = (double) Math.max(0, now - refilledNs) / 1e9;
            allowance = Math.min(BURST_BYTES, allowance + SHARE * (double) (sent - mediaBytes) + FLOOR * seconds);
        }
        started = true;
        refilledNs = now;
        mediaBytes = sent;
    }

    /** Sequence numbers in NACKs. */
    public long asked() {
        return asked;
    }

    /** Asked for, but no longer or never there. */
    public long missing() {
        return missing;
    }

    /** Asked for again before the answer can have come. */
    public long repeated() {
        return repeated;
    }

    /** Not sent because the budget was spent. */
    public long overBudget() {
        return overBudget;
    }
}
