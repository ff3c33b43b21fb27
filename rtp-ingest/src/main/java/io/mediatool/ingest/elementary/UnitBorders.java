package io.mediatool.ingest.elementary;

/**
 * Which NAL units an access unit begins with: H.264 §7.4.1.2.3, H.265 §7.4.2.4.4. Looks at the byte stream only: the start
 * code, the NAL unit header and one bit after it.
 *
 * <pre>
 * H.264 | 00 00 01 | 0 (1) ref_idc (2) type (5) | first_mb_in_slice ue: "1…" is 0 |
 * H.265 | 00 00 01 | 0 (1) type (6) layer (6) temporal (3) | first_slice_segment_in_pic_flag (1) |
 * </pre>
 */
final class UnitBorders {
    /** Bytes of start code, header and first payload byte. */
    static final int LOOK_BYTES = 6;

    private final boolean h265;

    UnitBorders(boolean h265) {
        this.h265 = h265;
    }

    /** Index of the first start code 00 00 01 from {@code from} on; without one, where a later search has to go on. */
    int nextStartCode(byte[] data, int from, int end) {
        for (int i = from; i + 2 < end; i++) {
            if (data[i + 2] > 1 || data[i + 2] < 0) {
                i += 2;
            } else if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) {
                return i;
            }
        }
        return Math.max(from, end - 2);
    }

    /** Whether the bytes begin with a start code, short or long, of a NAL unit that begins an access unit. */
    boolean startsUnit(byte[] data, int from, int end) {
        int at = from;
        if (end - at > 3 && data[at] == 0 && data[at + 1] == 0 && data[at + 2] == 0) {
            at++;
        }
        return end - at >= LOOK_BYTES
                && nextStartCode(data, at, at + 3) == at
                && data[at + 2] == 1
                && beginsUnit(data, at);
    }

    /** Whether the NAL unit behind the start code at {@code at} begins an access unit when a slice came before it. */
    boolean beginsUnit(byte[] data, int at) {
        int type = type(data, at);
        if (!h265) {
            return switch (type) {
                case 1, 2, 5 -> data[at + 4] < 0;
                case 6, 7, 8, 9, 14, 15, 16, 17, 18 -> true;
                default -> false;
            };
        }
        if (isSlice(data, at)) {
            return data[at + 5] < 0;
        }
        boolean baseLayer = (data[at + 3] & 1) == 0 && (data[at + 4] & 0xf8) == 0;
        return baseLayer
                && ((type >= 32 && type <= 35)
                        || type == 39
                        || (type >= 41 && type <= 44)
                        || (type >= 48 && type <= 55));
    }

    boolean isSlice(byte[] data, int at) {
        int type = type(data, at);
        return h265 ? type <= 31 && (data[at + 3] & 1) == 0 && (data[at + 4] & 0xf8) == 0 : type >= 1 && type <= 5;
    }

    private int type(byte[] data, int at) {
        return h265 ? data[at + 3] >> 1 & 0x3f : data[at + 3] & 0x1f;
    }
}
