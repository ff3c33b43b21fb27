package io.mediatool.core.codec;

/**
 * The picture id and TL0PICIDX of VP8 (RFC 7741 §4.2) and VP9 (RFC 9628 §4.2), which look alike: 7 or 15 bits behind a flag
 * M, and 8 bits. Each codec's room says where they are.
 */
public final class PictureNumbers {
    private boolean started;
    private int picture;
    private int level;

    /** The shift that makes {@code pictureId} and {@code tl0} follow the greatest ones sent; −1 where absent. */
    public long anchor(int pictureId, int tl0) {
        int pictures = started && pictureId >= 0 ? picture + 1 - pictureId & 0x7fff : 0;
        int levels = started && tl0 >= 0 ? level + 1 - tl0 & 0xff : 0;
        return (long) levels << 16 | pictures;
    }

    /**
     * Rewrites the numbers in place and remembers the greatest.
     *
     * @param pictureAt where the picture id starts, or −1
     * @param levelAt where TL0PICIDX is, or −1
     */
    public void rewrite(byte[] data, int pictureAt, int levelAt, long shift) {
        if (pictureAt >= 0) {
            int id = pictureId(data, pictureAt) + (int) (shift & 0x7fff) & 0x7fff;
            if (data[pictureAt] < 0) {
                data[pictureAt] = (byte) (0x80 | id >> 8);
                data[pictureAt + 1] = (byte) id;
            } else {
                data[pictureAt] = (byte) (id & 0x7f);
            }
            // Ahead of the greatest in 15-bit arithmetic.
            picture = !started || (id - picture << 17) > 0 ? id : picture;
        }
        if (levelAt >= 0) {
            int tl0 = data[levelAt] + (int) (shift >> 16) & 0xff;
            data[levelAt] = (byte) tl0;
            level = !started || (byte) (tl0 - level) > 0 ? tl0 : level;
        }
        started |= pictureAt >= 0 || levelAt >= 0;
    }

    /** The picture id at {@code at}, 7 or 15 bits. */
    public static int pictureId(byte[] data, int at) {
        return data[at] < 0 ? (data[at] & 0x7f) << 8 | data[at + 1] & 0xff : data[at];
    }
}
