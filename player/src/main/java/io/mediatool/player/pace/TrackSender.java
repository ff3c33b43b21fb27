package io.mediatool.player.pace;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Sends the packets of one track into its source. A frame of a few packets leaves at its time as one burst, which the
 * sockets behind can hand to the kernel together; a larger one is spread over at most half of the time to the next frame.
 */
public final class TrackSender {
    /** The time between bursts, and how many packets one has at least. */
    static final long STEP_NS = 1_000_000;

    static final int BURST_PACKETS = 8;

    /** RFC 3550 §5.1. */
    private static final int SEQUENCE_AT = 2;

    private static final int TIMESTAMP_AT = 4;

    private static final long NEVER = Long.MAX_VALUE;

    private final RtpIncomingSourceGroup source;
    private final int ssrc;
    private final Timescale scale;
    private final long firstTimestamp;
    private final ArrayDeque<PacedFrame> queue = new ArrayDeque<>();
    private final RtpPacket view = new RtpPacket();

    private long shift;
    private int sequenceShift;
    /** What {@link #shift} becomes at frames to come, soonest first. */
    private final ArrayDeque<Shift> later = new ArrayDeque<>();

    private long takenNs = Long.MIN_VALUE;
    private @Nullable PacedFrame current;
    /** Of {@link #current}: all packets of a frame have one timestamp, and numbers that follow each other, whatever happens meanwhile. */
    private long currentShift;

    private int currentSequenceShift;
    private int nextPacket;
    private int burst = BURST_PACKETS;
    private int left;
    private long stepNs = Long.MIN_VALUE;

    private long frames;
    private long packets;
    private long bytes;

    /**
     * @param source takes the packets
     * @param ssrc theirs
     * @param scale of RTP timestamps
     * @param firstTimestamp RTP timestamp of media time 0
     */
    public TrackSender(RtpIncomingSourceGroup source, int ssrc, Timescale scale, long firstTimestamp) {
        this.source = source;
        this.ssrc = ssrc;
        this.scale = scale;
        this.firstTimestamp = firstTimestamp;
    }

    /** Frames of which a packet has been sent. */
    public long frames() {
        return frames;
    }

    /** Packets sent. */
    public long packets() {
        return packets;
    }

    /** Payload bytes sent. */
    public long bytes() {
        return bytes;
    }

    void add(PacedFrame frame) {
        queue.add(frame);
    }

    boolean isEmpty() {
        return current == null && queue.isEmpty();
    }

    /** The frame that comes next, or null; the one that is being sent if {@code begun}. */
    @Nullable PacedFrame head(boolean begun) {
        PacedFrame sending = current;
        return begun && sending != null ? sending : queue.peek();
    }

    private record Shift(long fromNs, long units) {}

    /** Media time of the last frame that was begun. */
    long takenNs() {
        return takenNs;
    }

    /** The clock of the packets goes on by {@code ns} without media: frames of {@code fromNs} and later are so much later. */
    void shift(long ns, long fromNs) {
        later.add(new Shift(fromNs, scale.fromNs(ns)));
    }

    /** What has not been begun is not sent; what is sent instead has its numbers. */
    void drop() {
        queue.forEach(this::drop);
        queue.clear();
    }

    void drop(PacedFrame frame) {
        sequenceShift -= frame.packets();
    }

    /** Tells the source which wall-clock time media time {@code timeNs} has. */
    void report(long timeNs, long ntpTime, long nowNs) {
        long shifted = shift + later.stream().mapToLong(Shift::units).sum();
        long timestamp = firstTimestamp + shifted + scale.fromNs(timeNs);
        source.onSenderReport(ssrc, ntpTime, timestamp & 0xffff_ffffL, nowNs);
    }

    /**
     * Sends what is due, as far as bursts go.
     *
     * @return when to come again, {@link Long#MAX_VALUE} when there is nothing left
     */
    long run(PlayClock clock, Sent sent, long nowNs) {
        if (nowNs < stepNs) {
            return stepNs;
        }
        burst = BURST_PACKETS;
        left = BURST_PACKETS;
        while (begin(clock, nowNs)) {
            if (left == 0) {
                // Also the pace at which a late track catches up: no faster than frames are spread.
                stepNs = Math.max(stepNs + STEP_NS, nowNs + STEP_NS / 2);
                return stepNs;
            }
            sendOne(sent, nowNs);
            left--;
        }
        PacedFrame next = queue.peek();
        return next == null ? NEVER : clock.dueNs(next.timeNs());
    }

    /** Sends the next packet whatever its time; false when there is none. */
    boolean sendNow(Sent sent, long nowNs) {
        if (current == null && !take(nowNs)) {
            return false;
        }
        sendOne(sent, nowNs);
        return true;
    }

    /** Makes sure that a frame that is due is being sent. */
    private boolean begin(PlayClock clock, long nowNs) {
        if (current == null) {
            PacedFrame next = queue.peek();
            if (next == null || clock.dueNs(next.timeNs()) > nowNs) {
                return false;
            }
            take(nowNs);
        }
        PacedFrame frame = current;
        if (frame != null) {
            long steps = Math.max(1, clock.scaled(frame.durationNs()) / 2 / STEP_NS);
            int wanted = (int) Math.max(BURST_PACKETS, (frame.packets() + steps - 1) / steps);
            if (wanted > burst) {
                left += wanted - burst;
                burst = wanted;
            }
        }
        return frame != null;
    }

    private boolean take(long nowNs) {
        stepNs = Math.max(stepNs, nowNs);
        current = queue.poll();
        if (current != null) {
            takenNs = Math.max(takenNs, current.timeNs());
            while (!later.isEmpty() && later.element().fromNs <= current.timeNs()) {
                shift += later.remove().units;
            }
        }
        currentShift = shift;
        currentSequenceShift = sequenceShift;
        nextPacket = 0;
        return current != null;
    }

    private void sendOne(Sent sent, long nowNs) {
        PacedFrame frame = current;
        if (frame == null) {
            return;
        }
        int start = frame.start(nextPacket);
        int end = frame.ends()[nextPacket];
        frames += nextPacket == 0 ? frame.frames() : 0;
        nextPacket++;
        packets++;
        bytes += end - start - RtpPacket.HEADER_BYTES;
        boolean whole = nextPacket == frame.packets();
        if (whole) {
            current = null;
        }
        if (currentShift != 0 || currentSequenceShift != 0) {
            ByteBuffer bytesOfFrame = ByteBuffer.wrap(frame.data());
            bytesOfFrame.putShort(
                    start + SEQUENCE_AT, (short) (bytesOfFrame.getShort(start + SEQUENCE_AT) + currentSequenceShift));
            bytesOfFrame.putInt(start + TIMESTAMP_AT, (int) (bytesOfFrame.getInt(start + TIMESTAMP_AT) + currentShift));
        }
        try {
            source.onRtp(view.wrap(frame.data(), start, end - start), nowNs);
        } catch (MalformedException e) {
            throw new IllegalStateException("a packet of our own is broken", e);
        }
        if (whole) {
            sent.onSent(frame);
        }
    }

    /** Learns of frames that have left. */
    interface Sent {
        void onSent(PacedFrame frame);
    }
}
