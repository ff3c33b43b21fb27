package io.mediatool.core.codec.vp9;

import io.mediatool.core.codec.PictureNumbers;

/**
 * Finds picture id and TL0PICIDX in the descriptor, whose drawing is in {@link Vp9Descriptor}: the id comes first, TL0PICIDX
 * after the layer octet where prediction is not flexible.
 */
final class Vp9Numbers implements PictureNumbers.Places {
    private static final int LEAST_BYTES = 6;

    @Override
    public boolean mustBeClosed() {
        return false;
    }

    @Override
    public int pictureAt(byte[] data, int offset, int length) {
        return length >= LEAST_BYTES && (data[offset] & 0x80) != 0 ? offset + 1 : -1;
    }

    @Override
    public int levelAt(byte[] data, int offset, int length) {
        if (length < LEAST_BYTES || (data[offset] & 0x30) != 0x20) {
            return -1;
        }
        int pictureAt = pictureAt(data, offset, length);
        return pictureAt < 0 ? offset + 2 : pictureAt + PictureNumbers.pictureIdBytes(data, pictureAt) + 1;
    }
}
