package io.mediatool.core.stream;

import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.PayloadNumbers;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one incoming source to one viewer, under an SSRC, sequence, timestamp and picture id space of the viewer's own that
 * goes on without a jump when another source (a simulcast layer, another publisher) takes its place. It does so only at
 * a key frame: until that comes the old source goes on, and a new viewer gets nothing it cannot decode.
 *
 * <p>Gaps of the source stay gaps: the viewer sees its losses, and what is repaired late still fits in. Belongs to one
 * loop's thread; allocates only when sources change.
 */
public final class RtpStreamTransponder implements RtpIncomingSourceGroup.Listener {
    /** Sources remembered for retransmission: the current one and those before it. */
    private static final int MAX_SEGMENTS = 4;
    /** Room before the payload for header, extensions and OSN. */
    private static final int HEADROOM = 512;
    /** When sender reports put a switch further apart than this, one of them is wrong. */
    private static final long MAX_CAPTURE_DISTANCE_NS = 2_000_000_000L;

    private final Target target;
    private final Extensions extensions;
    private final byte[] scratch;
    private final Listener listener;
    private final @Nullable Segment[] segments = new @Nullable Segment[MAX_SEGMENTS];
    private PayloadNumbers numbers = PayloadNumbers.NONE;
    private @Nullable CodecModule numbered;
    private @Nullable Input pending;
    private @Nullable Segment current;
    private Haste haste = Haste.NONE;

    private boolean sentAny;
    private long highestSequence;
    private long lastTimestamp;
    private long lastSentNs;
    private long rtxSequence;
    private long packets;
    private long payloadBytes;
    private long retransmitted;
    private long dropped;
    private long switches;

    /**
     * What the viewer was told to expect. {@code rtxPayloadType} −1: retransmissions go plain, which means the very bytes of
     * the first time, since AES-GCM must never protect two contents under one index (RFC 7714 §8).
     */
    public record Target(int ssrc, int payloadType, int clockRate, int rtxSsrc, int rtxPayloadType) {}

    /**
     * A source that can be chosen; without a history nothing of it is sent twice.
     *
     * @param payloadTypes the viewer's for the source's, null when everything leaves with that of the target
     */
    public record Input(
            RtpIncomingSourceGroup source,
            CodecModule codec,
            @Nullable PacketHistory history,
            @Nullable PayloadTypes payloadTypes) {

        /** One payload type, that of the target. */
        public Input(RtpIncomingSourceGroup source, CodecModule codec, @Nullable PacketHistory history) {
            this(source, codec, history, null);
        }

        boolean isLike(Input other) {
            return source == other.source && codec == other.codec;
        }
    }

    /** Takes what leaves and what is wanted. */
    public interface Listener {
        /** One packet ready for protection; {@code data} is borrowed until return, with room behind for the tag. */
        void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs);

        /** A key frame of {@code source} is wanted; who limits the rate is {@link KeyFrameRequests}. */
        void onKeyFrameWanted(RtpIncomingSourceGroup source, long nowNs);

        /** {@code source} is forwarded from here on. */
        default void onSwitched(RtpIncomingSourceGroup source, long nowNs) {}

        /** The forwarded source is over, and none is waited for. */
        void onEnded(long nowNs);

        /** This viewer broke an invariant. Others of the same source must not suffer: it is up to the listener to end this one. */
        default void onBug(RuntimeException bug, long nowNs) {
            throw bug;
        }
    }

    /** Writes a viewer's header extensions. */
    public interface Extensions {
        /** No extensions. */
        Extensions NONE = (packet, bytes, offset) -> 0;

        /**
         * Writes the block that goes with {@code packet} (see {@code ExtensionWriter.write}). For a viewer without RTX it must
         * write the same each time it is shown the same packet, and nobody may stamp a send time or transport-wide
         * number into it afterwards.
         *
         * @return its bytes, at most 400; 0 for none
         */
        int write(RtpPacket packet, byte[] bytes, int offset);
    }

    /** Where the numbers of one source are in those of the viewer. */
    private record Segment(
            Input input, long first, long sequenceShift, long timestampShift, long numberShift, Haste haste) {

        long timestamp(long ofSource) {
            return haste.timestamp(ofSource) + timestampShift;
        }
    }

    /** Media from before {@code until} is sent with its timestamps pressed together, so that a player does not play it as slowly as it was. */
    private record Haste(long until, int factor) {
        static final Haste NONE = new Haste(Long.MIN_VALUE, 1);

        long timestamp(long ofSource) {
            return ofSource >= until ? ofSource : until - (until - ofSource) / factor;
        }
    }

    /**
     * @param random for first sequence numbers and timestamp (RFC 3550 §5.1)
     * @param scratch packets are made in it: one for all transponders of a loop; 4 KiB or more
     */
    public RtpStreamTransponder(
            Target target, RandomGenerator random, byte[] scratch, Extensions extensions, Listener listener) {
        this.target = target;
        this.scratch = scratch;
        this.extensions = extensions;
        this.listener = listener;
        this.highestSequence = random.nextInt(0x8000);
        this.rtxSequence = random.nextInt(0x8000);
        this.lastTimestamp = random.nextInt() & 0xffff_ffffL;
    }

    public Target target() {
        return target;
    }

    /** Chooses a source: it is forwarded from its next key frame on, which is asked for. */
    public void select(Input input, long nowNs) {
        Segment now = current;
        dropPending();
        if (now != null && now.input.isLike(input)) {
            return;
        }
        pending = input;
        if (now == null || now.input.source != input.source) {
            input.source.addListener(this);
        }
        listener.onKeyFrameWanted(input.source, nowNs);
    }

    /**
     * Chooses a source whose packets since the last key frame somebody has kept and now gives to {@link #onRtp}, oldest first, then
     * calls {@link #goLive}.
     *
     * @param until timestamp of the newest packet kept
     * @param factor by which time runs faster until then, 1 or more
     */
    public void replay(Input input, long until, int factor) {
        dropPending();
        Segment now = current;
        if (now != null) {
            now.input.source.removeListener(this);
            current = null;
        }
        pending = input;
        haste = new Haste(until, factor);
    }

    /** Everything kept has been given: what comes from now on is taken from the source itself. */
    public void goLive(RtpIncomingSourceGroup source) {
        haste = Haste.NONE;
        source.removeListener(this);
        source.addListener(this);
    }

    private void dropPending() {
        Input waiting = pending;
        Segment now = current;
        pending = null;
        haste = Haste.NONE;
        if (waiting != null && (now == null || now.input.source != waiting.source)) {
            waiting.source.removeListener(this);
        }
    }

    /** What the forwarded source sends is of another codec from now on: nothing of it can be decoded before a key frame. */
    public void onCodec(Input input, long nowNs) {
        Input waiting = pending;
        Segment now = current;
        boolean forwarded = now != null && now.input.source == input.source;
        boolean awaited = waiting != null && waiting.source == input.source;
        current = forwarded ? null : now;
        if (awaited || forwarded && waiting == null) {
            pending = input;
            listener.onKeyFrameWanted(input.source, nowNs);
        } else if (forwarded) {
            input.source.removeListener(this);
        }
    }

    /** The viewer lost its picture (PLI, FIR): asks whoever is forwarded or waited for. */
    public void requestKeyFrame(long nowNs) {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null) {
            listener.onKeyFrameWanted(waiting.source, nowNs);
        } else if (now != null) {
            listener.onKeyFrameWanted(now.input.source, nowNs);
        }
    }

    /** Leaves its sources; nothing is sent any more, nor on request. */
    public void close() {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null) {
            waiting.source.removeListener(this);
        }
        if (now != null) {
            now.input.source.removeListener(this);
        }
        pending = null;
        current = null;
        java.util.Arrays.fill(segments, null);
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        try {
            forward(source, packet, sequence, timestamp, nowNs);
        } catch (RuntimeException bug) {
            listener.onBug(bug, nowNs);
        }
    }

    private void forward(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        Input waiting = pending;
        if (waiting != null
                && waiting.source == source
                && waiting.codec.startsKeyFrame(packet.data(), packet.payloadOffset(), packet.payloadLength())) {
            switchTo(waiting, packet, sequence, timestamp, nowNs);
        }
        Segment now = current;
        if (now == null || now.input.source != source || sequence < now.first) {
            dropped++;
            return;
        }
        long outSequence = sequence + now.sequenceShift;
        long outTimestamp = now.timestamp(timestamp);
        if (!write(packet, now, outSequence, outTimestamp, false, nowNs)) {
            return;
        }
        packets++;
        payloadBytes += packet.payloadLength();
        if (outSequence > highestSequence) {
            highestSequence = outSequence;
            lastTimestamp = outTimestamp;
            lastSentNs = nowNs;
        }
    }

    @Override
    public void onRestart(RtpIncomingSourceGroup source, boolean sameClock, long nowNs) {
        Segment now = current;
        if (sameClock || now == null || now.input.source != source) {
            return; // numbers go on, and a source that is waited for may start anew
        }
        // A new encoder: nothing decodes before its key frame, and its clock is another.
        current = null;
        if (pending == null) {
            pending = now.input;
            listener.onKeyFrameWanted(source, nowNs);
        } else {
            source.removeListener(this);
        }
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
        Input waiting = pending;
        Segment now = current;
        if (waiting != null && waiting.source == source) {
            pending = null;
        }
        if (now != null && now.input.source == source) {
            current = null;
        }
        source.removeListener(this);
        if (pending == null && current == null) {
            listener.onEnded(nowNs);
        }
    }

    /**
     * Sends a packet again, as RTX where the viewer takes it (RFC 4588 §4).
     *
     * @param sequenceNumber as the viewer names it, 0 to 65535
     * @return bytes sent, 0 when it is not in the history any more
     */
    public int resend(int sequenceNumber, long nowNs) {
        long outSequence = highestSequence + (short) (sequenceNumber - (int) highestSequence);
        if (!sentAny || outSequence > highestSequence) {
            return 0;
        }
        for (Segment segment : segments) {
            if (segment != null && outSequence - segment.sequenceShift >= segment.first) {
                return resend(segment, outSequence, nowNs);
            }
        }
        return 0;
    }

    private int resend(Segment segment, long outSequence, long nowNs) {
        PacketHistory history = segment.input.history;
        RtpPacket packet = history == null ? null : history.find(outSequence - segment.sequenceShift, nowNs);
        if (history == null || packet == null) {
            return 0;
        }
        PayloadTypes types = segment.input.payloadTypes;
        int rtxType = types == null ? target.rtxPayloadType : types.rtxOf(packet.payloadType());
        if (rtxType < 0 && segment.input.codec != numbered) {
            return 0; // its numbers could not be written as they were, and plain it must be the same packet
        }
        long outTimestamp = segment.timestamp(history.foundTimestamp());
        if (!write(packet, segment, outSequence, outTimestamp, true, nowNs)) {
            return 0;
        }
        retransmitted++;
        return packet.length();
    }

    private boolean write(RtpPacket packet, Segment segment, long sequence, long timestamp, boolean again, long nowNs) {
        int payloadLength = packet.payloadLength();
        if (payloadLength + HEADROOM > scratch.length) {
            dropped++;
            return false;
        }
        PayloadTypes types = segment.input.payloadTypes;
        int plainType = types == null ? target.payloadType : types.of(packet.payloadType());
        int rtxType = types == null ? target.rtxPayloadType : types.rtxOf(packet.payloadType());
        if (plainType < 0) {
            dropped++; // the viewer does not take what the source sends now
            return false;
        }
        boolean rtx = again && rtxType >= 0;
        int payloadType = rtx ? rtxType : plainType;
        int ssrc = rtx ? target.rtxSsrc : target.ssrc;
        long number = rtx ? ++rtxSequence : sequence;
        int at = RtpPacket.writeHeader(scratch, 0, packet.marker(), payloadType, (int) number, timestamp, ssrc);
        int block = extensions.write(packet, scratch, at);
        if (block > 0) {
            scratch[0] |= 0x10;
            at += block;
        }
        if (rtx) {
            scratch[at++] = (byte) (sequence >> 8);
            scratch[at++] = (byte) sequence;
        }
        System.arraycopy(packet.data(), packet.payloadOffset(), scratch, at, payloadLength);
        if (segment.input.codec == numbered) {
            numbers.rewrite(scratch, at, payloadLength, segment.numberShift);
        }
        listener.sendRtp(scratch, 0, at + payloadLength, again, nowNs);
        return true;
    }

    private void switchTo(Input next, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        Segment old = current;
        if (numbered != next.codec) {
            numbers = next.codec.payloadNumbers();
        }
        numbered = next.codec;
        long elapsed = sentAny ? Math.max(1, elapsedUnits(old, next, timestamp, nowNs)) : 0;
        Segment segment = new Segment(
                next,
                sequence,
                highestSequence + 1 - sequence,
                lastTimestamp + elapsed - haste.timestamp(timestamp),
                numbers.anchor(packet.data(), packet.payloadOffset(), packet.payloadLength()),
                haste);
        System.arraycopy(segments, 0, segments, 1, MAX_SEGMENTS - 1);
        segments[0] = segment;
        current = segment;
        pending = null;
        sentAny = true;
        switches++;
        if (old != null && old.input.source != next.source) {
            old.input.source.removeListener(this);
        }
        listener.onSwitched(next.source, nowNs);
    }

    /** Media time between the last packet sent and the first of {@code next}: by sender reports if both have one, else by arrival. */
    private long elapsedUnits(@Nullable Segment old, Input next, long timestamp, long nowNs) {
        long elapsedNs = nowNs - lastSentNs;
        RtpIncomingSourceGroup.SenderReport before = old == null ? null : old.input.source.lastSenderReport();
        RtpIncomingSourceGroup.SenderReport after = next.source.lastSenderReport();
        if (old != null && before != null && after != null) {
            long ntpBefore = NtpTime.plusNs(
                    before.ntpTime(), unitsToNs(lastTimestamp - old.timestampShift - before.timestamp()));
            long ntpAfter = NtpTime.plusNs(after.ntpTime(), unitsToNs(timestamp - after.timestamp()));
            long apartNs = NtpTime.differenceNs(ntpAfter, ntpBefore);
            if (apartNs > 0 && apartNs < elapsedNs + MAX_CAPTURE_DISTANCE_NS) {
                elapsedNs = apartNs;
            }
        }
        return elapsedNs / 1000 * target.clockRate / 1_000_000L;
    }

    private long unitsToNs(long units) {
        return Math.floorDiv(units, target.clockRate) * 1_000_000_000L
                + Math.floorMod(units, target.clockRate) * 1_000_000_000L / target.clockRate;
    }

    /** The timestamp that the forwarded source's unwrapped {@code timestamp} leaves with. */
    public long outgoingTimestamp(long timestamp) {
        Segment now = current;
        return now == null ? timestamp : timestamp + now.timestampShift;
    }

    /** The timestamp that media of {@code nowNs} would leave with, by when the last packet was sent: where no sender report tells. */
    public long timestampAt(long nowNs) {
        return lastTimestamp + (nowNs - lastSentNs) / 1000 * target.clockRate / 1_000_000L;
    }

    /** What is forwarded, or null before the first key frame. */
    public @Nullable RtpIncomingSourceGroup source() {
        Segment now = current;
        return now == null ? null : now.input.source;
    }

    /** First transmissions. */
    public long packets() {
        return packets;
    }

    /** Payload bytes of first transmissions, as a sender report counts them (RFC 3550 §6.4.1). */
    public long payloadBytes() {
        return payloadBytes;
    }

    /** Packets sent again. */
    public long retransmitted() {
        return retransmitted;
    }

    /** Packets not forwarded: before a key frame, from before a switch, too large. */
    public long dropped() {
        return dropped;
    }

    /** How often a source took the place of another, the first included. */
    public long switches() {
        return switches;
    }
}
