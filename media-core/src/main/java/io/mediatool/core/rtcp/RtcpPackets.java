package io.mediatool.core.rtcp;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads compound packets.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  count  |  packet type  |  length in words, minus one   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class RtcpPackets {
    /** Packets in one compound; more in a datagram make no sense. */
    public static final int MAX_PACKETS = 64;

    static final int SR = 200;
    static final int RR = 201;
    static final int SDES = 202;
    static final int BYE = 203;
    static final int CNAME = 1;

    private RtcpPackets() {}

    /**
     * Whether a datagram on a port that RTP and RTCP share is RTCP (RFC 5761 §4): version 2 and a second byte of 192 to
     * 223. Payload types 64 to 95 with the marker bit are lost to RTP by that, as the RFC says.
     */
    public static boolean isRtcp(byte[] data, int offset, int length) {
        return length >= 4 && (data[offset] & 0xc0) == 0x80 && (data[offset + 1] & 0xe0) == 0xc0;
    }

    /**
     * Reads the packets of one datagram, compound or reduced-size (any type first).
     *
     * @param data borrowed
     * @return at least one packet
     * @throws MalformedException when any packet in it breaks its format; nothing of the datagram can be trusted then
     *     (RFC 3550 A.2)
     */
    public static List<RtcpPacket> parse(byte[] data, int offset, int length) throws MalformedException {
        ByteReader reader = new ByteReader(data, offset, length);
        List<RtcpPacket> packets = new ArrayList<>(4);
        do {
            if (packets.size() == MAX_PACKETS) {
                throw new MalformedException("rtcp: too many packets", reader.position());
            }
            packets.add(packet(reader, data, offset));
        } while (reader.remaining() > 0);
        return packets;
    }

    private static RtcpPacket packet(ByteReader reader, byte[] data, int offset) throws MalformedException {
        int start = reader.position();
        if (reader.remaining() < 4) {
            throw new MalformedException("rtcp: shorter than a header", start);
        }
        int first = reader.u8();
        int type = reader.u8();
        int bytes = 4 * reader.u16();
        if (first >> 6 != 2 || (type & 0xe0) != 0xc0) {
            throw new MalformedException("rtcp: not a packet", start);
        }
        if (bytes > reader.remaining()) {
            throw new MalformedException("rtcp: length exceeds datagram", start + 2);
        }
        int padding = 0;
        if ((first & 0x20) != 0) {
            // RFC 3550 §6.4.1: only the last packet of a compound may be padded. Some pad others, truly.
            padding = bytes == 0 ? 0 : data[offset + start + 4 + bytes - 1] & 0xff;
            if (padding == 0 || padding > bytes) {
                throw new MalformedException("rtcp: bad padding", start);
            }
        }
        ByteReader body = reader.slice(bytes - padding);
        reader.skip(padding);
        return content(type, first & 0x1f, body);
    }

    private static RtcpPacket content(int type, int count, ByteReader body) throws MalformedException {
        return switch (type) {
            case SR ->
                new SenderReport(body.i32(), body.i64(), body.u32(), body.u32(), body.u32(), reports(count, body));
            case RR -> new ReceiverReport(body.i32(), reports(count, body));
            case SDES -> sourceDescription(count, body);
            case BYE -> goodbye(count, body);
            default -> new OtherRtcp(type, count, body.bytes(body.remaining()));
        };
    }

    private static List<ReportBlock> reports(int count, ByteReader body) throws MalformedException {
        List<ReportBlock> reports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int ssrc = body.i32();
            int lost = body.i32();
            reports.add(
                    new ReportBlock(ssrc, lost >>> 24, lost << 8 >> 8, body.u32(), body.u32(), body.i32(), body.u32()));
        }
        return reports; // profile-specific extensions may follow: ignored (§6.4.3)
    }

    /** Chunks: SSRC, items of type, length and text, a zero item, padding to the next word. */
    private static SourceDescription sourceDescription(int count, ByteReader body) throws MalformedException {
        List<SourceDescription.Chunk> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int ssrc = body.i32();
            String cname = "";
            for (int item = body.u8(); item != 0; item = body.u8()) {
                byte[] text = body.bytes(body.u8());
                if (item == CNAME) {
                    cname = new String(text, StandardCharsets.UTF_8);
                }
            }
            body.skip(Math.min(-body.position() & 3, body.remaining()));
            chunks.add(new SourceDescription.Chunk(ssrc, cname));
        }
        return new SourceDescription(chunks);
    }

    private static Goodbye goodbye(int count, ByteReader body) throws MalformedException {
        List<Integer> ssrcs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ssrcs.add(body.i32());
        }
        String reason = "";
        if (body.remaining() > 0) {
            reason = new String(body.bytes(body.u8()), StandardCharsets.UTF_8);
        }
        return new Goodbye(ssrcs, reason);
    }
}
