package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.SequenceUnwrapper;
import io.mediatool.core.rtp.TimestampUnwrapper;
import org.jspecify.annotations.Nullable;

/** One SSRC as it arrives: unwrapped numbers, losses, and the sanity check of RFC 3550 §A.1 against stray packets. */
final class RtpIncomingSource {
    /** Further than this from the highest number, a packet is a stray or the sender started anew (RFC 3550 §A.1). */
    private static final int MAX_JUMP = 3000;

    private final int ssrc;
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    private SequenceUnwrapper sequences = new SequenceUnwrapper();
    private RtpLostPackets window = new RtpLostPackets();
    /** Added to unwrapped numbers so that they go on after a jump as if nothing had been missed. */
    private long sequenceShift;

    private boolean started;
    private @Nullable RtpPacket stray;
    private long strayArrivalNs;
    private long lostBefore;
    private long reorderedBefore;
    private long duplicatesBefore;

    RtpIncomingSource(int ssrc) {
        this.ssrc = ssrc;
    }

    int ssrc() {
        return ssrc;
    }

    /** Whether the number of {@code packet} is near enough to those before. A first packet always is. */
    boolean isPlausible(RtpPacket packet) {
        return !started
                || Math.abs((short) (packet.sequenceNumber() - (int) (window.highest() - sequenceShift))) <= MAX_JUMP;
    }

    /**
     * Keeps an implausible packet until the next one tells whether the sender jumped.
     *
     * @return whether {@code packet} follows the one kept before: the sender did jump
     */
    boolean confirmsJump(RtpPacket packet, long nowNs) {
        RtpPacket before = stray;
        if (before != null && (before.sequenceNumber() + 1 & 0xffff) == packet.sequenceNumber()) {
            return true;
        }
        stray = packet.copy();
        strayArrivalNs = nowNs;
        return false;
    }

    @Nullable RtpPacket stray() {
        return stray;
    }

    long strayArrivalNs() {
        return strayArrivalNs;
    }

    /** Starts numbering anew, right after the highest number so far. */
    void jump() {
        long next = window.highest() + 1;
        lostBefore += window.lost();
        reorderedBefore += window.reordered();
        duplicatesBefore += window.duplicates();
        continueAt(next);
        stray = null;
    }

    /** Makes the next packet's unwrapped number {@code next}. */
    void continueAt(long next) {
        sequences = new SequenceUnwrapper();
        window = new RtpLostPackets();
        sequenceShift = next;
        started = false;
    }

    /** The unwrapped number of a plausible packet. */
    long sequence(RtpPacket packet) {
        long raw = sequences.unwrap(packet.sequenceNumber());
        if (!started) {
            started = true;
            sequenceShift = sequenceShift == 0 ? 0 : sequenceShift - raw;
        }
        return raw + sequenceShift;
    }

    /** What is added to the sender's own numbers, wraps counted. */
    long sequenceShift() {
        return sequenceShift;
    }

    RtpLostPackets.Arrival note(long sequence) {
        return window.onPacket(sequence);
    }

    TimestampUnwrapper timestamps() {
        return timestamps;
    }

    long highest() {
        return window.highest();
    }

    long lost() {
        return lostBefore + window.lost();
    }

    long reordered() {
        return reorderedBefore + window.reordered();
    }

    long duplicates() {
        return duplicatesBefore + window.duplicates();
    }
}
