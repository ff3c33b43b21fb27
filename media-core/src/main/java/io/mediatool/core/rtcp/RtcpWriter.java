package io.mediatool.core.rtcp;

import io.mediatool.core.bits.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes compound packets. RFC 3550 §6.1 wants a report first and a CNAME in each: the caller's list is written as it is,
 * {@link #sender} and {@link #receiver} make the usual ones.
 */
public final class RtcpWriter {
    private RtcpWriter() {}

    /** The datagram of {@code packets}, in order. */
    public static byte[] write(List<RtcpPacket> packets) {
        ByteWriter out = new ByteWriter(128);
        for (RtcpPacket packet : packets) {
            int start = out.size();
            out.u32(0);
            int header = body(packet, out);
            while ((out.size() - start) % 4 != 0) {
                out.u8(0);
            }
            out.setU16(start, header);
            out.setU16(start + 2, (out.size() - start) / 4 - 1);
        }
        return out.toByteArray();
    }

    /** A sender report with its CNAME. */
    public static byte[] sender(SenderReport report, String cname) {
        return write(List.of(report, SourceDescription.of(report.ssrc(), cname)));
    }

    /** A receiver report with its CNAME. */
    public static byte[] receiver(ReceiverReport report, String cname) {
        return write(List.of(report, SourceDescription.of(report.ssrc(), cname)));
    }

    /** A goodbye of {@code ssrc}, after an empty receiver report and its CNAME as §6.6 and §6.1 ask. */
    public static byte[] goodbye(int ssrc, String cname, String reason) {
        return write(List.of(
                new ReceiverReport(ssrc, List.of()),
                SourceDescription.of(ssrc, cname),
                new Goodbye(List.of(ssrc), reason)));
    }

    /** Writes what follows the header and answers the header's first 16 bits. */
    private static int body(RtcpPacket packet, ByteWriter out) {
        if (packet instanceof SenderReport report) {
            out.u32(report.ssrc()).i64(report.ntpTime()).u32(report.rtpTimestamp());
            out.u32(report.packetCount()).u32(report.octetCount());
            return header(RtcpPackets.SR, reports(report.reports(), out));
        } else if (packet instanceof ReceiverReport report) {
            out.u32(report.ssrc());
            return header(RtcpPackets.RR, reports(report.reports(), out));
        } else if (packet instanceof SourceDescription description) {
            description.chunks().forEach(chunk -> chunk(chunk, out));
            return header(RtcpPackets.SDES, description.chunks().size());
        } else if (packet instanceof Goodbye goodbye) {
            goodbye.ssrcs().forEach(ssrc -> out.u32(ssrc));
            if (!goodbye.reason().isEmpty()) {
                text(goodbye.reason(), out);
            }
            return header(RtcpPackets.BYE, goodbye.ssrcs().size());
        }
        OtherRtcp other = (OtherRtcp) packet;
        out.bytes(other.body());
        return header(other.packetType(), other.count());
    }

    private static int header(int type, int count) {
        if (count > 31) {
            throw new IllegalArgumentException("more than 31 in one packet: " + count);
        }
        return 0x8000 | count << 8 | type;
    }

    private static int reports(List<ReportBlock> reports, ByteWriter out) {
        for (ReportBlock report : reports) {
            out.u32(report.ssrc()).u8(report.fractionLost()).u24(report.cumulativeLost());
            out.u32(report.highestSequence()).u32(report.jitter());
            out.u32(report.lastSenderReport()).u32(report.delaySinceLastSenderReport());
        }
        return reports.size();
    }

    private static void chunk(SourceDescription.Chunk chunk, ByteWriter out) {
        int start = out.size();
        out.u32(chunk.ssrc());
        if (!chunk.cname().isEmpty()) {
            out.u8(RtcpPackets.CNAME);
            text(chunk.cname(), out);
        }
        // One to four zeros: the end of the list, then up to the next word (§6.5).
        out.zeros(4 - (out.size() - start) % 4);
    }

    private static void text(String text, ByteWriter out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("text longer than 255 bytes");
        }
        out.u8(bytes.length).bytes(bytes);
    }
}
