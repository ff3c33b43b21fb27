package io.mediatool.core.stream.forward;

import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.PayloadNumbers;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RedPayload;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.PacketHistory;
import io.mediatool.core.stream.PayloadTypes;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one viewer: headers, extensions and payload numbers in its own number space, for the first time and again. Knows
 * where the numbers of the last few sources are, so that what was sent before a switch can be sent again after it.
 */
final class ViewerPackets {
    /** Sources remembered for retransmission: the current one and those before it. */
    private static final int MAX_SEGMENTS = 4;
    /** Room before the payload for header, extensions and OSN. */
    private static final int HEADROOM = 512;
    /** Newest packets of which a probe is made. */
    private static final int PADDED = 16;
    /** When sender reports put a switch further apart than this, one of them is wrong. */
    private static final long MAX_CAPTURE_DISTANCE_NS = 2_000_000_000L;

    private final RtpStreamTransponder.Target target;
    private final RtpStreamTransponder.Extensions extensions;
    private final RtpStreamTransponder.Listener listener;
    private final byte[] scratch;
    private final @Nullable Segment[] segments = new @Nullable Segment[MAX_SEGMENTS];
    private PayloadNumbers numbers = PayloadNumbers.NONE;
    private @Nullable CodecModule numbered;

    private boolean sentAny;
    private long highestSequence;
    private long lastTimestamp;
    private long lastSentNs;
    private long rtxSequence;
    private long packets;
    private long payloadBytes;
    private long retransmitted;
    private long dropped;
    private long padding;
    private int padded;

    ViewerPackets(
            RtpStreamTransponder.Target target,
            RandomGenerator random,
            byte[] scratch,
            RtpStreamTransponder.Extensions extensions,
            RtpStreamTransponder.Listener listener) {
        this.target = target;
        this.scratch = scratch;
        this.extensions = extensions;
        this.listener = listener;
        this.highestSequence = random.nextInt(0x8000);
        this.rtxSequence = random.nextInt(0x8000);
        this.lastTimestamp = random.nextInt() & 0xffff_ffffL;
    }

    /**
     * Has the numbers of {@code next} go on from {@code packet} where those of the source before ended.
     *
     * @param old what was forwarded until now, null when nothing was or its clock has no relation
     */
    Segment begin(
            RtpStreamTransponder.Input next,
            @Nullable Segment old,
            Segment.Haste haste,
            RtpPacket packet,
            long sequence,
            long timestamp,
            long nowNs) {
        if (numbered != next.codec()) {
            numbers = next.codec().payloadNumbers();
        }
        numbered = next.codec();
        long elapsed = sentAny ? Math.max(1, elapsedUnits(old, next, timestamp, nowNs)) : 0;
        Segment segment = new Segment(
                next,
                sequence,
                highestSequence + 1 - sequence,
                lastTimestamp + elapsed - haste.timestamp(timestamp),
                numbers.anchor(packet.data(), packet.payloadOffset(), packet.payloadLength()),
                haste,
                new Segment.Omissions());
        System.arraycopy(segments, 0, segments, 1, MAX_SEGMENTS - 1);
        segments[0] = segment;
        sentAny = true;
        return segment;
    }

    /** Media time between the last packet sent and the first of {@code next}: by sender reports if both have one, else by arrival. */
    private long elapsedUnits(@Nullable Segment old, RtpStreamTransponder.Input next, long timestamp, long nowNs) {
        long elapsedNs = nowNs - lastSentNs;
        RtpIncomingSourceGroup.SenderReport before =
                old == null ? null : old.input().source().lastSenderReport();
        RtpIncomingSourceGroup.SenderReport after = next.source().lastSenderReport();
        if (old != null && before != null && after != null) {
            long ntpBefore = NtpTime.plusNs(
                    before.ntpTime(), unitsToNs(lastTimestamp - old.timestampShift() - before.timestamp()));
            long ntpAfter = NtpTime.plusNs(after.ntpTime(), unitsToNs(timestamp - after.timestamp()));
            long apartNs = NtpTime.differenceNs(ntpAfter, ntpBefore);
            if (apartNs > 0 && apartNs < elapsedNs + MAX_CAPTURE_DISTANCE_NS) {
                elapsedNs = apartNs;
            }
        }
        return elapsedNs / 1000 * target.clockRate() / 1_000_000L;
    }

    private long unitsToNs(long units) {
        return Math.floorDiv(units, target.clockRate()) * 1_000_000_000L
                + Math.floorMod(units, target.clockRate()) * 1_000_000_000L / target.clockRate();
    }

    /** Sends a packet of the current source for the first time. */
    void send(Segment now, RtpPacket packet, boolean marker, long sequence, long timestamp, long nowNs) {
        boolean added = marker && !packet.marker();
        SequenceGaps gaps = added ? gaps(now) : now.omissions().gaps;
        int behind = gaps == null ? 0 : gaps.pass(sequence);
        if (behind < 0) {
            dropped++;
            return;
        }
        long outSequence = sequence + now.sequenceShift() - behind;
        long outTimestamp = now.timestamp(timestamp);
        if (!write(packet, now, marker, outSequence, outTimestamp, false, nowNs)) {
            return;
        }
        if (gaps != null && added) {
            gaps.end(sequence);
        }
        packets++;
        advance(outSequence, outTimestamp, nowNs);
    }

    private SequenceGaps gaps(Segment now) {
        SequenceGaps gaps = now.omissions().gaps;
        if (gaps == null) {
            gaps = new SequenceGaps(Math.max(now.first(), highestSequence - now.sequenceShift() + 1));
            now.omissions().gaps = gaps;
        }
        return gaps;
    }

    /** Leaves out a packet of the current source without a gap. */
    void leaveOut(Segment now, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        dropped++;
        SequenceGaps gaps = gaps(now);
        if (now.input().codec() == numbered) {
            numbers.leaveOut(packet.data(), packet.payloadOffset(), packet.payloadLength(), now.numberShift());
        }
        int behind = gaps.drop(sequence);
        if (behind >= 0) {
            // A later packet is there already: an empty one has to take the place that was kept for this one.
            long outSequence = sequence + now.sequenceShift() - behind;
            int at =
                    header(packet, false, target.ssrc(), plainType(packet, now), outSequence, now.timestamp(timestamp));
            listener.sendRtp(scratch, 0, at, false, nowNs);
            packets++;
        }
    }

    void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(target);
        parts.accept(numbers);
        parts.accept(extensions);
    }

    private void advance(long outSequence, long outTimestamp, long nowNs) {
        if (outSequence > highestSequence) {
            highestSequence = outSequence;
            lastTimestamp = outTimestamp;
            lastSentNs = nowNs;
        }
    }

    /** A packet was not forwarded. */
    void drop() {
        dropped++;
    }

    /** See {@link RtpStreamTransponder#resend}. */
    int resend(int sequenceNumber, long nowNs) {
        long outSequence = highestSequence + (short) (sequenceNumber - (int) highestSequence);
        if (!sentAny || outSequence > highestSequence) {
            return 0;
        }
        for (Segment segment : segments) {
            if (segment != null && outSequence - segment.sequenceShift() >= segment.first()) {
                return resend(segment, outSequence, nowNs);
            }
        }
        return 0;
    }

    private int resend(Segment segment, long outSequence, long nowNs) {
        RtpStreamTransponder.Input input = segment.input();
        PacketHistory history = input.history();
        SequenceGaps gaps = segment.omissions().gaps;
        long wanted = outSequence - segment.sequenceShift();
        long sequence = gaps == null ? wanted : isCurrent(segment) ? gaps.source(wanted) : -1;
        RtpPacket packet = history == null || sequence < 0 ? null : history.find(sequence, nowNs);
        if (history == null || packet == null) {
            return 0;
        }
        PayloadTypes types = input.payloadTypes();
        int rtxType = types == null ? target.rtxPayloadType() : types.rtxOf(packet.payloadType());
        if (rtxType < 0 && input.codec() != numbered) {
            return 0; // its numbers could not be written as they were, and plain it must be the same packet
        }
        long outTimestamp = segment.timestamp(history.foundTimestamp());
        if (!write(packet, segment, ends(segment, packet, sequence), outSequence, outTimestamp, true, nowNs)) {
            return 0;
        }
        retransmitted++;
        return packet.length();
    }

    int pad(long nowNs) {
        for (int i = 0; i < PADDED && sentAny; i++) {
            int bytes = resend((int) highestSequence - padded++ % PADDED & 0xffff, nowNs);
            if (bytes > 0) {
                retransmitted--;
                padding++;
                return bytes;
            }
        }
        return 0;
    }

    private boolean isCurrent(Segment segment) {
        Segment now = segments[0];
        return now != null && now.omissions() == segment.omissions();
    }

    /** The marker that a packet has for this viewer, when it is sent again. */
    private static boolean ends(Segment segment, RtpPacket packet, long sequence) {
        SequenceGaps gaps = segment.omissions().gaps;
        return packet.marker() || gaps != null && gaps.isEnd(sequence);
    }

    private int plainType(RtpPacket packet, Segment segment) {
        PayloadTypes types = segment.input().payloadTypes();
        return types == null ? target.payloadType() : types.of(packet.payloadType());
    }

    private int header(RtpPacket packet, boolean marker, int ssrc, int payloadType, long number, long timestamp) {
        int at = RtpPacket.writeHeader(scratch, 0, marker, payloadType, (int) number, timestamp, ssrc);
        int block = extensions.write(packet, scratch, at);
        if (block > 0) {
            scratch[0] |= 0x10;
            at += block;
        }
        return at;
    }

    private boolean write(
            RtpPacket packet,
            Segment segment,
            boolean marker,
            long sequence,
            long timestamp,
            boolean again,
            long nowNs) {
        int payloadLength = packet.payloadLength();
        if (payloadLength + HEADROOM > scratch.length) {
            dropped++;
            return false;
        }
        PayloadTypes types = segment.input().payloadTypes();
        int plainType = plainType(packet, segment);
        int rtxType = types == null ? target.rtxPayloadType() : types.rtxOf(packet.payloadType());
        if (plainType < 0) {
            dropped++; // the viewer does not take what the source sends now
            return false;
        }
        int before = types != null && types.unwraps(packet.payloadType())
                ? RedPayload.beforePrimary(packet.data(), packet.payloadOffset(), payloadLength)
                : 0;
        if (before < 0) {
            dropped++;
            return false;
        }
        payloadLength -= before;
        boolean rtx = again && rtxType >= 0;
        int payloadType = rtx ? rtxType : plainType;
        int ssrc = rtx ? target.rtxSsrc() : target.ssrc();
        long number = rtx ? ++rtxSequence : sequence;
        int at = header(packet, marker, ssrc, payloadType, number, timestamp);
        if (rtx) {
            scratch[at++] = (byte) (sequence >> 8);
            scratch[at++] = (byte) sequence;
        }
        System.arraycopy(packet.data(), packet.payloadOffset() + before, scratch, at, payloadLength);
        if (segment.input().codec() == numbered) {
            numbers.rewrite(scratch, at, payloadLength, segment.numberShift());
        }
        payloadBytes += again ? 0 : payloadLength;
        listener.sendRtp(scratch, 0, at + payloadLength, again, nowNs);
        return true;
    }

    /** Nothing is sent again any more. */
    void close() {
        Arrays.fill(segments, null);
    }

    long timestampAt(long nowNs) {
        return lastTimestamp + (nowNs - lastSentNs) / 1000 * target.clockRate() / 1_000_000L;
    }

    long packets() {
        return packets;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    long retransmitted() {
        return retransmitted;
    }

    long padding() {
        return padding;
    }

    long dropped() {
        return dropped;
    }
}
