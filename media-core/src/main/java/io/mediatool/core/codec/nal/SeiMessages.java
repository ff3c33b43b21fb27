package io.mediatool.core.codec.nal;

/** The headers of supplemental enhancement information, alike in H.264 §7.3.2.3.1 and H.265 §7.3.5. */
public final class SeiMessages {
    public static final int USER_DATA_REGISTERED = 4;
    public static final int USER_DATA_UNREGISTERED = 5;
    public static final int RECOVERY_POINT = 6;

    /** Messages that matter stand at the front; a NAL unit of megabytes is not searched to its end. */
    private static final int SEARCHED_BYTES = 1024;

    private SeiMessages() {}

    /**
     * Whether a message of {@code payloadType} begins in this SEI NAL unit.
     *
     * @param offset after the NAL unit header
     * @param length likewise
     */
    public static boolean contain(int payloadType, byte[] data, int offset, int length) {
        byte[] sei = NalUnits.unescape(data, offset, Math.min(length, SEARCHED_BYTES));
        int at = 0;
        // A message is type and size, each as bytes of 255 and a last one, then the payload; two bytes are the least.
        while (sei.length - at >= 2) {
            int type = 0;
            for (; at < sei.length && sei[at] == -1; at++) {
                type += 255;
            }
            type += at < sei.length ? sei[at++] & 0xff : 0;
            int size = 0;
            for (; at < sei.length && sei[at] == -1; at++) {
                size += 255;
            }
            size += at < sei.length ? sei[at++] & 0xff : 0;
            if (type == payloadType) {
                return true;
            }
            at += size;
        }
        return false;
    }
}
