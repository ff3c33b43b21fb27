package io.mediatool.core.rtcp;

import java.util.List;

/**
 * SR (RFC 3550 §6.4.1).
 *
 * @param ssrc the sender
 * @param ntpTime wall-clock time of the report in 32.32 fixed point
 * @param rtpTimestamp the same instant on the stream's clock, 0 to 2³²−1
 * @param packetCount RTP packets sent, 0 to 2³²−1
 * @param octetCount their payload bytes, 0 to 2³²−1
 * @param reports at most 31
 */
public record SenderReport(
        int ssrc, long ntpTime, long rtpTimestamp, long packetCount, long octetCount, List<ReportBlock> reports)
        implements RtcpPacket {
    public SenderReport {
        reports = List.copyOf(reports);
    }
}
