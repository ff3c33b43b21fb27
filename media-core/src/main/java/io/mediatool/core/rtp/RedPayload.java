package io.mediatool.core.rtp;

/**
 * Redundant audio (RFC 2198 §3): what was sent lately before what is sent now.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |1|  block PT   |  timestamp offset         |   block length    |  for each older block
 * |0|  block PT   |                                                  for the last, the primary one
 * +-+-+-+-+-+-+-+-+  then the blocks, oldest first
 * </pre>
 */
public final class RedPayload {
    private static final int OLDER_BYTES = 4;
    private static final int LENGTH_MASK = 0x3ff;

    private RedPayload() {}

    /**
     * How many bytes of the payload come before the primary block, which is the rest of it; −1 when it breaks the
     * format. Allocates nothing.
     */
    public static int beforePrimary(byte[] data, int offset, int length) {
        int headers = 0;
        int older = 0;
        while (headers < length && data[offset + headers] < 0) {
            if (headers + OLDER_BYTES > length) {
                return -1;
            }
            int at = offset + headers;
            older += ((data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff) & LENGTH_MASK;
            headers += OLDER_BYTES;
        }
        int before = headers + 1 + older;
        return headers < length && before <= length ? before : -1;
    }
}
