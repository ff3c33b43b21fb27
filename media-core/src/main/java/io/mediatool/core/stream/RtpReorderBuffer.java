package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.util.TreeMap;

/**
 * Puts packets in sequence order, waiting for a missing one by time, never by count (a lost packet of a slow stream must not
 * hold it for seconds). Packets in order pass without a copy and without delay, except that the very first ones are held
 * for the same time: the first to arrive need not be the first that was sent.
 */
public final class RtpReorderBuffer {
    /** Counted for each held packet beside its bytes, so that floods of tiny ones are bounded too. */
    private static final int HELD_OVERHEAD_BYTES = 128;

    private final long waitNs;
    private final int maxBytes;
    private final Output output;
    private final TreeMap<Long, Held> held = new TreeMap<>();

    private boolean started;
    private long next;
    private int heldBytes;
    /** When the first sign of the oldest open gap arrived. */
    private long gapSinceNs;

    private long lost;
    private long late;
    private long overflows;

    /** Takes packets in sequence order. */
    public interface Output {
        /**
         * The next packet.
         *
         * @param packet borrowed until return
         * @param arrivalNs when it arrived, which may be earlier than now
         */
        void onPacket(RtpPacket packet, long sequence, long timestamp, long arrivalNs);

        /** {@code count} packets before the next one are given up. */
        void onLoss(long count);
    }

    private record Held(RtpPacket packet, long timestamp, long arrivalNs) {}

    /**
     * @param waitNs how long a packet may be held back for those missing before it
     * @param maxBytes bound on what is held; beyond it the missing packets are given up early
     */
    public RtpReorderBuffer(long waitNs, int maxBytes, Output output) {
        this.waitNs = waitNs;
        this.maxBytes = maxBytes;
        this.output = output;
    }

    /**
     * Takes a packet as it arrived.
     *
     * @param packet borrowed; copied when it must be held
     */
    public void onRtp(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (started && sequence == next) {
            next++;
            output.onPacket(packet, sequence, timestamp, nowNs);
            releaseConsecutive();
        } else if (started && sequence < next) {
            late++;
        } else {
            hold(packet, sequence, timestamp, nowNs);
        }
        onDeadline(nowNs);
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE} when nothing is held. */
    public long nextDeadlineNs() {
        return held.isEmpty() ? Long.MAX_VALUE : gapSinceNs + waitNs;
    }

    /** Gives up what has been waited for long enough. */
    public void onDeadline(long nowNs) {
        while (!held.isEmpty() && nowNs - gapSinceNs >= waitNs) {
            skipToFirstHeld();
        }
    }

    /** Releases all that is held, giving up what is missing: the sender ended or started anew. */
    public void flush() {
        while (!held.isEmpty()) {
            skipToFirstHeld();
        }
    }

    /** Packets given up. */
    public long lost() {
        return lost;
    }

    /** Packets that came after they had been given up. */
    public long late() {
        return late;
    }

    /** How often the bound on bytes made it give up early. */
    public long overflows() {
        return overflows;
    }

    private void hold(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (held.isEmpty()) {
            gapSinceNs = nowNs;
        }
        if (held.putIfAbsent(sequence, new Held(packet.copy(), timestamp, nowNs)) == null) {
            heldBytes += packet.length() + HELD_OVERHEAD_BYTES;
        }
        while (heldBytes > maxBytes) {
            overflows++;
            skipToFirstHeld();
        }
    }

    private void skipToFirstHeld() {
        long first = held.firstKey();
        if (started && first > next) {
            lost += first - next;
            output.onLoss(first - next);
        }
        started = true;
        next = first;
        releaseConsecutive();
    }

    private void releaseConsecutive() {
        while (!held.isEmpty() && held.firstKey() == next) {
            Held packet = held.pollFirstEntry().getValue();
            heldBytes -= packet.packet.length() + HELD_OVERHEAD_BYTES;
            output.onPacket(packet.packet, next++, packet.timestamp, packet.arrivalNs);
        }
        if (!held.isEmpty()) {
            gapSinceNs = held.firstEntry().getValue().arrivalNs;
        }
    }
}
