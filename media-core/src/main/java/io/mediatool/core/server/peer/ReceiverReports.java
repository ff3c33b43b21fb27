package io.mediatool.core.server.peer;

import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.SourceDescription;
import java.util.ArrayList;
import java.util.List;

/** The receiver reports on all that a peer publishes, with our name (RFC 3550 §6.1). */
final class ReceiverReports {
    private static final int MAX_BLOCKS = 31;

    private ReceiverReports() {}

    static List<RtcpPacket> of(int ssrc, String cname, List<PublishedTrack> published, long nowNs) {
        List<ReportBlock> blocks = new ArrayList<>();
        for (PublishedTrack track : published) {
            for (PublishedLayer layer : track.layers()) {
                ReportBlock block = layer.report(nowNs);
                if (block != null) {
                    blocks.add(block);
                }
            }
        }
        List<RtcpPacket> packets = new ArrayList<>();
        for (int from = 0; from < blocks.size(); from += MAX_BLOCKS) {
            packets.add(new ReceiverReport(ssrc, blocks.subList(from, Math.min(blocks.size(), from + MAX_BLOCKS))));
        }
        if (!packets.isEmpty()) {
            packets.add(SourceDescription.of(ssrc, cname));
        }
        return packets;
    }
}
