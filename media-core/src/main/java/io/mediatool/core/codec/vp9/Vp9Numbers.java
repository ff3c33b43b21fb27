package io.mediatool.core.codec.vp9;

import io.mediatool.core.codec.PayloadNumbers;
import io.mediatool.core.codec.PictureNumbers;

/**
 * Finds picture id and TL0PICIDX in the descriptor, whose drawing is in {@link Vp9Descriptor}: the id comes first, TL0PICIDX
 * after the layer octet where prediction is not flexible.
 */
final class Vp9Numbers implements PayloadNumbers {
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
        if (length < 6) {
            return;
        }
        int flags = data[offset];
        int at = offset + 1;
        if ((flags & 0x80) != 0) {
            pictureAt = at;
            at += data[at] < 0 ? 2 : 1;
        }
        if ((flags & 0x30) == 0x20) {
            levelAt = at + 1;
        }
    }
}
