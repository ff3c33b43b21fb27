package io.mediatool.core.rtcp;

import java.util.List;

/**
 * RR (RFC 3550 §6.4.2).
 *
 * @param ssrc who reports
 * @param reports at most 31
 */
public record ReceiverReport(int ssrc, List<ReportBlock> reports) implements RtcpPacket {
    public ReceiverReport {
        reports = List.copyOf(reports);
    }
}
