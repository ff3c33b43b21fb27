package io.mediatool.core.codec.vp8;

import io.mediatool.core.codec.PictureNumbers;

/** Finds picture id and TL0PICIDX in the descriptor, whose drawing is in {@link Vp8Descriptor}. */
final class Vp8Numbers implements PictureNumbers.Places {
    @Override
    public boolean mustBeClosed() {
        return true;
    }

    @Override
    public int pictureAt(byte[] data, int offset, int length) {
        return isExtended(data, offset, length) && (data[offset + 1] & 0x80) != 0 ? offset + 2 : -1;
    }

    @Override
    public int levelAt(byte[] data, int offset, int length) {
        if (!isExtended(data, offset, length) || (data[offset + 1] & 0x40) == 0) {
            return -1;
        }
        int at = offset + 2;
        return (data[offset + 1] & 0x80) != 0 ? at + PictureNumbers.pictureIdBytes(data, at) : at;
    }

    private static boolean isExtended(byte[] data, int offset, int length) {
        // Two octets, at most two of picture id, one of TL0PICIDX and some payload; less is no packet of VP8.
        return length >= 6 && data[offset] < 0;
    }
}
