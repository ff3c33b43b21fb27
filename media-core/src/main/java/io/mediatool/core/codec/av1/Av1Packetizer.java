package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import java.util.Arrays;

/**
 * Packs the OBUs of one sample, AOM RTP §4.3 to §5: without temporal delimiters and sizes, as many to a packet as fit, up
 * to three with W, fragments where an OBU does not fit. Key frames carry their sequence header and N.
 */
final class Av1Packetizer implements Packetizer {
    private static final int MAX_COUNTED = 3;

    private final ByteWriter obus = new ByteWriter(4096);
    private final byte[] payload;
    private int[] ends = new int[8];
    private int obuCount;

    Av1Packetizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        obus.reset();
        obuCount = 0;
        boolean hasSequence = collect(frame.data());
        DecoderConfig config = frame.config();
        if (frame.keyFrame() && !hasSequence && config != null) {
            Obu sequence = Av1Record.sequenceHeader(config.record());
            if (sequence != null) {
                obus.reset();
                obuCount = 0;
                append(config.record(), sequence);
                hasSequence = true;
                collect(frame.data());
            }
        }
        emit(frame.keyFrame() && hasSequence, output);
    }

    /** Appends the OBUs of a sample without sizes; answers whether a sequence header is among them. */
    private boolean collect(byte[] sample) throws MalformedException {
        boolean sequence = false;
        ByteReader in = new ByteReader(sample);
        while (in.remaining() > 0) {
            Obu obu = Obu.read(in, 0);
            if (!obu.dropped()) {
                append(sample, obu);
                sequence |= obu.type() == Obu.SEQUENCE_HEADER;
            }
        }
        return sequence;
    }

    private void append(byte[] source, Obu obu) {
        obu.writeBare(source, obus);
        if (obuCount == ends.length) {
            ends = Arrays.copyOf(ends, 2 * obuCount);
        }
        ends[obuCount++] = obus.size();
    }

    /** Packet by packet: [from, to) of {@link #obus} goes into each, cut at the ends of OBUs into elements. */
    private void emit(boolean newSequence, Output output) {
        int total = obus.size();
        int from = 0;
        int obu = 0;
        while (from < total) {
            int to = from;
            int room = payload.length - 1;
            int elements = 0;
            while (to < total) {
                int left = ends[obu + elements] - to;
                // The last element may go without its length, but which is last is not known yet.
                int fits = Math.min(left, room - Obu.leb128Bytes(Math.min(left, room)));
                if (fits <= 0 || fits < left && fits < 16 && elements > 0) {
                    break; // a crumb is not worth the fragment
                }
                to += fits;
                room -= fits + Obu.leb128Bytes(fits);
                elements++;
                if (fits < left) {
                    break;
                }
            }
            boolean continues = obu == 0 ? from > 0 : from > ends[obu - 1];
            boolean continued = to < ends[obu + elements - 1];
            int counted = elements <= MAX_COUNTED ? elements : 0;
            int header = (continues ? 0x80 : 0) | (continued ? 0x40 : 0) | counted << 4;
            payload[0] = (byte) (header | (newSequence && from == 0 ? 0x08 : 0));
            output.onPayload(payload, 0, fill(from, to, obu, elements), to == total, 0);
            from = to;
            obu += continued ? elements - 1 : elements;
        }
    }

    /** Writes the elements behind the aggregation header; answers the bytes of the payload. */
    private int fill(int from, int to, int firstObu, int elements) {
        int at = 1;
        int start = from;
        for (int element = 0; element < elements; element++) {
            int end = Math.min(to, ends[firstObu + element]);
            if (element < elements - 1 || elements > MAX_COUNTED) {
                int left = end - start;
                for (; left >= 0x80; left >>>= 7) {
                    payload[at++] = (byte) (left & 0x7f | 0x80);
                }
                payload[at++] = (byte) left;
            }
            System.arraycopy(obus.array(), start, payload, at, end - start);
            at += end - start;
            start = end;
        }
        return at;
    }
}
