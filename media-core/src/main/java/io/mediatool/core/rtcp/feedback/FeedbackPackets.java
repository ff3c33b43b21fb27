package io.mediatool.core.rtcp.feedback;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtcp.OtherRtcp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes feedback (RFC 4585 §6.1).
 *
 * <pre>
 * |V=2|P|   FMT   |  205 or 206   |            length             |
 * |                     SSRC of packet sender                     |
 * |                     SSRC of media source                      |
 * :            feedback control information (FCI)                 :
 * </pre>
 */
public final class FeedbackPackets {
    /** NACK items, FIR requests, REMB sources: what one Ethernet packet can hold. More is hostile. */
    public static final int MAX_ENTRIES = 372;

    private static final int RTPFB = 205;
    private static final int PSFB = 206;
    private static final int NACK = 1;
    private static final int TRANSPORT = 15;
    private static final int PLI = 1;
    private static final int FIR = 4;
    private static final int APPLICATION = 15;
    private static final int REMB = 0x52454d42; // "REMB"
    private static final int MANTISSA_BITS = 18;

    private FeedbackPackets() {}

    /**
     * The feedback in {@code packet}, or null when it is none or of a kind nobody here knows (TMMBR, SLI, application
     * layer messages other than REMB).
     *
     * @throws MalformedException when it is of a known kind and breaks its format
     */
    public static @Nullable Feedback parse(OtherRtcp packet) throws MalformedException {
        ByteReader in = new ByteReader(packet.body());
        if (packet.packetType() == RTPFB) {
            return switch (packet.count()) {
                case NACK -> nack(in.i32(), in.i32(), in);
                case TRANSPORT -> transport(in.i32(), in.i32(), in);
                default -> null;
            };
        }
        if (packet.packetType() == PSFB) {
            return switch (packet.count()) {
                case PLI -> new PictureLoss(in.i32(), in.i32());
                case FIR -> fullIntra(in);
                case APPLICATION -> estimate(in);
                default -> null;
            };
        }
        return null;
    }

    private static int entries(ByteReader in, int bytes) throws MalformedException {
        int count = in.remaining() / bytes;
        if (count == 0 || count > MAX_ENTRIES) {
            throw new MalformedException("feedback: number of entries", in.position());
        }
        return count;
    }

    /** FCI: PID and BLP, 16 bits each. */
    private static Nack nack(int sender, int media, ByteReader in) throws MalformedException {
        int count = entries(in, 4);
        List<Nack.Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(new Nack.Item(in.u16(), in.u16()));
        }
        return new Nack(sender, media, items);
    }

    /** FCI: SSRC, sequence number, 24 reserved bits. The SSRC of the media source is unused. */
    private static FullIntraRequest fullIntra(ByteReader in) throws MalformedException {
        int sender = in.i32();
        in.skip(4);
        int count = entries(in, 8);
        List<FullIntraRequest.Request> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            requests.add(new FullIntraRequest.Request(in.i32(), in.u8()));
            in.skip(3);
        }
        return new FullIntraRequest(sender, requests);
    }

    /** FCI: "REMB", number of SSRCs, 6 bits of exponent and 18 of mantissa, the SSRCs. */
    private static @Nullable ReceiverEstimate estimate(ByteReader in) throws MalformedException {
        int sender = in.i32();
        in.skip(4);
        if (in.remaining() < 8 || in.i32() != REMB) {
            return null;
        }
        int count = in.u8();
        int word = in.u24();
        int exponent = word >> MANTISSA_BITS;
        long mantissa = word & (1 << MANTISSA_BITS) - 1;
        boolean fits = Long.numberOfLeadingZeros(mantissa) > exponent;
        List<Integer> ssrcs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ssrcs.add(in.i32());
        }
        return new ReceiverEstimate(sender, fits ? mantissa << exponent : Long.MAX_VALUE, ssrcs);
    }

    /** FCI: base sequence number, packet status count, reference time (24), feedback packet count (8), chunks, deltas. */
    private static TransportFeedback transport(int sender, int media, ByteReader in) throws MalformedException {
        int base = in.u16();
        int count = in.u16();
        int reference = in.u24() << 8 >> 8;
        int feedbackCount = in.u8();
        if (count == 0 || count > TransportFeedback.MAX_PACKETS) {
            throw new MalformedException("transport feedback: number of packets", in.position());
        }
        return new TransportFeedback(sender, media, base, feedbackCount, reference, TransportChunks.read(in, count));
    }

    /** The packet of {@code feedback}, ready for a compound or, with RFC 5506, to go alone. */
    public static OtherRtcp write(Feedback feedback) {
        ByteWriter out = new ByteWriter(64);
        out.u32(feedback.sender());
        if (feedback instanceof Nack nack) {
            out.u32(nack.media());
            nack.items().forEach(item -> out.u16(item.sequence()).u16(item.following()));
            return packet(RTPFB, NACK, nack.items().size(), out);
        } else if (feedback instanceof PictureLoss loss) {
            return packet(PSFB, PLI, 1, out.u32(loss.media()));
        } else if (feedback instanceof FullIntraRequest full) {
            out.u32(0);
            full.requests()
                    .forEach(request ->
                            out.u32(request.ssrc()).u8(request.sequence()).u24(0));
            return packet(PSFB, FIR, full.requests().size(), out);
        } else if (feedback instanceof ReceiverEstimate estimate) {
            return writeEstimate(estimate, out);
        }
        return writeTransport((TransportFeedback) feedback, out);
    }

    private static OtherRtcp writeEstimate(ReceiverEstimate estimate, ByteWriter out) {
        int exponent = Math.max(0, 64 - Long.numberOfLeadingZeros(estimate.bitrateBps()) - MANTISSA_BITS);
        int count = estimate.ssrcs().size();
        if (count > 255) {
            throw new IllegalArgumentException("more than 255 sources: " + count);
        }
        out.u32(0).u32(REMB).u8(count);
        out.u24(exponent << MANTISSA_BITS | (int) (estimate.bitrateBps() >> exponent));
        estimate.ssrcs().forEach(ssrc -> out.u32(ssrc));
        return packet(PSFB, APPLICATION, 1, out);
    }

    private static OtherRtcp writeTransport(TransportFeedback feedback, ByteWriter out) {
        int count = feedback.deltas().length;
        if (count == 0 || count > TransportFeedback.MAX_PACKETS) {
            throw new IllegalArgumentException("number of packets: " + count);
        }
        out.u32(feedback.media()).u16(feedback.baseSequence()).u16(count);
        out.u24(feedback.referenceTime()).u8(feedback.feedbackCount());
        TransportChunks.write(feedback.deltas(), out);
        // Up to the next word with zeros; who reads knows from the count where the deltas end.
        return packet(RTPFB, TRANSPORT, 1, out.zeros(-out.size() & 3));
    }

    private static OtherRtcp packet(int type, int format, int entries, ByteWriter out) {
        if (entries == 0 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("number of entries: " + entries);
        }
        return new OtherRtcp(type, format, out.toByteArray());
    }
}
