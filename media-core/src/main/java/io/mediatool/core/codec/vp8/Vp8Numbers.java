package io.mediatool.core.codec.vp8;

import io.mediatool.core.codec.PayloadNumbers;
import io.mediatool.core.codec.PictureNumbers;

/** Finds picture id and TL0PICIDX in the descriptor, whose drawing is in {@link Vp8Descriptor}. */
final class Vp8Numbers implements PayloadNumbers {
    private final PictureNumbers numbers = new PictureNumbers();
    private int pictureAt;
    private int levelAt;

    @Override
    public long anchor(byte[] data, int offset, int length) {
        find(data, offset, length);
        return numbers.anchor(
                pictureAt < 0 ? -1 : PictureNumbers.pictureId(data, pictureAt),
                levelAt < 0 ? -1 : data[levelAt] & 0xff);
    }

    @Override
    public void rewrite(byte[] data, int offset, int length, long shift) {
        find(data, offset, length);
        numbers.rewrite(data, pictureAt, levelAt, shift);
    }

    private void find(byte[] data, int offset, int length) {
        pictureAt = -1;
        levelAt = -1;
        // Two octets, at most two of picture id, one of TL0PICIDX and some payload; less is no packet of VP8.
        if (length < 6 || data[offset] >= 0) {
            return;
        }
        int at = offset + 2;
        if ((data[offset + 1] & 0x80) != 0) {
            pictureAt = at;
            at += data[at] < 0 ? 2 : 1;
        }
        if ((data[offset + 1] & 0x40) != 0) {
            levelAt = at;
        }
    }
}
