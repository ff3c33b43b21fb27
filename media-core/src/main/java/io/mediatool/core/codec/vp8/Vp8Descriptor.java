package io.mediatool.core.codec.vp8;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;

/**
 * The payload descriptor before every piece of VP8, RFC 7741 §4.2.
 *
 * <pre>
 *       0 1 2 3 4 5 6 7
 *      +-+-+-+-+-+-+-+-+
 *      |X|R|N|S|R| PID | required
 *      +-+-+-+-+-+-+-+-+
 * X:   |I|L|T|K| RSV   | optional
 * I:   |M| PictureID   | optional, 7 bits or, with M, 15
 *      |   PictureID   |
 * L:   |   TL0PICIDX   | optional
 * T/K: |TID|Y| KEYIDX  | optional
 *      +-+-+-+-+-+-+-+-+
 * </pre>
 *
 * @param start S: the payload begins a partition
 * @param partition PID: the partition that the payload's first byte belongs to
 * @param pictureId 7 or 15 bits, or -1 when absent
 * @param temporalLayer TID, or -1 when absent
 * @param length bytes of the descriptor
 */
record Vp8Descriptor(boolean start, int partition, int pictureId, int temporalLayer, int length) {

    static Vp8Descriptor parse(ByteReader in) throws MalformedException {
        int from = in.position();
        int first = in.u8();
        int pictureId = -1;
        int temporalLayer = -1;
        if ((first & 0x80) != 0) {
            int extension = in.u8();
            if ((extension & 0x80) != 0) {
                pictureId = in.u8();
                if ((pictureId & 0x80) != 0) {
                    pictureId = (pictureId & 0x7f) << 8 | in.u8();
                }
            }
            if ((extension & 0x40) != 0) {
                in.u8();
            }
            if ((extension & 0x30) != 0) { // either T or K brings the octet, RFC 7741 §4.2
                int layer = in.u8();
                temporalLayer = (extension & 0x20) != 0 ? layer >> 6 : -1;
            }
        }
        return new Vp8Descriptor((first & 0x10) != 0, first & 0x07, pictureId, temporalLayer, in.position() - from);
    }

    /** Whether a frame begins here: only its first packet starts partition 0. */
    boolean startsFrame() {
        return start && partition == 0;
    }
}
