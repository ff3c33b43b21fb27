package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.util.random.RandomGenerator;

/**
 * The door by which every sink sends one track: packets of an incoming source under an SSRC, sequence and timestamp space of
 * its own, which go on without a jump whatever the source does (starts anew, changes its SSRC, is replaced by another).
 * Gaps of the source stay gaps, so that the receiver sees its losses.
 *
 * <p>Belongs to one loop's thread. Only headers are made anew: payloads go on as they came.
 */
public final class RtpOutgoingSourceGroup {
    private final int ssrc;
    private int payloadType;
    private int clockRate;
    private final Output output;
    private final byte[] header = new byte[RtpPacket.HEADER_BYTES];

    private long sequenceShift;
    private long timestampShift;
    private boolean anchored;
    private boolean sentAny;
    private long highestSequence;
    private long lastTimestamp;
    private long lastSentNs;
    private long packets;
    private long payloadBytes;

    /** Takes packets ready for the wire. */
    public interface Output {
        /** One packet: all of {@code header}, then {@code length} bytes of {@code payload}. Both are borrowed until return. */
        void sendRtp(byte[] header, byte[] payload, int offset, int length);
    }

    /**
     * @param random for SSRC, first sequence number and first timestamp (RFC 3550 §5.1)
     * @param clockRate RTP timestamp units in a second
     */
    public RtpOutgoingSourceGroup(RandomGenerator random, int payloadType, int clockRate, Output output) {
        this.ssrc = random.nextInt();
        this.payloadType = payloadType;
        this.clockRate = clockRate;
        this.output = output;
        this.highestSequence = random.nextInt(0x8000);
        this.lastTimestamp = random.nextInt() & 0xffff_ffffL;
    }

    public int ssrc() {
        return ssrc;
    }

    public int payloadType() {
        return payloadType;
    }

    public int clockRate() {
        return clockRate;
    }

    /** Fixes which number and timestamp the next packet will have, as {@link #send} would: for a sender report that precedes it. */
    public void begin(long sequence, long timestamp, long nowNs) {
        if (!anchored) {
            anchor(sequence, timestamp, nowNs);
        }
    }

    /**
     * Sends on one packet of the source.
     *
     * @param packet borrowed
     * @param sequence its unwrapped sequence number
     * @param timestamp its unwrapped timestamp
     */
    public void send(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        begin(sequence, timestamp, nowNs);
        long outSequence = sequence + sequenceShift;
        long outTimestamp = timestamp + timestampShift;
        int payloadLength = packet.payloadLength();
        int unused =
                RtpPacket.writeHeader(header, 0, packet.marker(), payloadType, (int) outSequence, outTimestamp, ssrc);
        output.sendRtp(header, packet.data(), packet.payloadOffset(), payloadLength);
        if (outSequence > highestSequence) {
            highestSequence = outSequence;
            lastTimestamp = outTimestamp;
            lastSentNs = nowNs;
        }
        packets++;
        payloadBytes += payloadLength;
    }

    /** The source started anew or was replaced: the next packet follows the last one in sequence, and in time by the clock. */
    public void onRestart() {
        anchored = false;
    }

    /** What comes next is of another format: its payload type, and its clock from here on. */
    public void onFormat(int newPayloadType, int newClockRate) {
        payloadType = newPayloadType;
        clockRate = newClockRate;
    }

    /** The timestamp that a source's unwrapped {@code timestamp} leaves with. */
    public long outgoingTimestamp(long timestamp) {
        return timestamp + timestampShift;
    }

    /** Whether a packet has been sent, so that a sender report makes sense. */
    public boolean hasSent() {
        return sentAny;
    }

    public long packets() {
        return packets;
    }

    /** Payload bytes sent, as a sender report counts them (RFC 3550 §6.4.1). */
    public long payloadBytes() {
        return payloadBytes;
    }

    private void anchor(long sequence, long timestamp, long nowNs) {
        long elapsed = sentAny ? Math.max(1, (nowNs - lastSentNs) / 1000 * clockRate / 1_000_000L) : 0;
        sequenceShift = highestSequence + 1 - sequence;
        timestampShift = lastTimestamp + elapsed - timestamp;
        anchored = true;
        sentAny = true;
    }
}
