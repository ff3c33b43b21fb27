package io.mediatool.core.rtcp;

/**
 * What a receiver says of one source (RFC 3550 §6.4.1).
 *
 * @param ssrc the source
 * @param fractionLost of the packets expected since the last report, in 1/256; 0 to 255
 * @param cumulativeLost since the beginning, −2²³ to 2²³−1; negative with duplicates
 * @param highestSequence extended highest sequence number received, 0 to 2³²−1
 * @param jitter interarrival jitter in units of the RTP clock, 0 to 2³²−1
 * @param lastSenderReport the middle 32 bits of the NTP time of the last sender report, 0 when there was none
 * @param delaySinceLastSenderReport since its arrival, in 1/65536 s, 0 to 2³²−1
 */
public record ReportBlock(
        int ssrc,
        int fractionLost,
        int cumulativeLost,
        long highestSequence,
        long jitter,
        int lastSenderReport,
        long delaySinceLastSenderReport) {}
