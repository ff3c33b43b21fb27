package io.mediatool.core.server.peer;

import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.SourceDescription;
import io.mediatool.core.rtcp.feedback.Feedback;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The receiver reports on all that a peer publishes, with our name (RFC 3550 §6.1). */
final class ReceiverReports {
    private static final int MAX_BLOCKS = 31;

    private ReceiverReports() {}

    /** Empty before there is anything to report on. */
    static List<RtcpPacket> of(int ssrc, String cname, List<PublishedTrack> published, long nowNs) {
        List<ReportBlock> blocks = blocks(published, nowNs);
        List<RtcpPacket> packets = new ArrayList<>();
        for (int from = 0; from < blocks.size(); from += MAX_BLOCKS) {
            packets.add(new ReceiverReport(ssrc, blocks.subList(from, Math.min(blocks.size(), from + MAX_BLOCKS))));
        }
        if (!packets.isEmpty()) {
            packets.add(SourceDescription.of(ssrc, cname));
        }
        return packets;
    }

    /**
     * What has to stand before feedback (RFC 4585 §3.1). Janus takes all of a datagram to be about the source of its first block, so that is
     * the feedback's.
     */
    static List<RtcpPacket> before(Feedback feedback, String cname, List<PublishedTrack> published, long nowNs) {
        int ssrc = feedback.sender();
        List<ReportBlock> blocks = blocks(published, nowNs);
        blocks.sort(Comparator.comparing(block -> block.ssrc() != feedback.media()));
        List<ReportBlock> first = blocks.subList(0, Math.min(blocks.size(), MAX_BLOCKS));
        return List.of(new ReceiverReport(ssrc, first), SourceDescription.of(ssrc, cname));
    }

    private static List<ReportBlock> blocks(List<PublishedTrack> published, long nowNs) {
        List<ReportBlock> blocks = new ArrayList<>();
        for (PublishedTrack track : published) {
            for (PublishedLayer layer : track.layers()) {
                ReportBlock block = layer.report(nowNs);
                if (block != null) {
                    blocks.add(block);
                }
            }
        }
        return blocks;
    }
}
