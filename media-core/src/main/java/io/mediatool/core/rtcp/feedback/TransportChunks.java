package io.mediatool.core.rtcp.feedback;

import static io.mediatool.core.rtcp.feedback.TransportFeedback.NOT_RECEIVED;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;

/**
 * The packet status chunks and receive deltas of a {@link TransportFeedback} (draft-holmer-01 §3.1.1 to §3.1.5).
 *
 * <pre>
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0| S |        run length       |
 * |1|0|     14 symbols of a bit   |
 * |1|1| 7 symbols of two bits     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class TransportChunks {
    private static final int SMALL = 1;
    private static final int LARGE = 2;
    private static final int MAX_RUN = 0x1fff;

    private TransportChunks() {}

    /** Reads the chunks of {@code count} packets and then their deltas. */
    static int[] read(ByteReader in, int count) throws MalformedException {
        int[] deltas = new int[count];
        for (int at = 0; at < count; ) {
            int chunk = in.u16();
            if ((chunk & 0x8000) == 0) {
                int run = chunk & MAX_RUN;
                if (run == 0) {
                    throw new MalformedException("transport feedback: empty run", in.position());
                }
                for (int i = 0; i < run && at < count; i++) {
                    deltas[at++] = chunk >> 13 & 3;
                }
            } else {
                int bits = (chunk & 0x4000) == 0 ? 1 : 2;
                for (int shift = 14 - bits; shift >= 0 && at < count; shift -= bits) {
                    deltas[at++] = chunk >> shift & (1 << bits) - 1;
                }
            }
        }
        for (int at = 0; at < count; at++) {
            deltas[at] = delta(deltas[at], in);
        }
        return deltas;
    }

    private static int delta(int symbol, ByteReader in) throws MalformedException {
        return switch (symbol) {
            case 0 -> NOT_RECEIVED;
            case SMALL -> in.u8();
            case LARGE -> (short) in.u16();
            default -> throw new MalformedException("transport feedback: reserved symbol", in.position());
        };
    }

    static void write(int[] deltas, ByteWriter out) {
        for (int at = 0; at < deltas.length; ) {
            at += chunk(deltas, at, out);
        }
        for (int delta : deltas) {
            int symbol = symbol(delta);
            if (symbol == SMALL) {
                out.u8(delta);
            } else if (symbol == LARGE) {
                out.u16(delta);
            }
        }
    }

    /** Writes the chunk that covers most packets from {@code at}, and answers how many. */
    private static int chunk(int[] deltas, int at, ByteWriter out) {
        int left = deltas.length - at;
        int symbol = symbol(deltas[at]);
        int run = 1;
        while (run < left && run < MAX_RUN && symbol(deltas[at + run]) == symbol) {
            run++;
        }
        int bits = 1;
        for (int i = 0; i < 14 && i < left; i++) {
            bits = symbol(deltas[at + i]) == LARGE ? 2 : bits;
        }
        int vector = Math.min(14 / bits, left);
        if (run >= vector) {
            out.u16(symbol << 13 | run);
            return run;
        }
        int chunk = bits == 1 ? 0x8000 : 0xc000;
        for (int i = 0; i < vector; i++) {
            chunk |= symbol(deltas[at + i]) << 14 - bits * (i + 1);
        }
        out.u16(chunk);
        return vector;
    }

    private static int symbol(int delta) {
        if (delta == NOT_RECEIVED) {
            return 0;
        }
        if ((short) delta != delta) {
            throw new IllegalArgumentException("delta beyond 16 bits: " + delta);
        }
        return delta >= 0 && delta <= 255 ? SMALL : LARGE;
    }
}
