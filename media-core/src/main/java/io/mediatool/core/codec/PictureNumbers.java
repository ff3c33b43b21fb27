package io.mediatool.core.codec;

import org.jspecify.annotations.Nullable;

/**
 * The picture id and TL0PICIDX of VP8 (RFC 7741 §4.2) and VP9 (RFC 9628 §4.2), which look alike: 7 or 15 bits behind a flag
 * M, and 8 bits. Each codec's room says where they are.
 */
public final class PictureNumbers implements PayloadNumbers {
    /** Where a codec's payload descriptor has the numbers. Keeps nothing from payload to payload. */
    public interface Places {
        /** Where the picture id starts in {@code data}, or −1 when it has none or the payload is too short for it. */
        int pictureAt(byte[] data, int offset, int length);

        /** Where TL0PICIDX is in {@code data}, or −1 likewise. */
        int levelAt(byte[] data, int offset, int length);

        /**
         * Whether decoders wait for ids that are missing (VP8), so that pictures which are left out need to have none. Elsewhere ids say how
         * far apart pictures are (VP9's P_DIFF), and stay.
         */
        boolean mustBeClosed();
    }

    private static final int REMEMBERED = 64;

    private final Places places;
    private boolean started;
    private int picture;
    private int level;
    private int @Nullable [] leftOut;
    private int leftOutCount;

    public PictureNumbers(Places places) {
        this.places = places;
    }

    @Override
    public long anchor(byte[] data, int offset, int length) {
        int pictureAt = places.pictureAt(data, offset, length);
        int levelAt = places.levelAt(data, offset, length);
        leftOutCount = 0;
        int pictures = started && pictureAt >= 0 ? picture + 1 - pictureId(data, pictureAt) & 0x7fff : 0;
        int levels = started && levelAt >= 0 ? level + 1 - data[levelAt] & 0xff : 0;
        return (long) levels << 16 | pictures;
    }

    @Override
    public void rewrite(byte[] data, int offset, int length, long shift) {
        int pictureAt = places.pictureAt(data, offset, length);
        int levelAt = places.levelAt(data, offset, length);
        if (pictureAt >= 0) {
            int id = pictureId(data, pictureAt) + (int) (shift & 0x7fff) & 0x7fff;
            id = id - leftOutBefore(id) & 0x7fff;
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

    @Override
    public void leaveOut(byte[] data, int offset, int length, long shift) {
        int pictureAt = places.mustBeClosed() ? places.pictureAt(data, offset, length) : -1;
        if (pictureAt < 0) {
            return;
        }
        int[] ids = leftOut == null ? new int[REMEMBERED] : leftOut;
        leftOut = ids;
        int id = pictureId(data, pictureAt) + (int) (shift & 0x7fff) & 0x7fff;
        if (leftOutCount == 0 || (id - ids[(leftOutCount - 1) % REMEMBERED] << 17) > 0) {
            ids[leftOutCount++ % REMEMBERED] = id;
        }
    }

    /** How many pictures were left out before that one. */
    private int leftOutBefore(int id) {
        int[] ids = leftOut;
        int before = leftOutCount;
        for (int i = 1; ids != null && i <= Math.min(leftOutCount, REMEMBERED); i++) {
            if ((ids[(leftOutCount - i) % REMEMBERED] - id << 17) < 0) {
                break;
            }
            before--;
        }
        return before;
    }

    /** Bytes of the picture id at {@code at}: 1 or 2. */
    public static int pictureIdBytes(byte[] data, int at) {
        return data[at] < 0 ? 2 : 1;
    }

    /** 7 or 15 bits. */
    private static int pictureId(byte[] data, int at) {
        return data[at] < 0 ? (data[at] & 0x7f) << 8 | data[at + 1] & 0xff : data[at];
    }
}
