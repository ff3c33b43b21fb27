package io.mediatool.core.stream;

import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtp.NtpTime;

/**
 * What a receiver must know of one source to report on it: RFC 3550 A.1 (sequence), A.3 (loss) and A.8 (jitter). Fed in
 * order of arrival, duplicates included, before any reordering.
 */
public final class ReceptionStatistics {
    private static final int MAX_DROPOUT = 3000;
    private static final int MAX_MISORDER = 100;
    private static final int NO_SEQUENCE = -1;

    private boolean started;
    private int baseSequence;
    private int highest;
    private long cycles;
    private int badSequence = NO_SEQUENCE;
    private long received;
    private long expectedPrior;
    private long receivedPrior;

    private boolean transitKnown;
    private int transit;
    /** 16 times the jitter (RFC 3550 A.8: the integer form). */
    private long jitter;

    private int lastSenderReport;
    private long lastSenderReportNs;
    private boolean senderReported;

    /**
     * Counts one packet.
     *
     * @param sequenceNumber 0 to 65535
     * @param timestamp its RTP timestamp; only the low 32 bits are looked at
     * @param arrivalNs monotonic
     * @param clockRate of the timestamp, Hz
     */
    public void onPacket(int sequenceNumber, long timestamp, long arrivalNs, int clockRate) {
        if (!onSequence(sequenceNumber)) {
            return;
        }
        received++;
        int arrival = (int) (Math.floorDiv(arrivalNs, 1_000_000_000L) * clockRate
                + Math.floorMod(arrivalNs, 1_000_000_000L) * clockRate / 1_000_000_000L);
        int now = arrival - (int) timestamp;
        if (transitKnown) {
            int change = now - transit; // wraps with the timestamps
            long difference = Math.abs((long) change);
            jitter += difference - ((jitter + 8) >> 4);
        }
        transit = now;
        transitKnown = true;
    }

    /** RFC 3550 A.1 without probation: SSRCs are validated elsewhere. */
    private boolean onSequence(int sequence) {
        if (!started) {
            restart(sequence);
            return true;
        }
        int ahead = (sequence - highest) & 0xffff;
        if (ahead < MAX_DROPOUT) {
            if (sequence < highest) {
                cycles += 0x1_0000;
            }
            highest = sequence;
        } else if (ahead <= 0x1_0000 - MAX_MISORDER) {
            // A very large jump: the sender restarted when the next packet follows this one.
            if (sequence != badSequence) {
                badSequence = sequence + 1 & 0xffff;
                return false;
            }
            restart(sequence);
        }
        return true;
    }

    private void restart(int sequence) {
        started = true;
        baseSequence = sequence;
        highest = sequence;
        cycles = 0;
        badSequence = NO_SEQUENCE;
        received = 0;
        expectedPrior = 0;
        receivedPrior = 0;
        transitKnown = false;
    }

    /** Notes a sender report of the source. */
    public void onSenderReport(long ntpTime, long arrivalNs) {
        lastSenderReport = NtpTime.middle(ntpTime);
        lastSenderReportNs = arrivalNs;
        senderReported = true;
    }

    /** Whether any packet came, and so whether there is something to report. */
    public boolean started() {
        return started;
    }

    /** Packets counted, duplicates included. */
    public long received() {
        return received;
    }

    /** Packets that should have come less those that did; negative with duplicates. */
    public long lost() {
        return expected() - received;
    }

    /** Jitter in units of the RTP clock. */
    public long jitter() {
        return jitter >> 4;
    }

    private long expected() {
        return started ? cycles + highest - baseSequence + 1 : 0;
    }

    /** The block for the next report on {@code ssrc}; begins a new interval for the fraction lost. */
    public ReportBlock report(int ssrc, long nowNs) {
        long expected = expected();
        long expectedInterval = expected - expectedPrior;
        long lostInterval = expectedInterval - (received - receivedPrior);
        expectedPrior = expected;
        receivedPrior = received;
        int fraction = 0;
        if (expectedInterval > 0 && lostInterval > 0) {
            fraction = (int) Math.min(255, (lostInterval << 8) / expectedInterval);
        }
        int cumulative = (int) Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - received));
        return new ReportBlock(
                ssrc,
                fraction,
                cumulative,
                (cycles + highest) & 0xffff_ffffL,
                jitter() & 0xffff_ffffL,
                lastSenderReport,
                senderReported ? delay(nowNs - lastSenderReportNs) : 0);
    }

    /** Nanoseconds as 1/65536 s, at most what 32 bits hold (18 hours). */
    private static long delay(long ns) {
        long clamped = Math.max(0, Math.min(ns, 65_535_000_000_000L));
        return clamped / 1_000_000_000L * 65_536 + (clamped % 1_000_000_000L * 65_536) / 1_000_000_000L;
    }
}
