package io.mediatool.core.stream;

import java.util.Arrays;

/** Which payload types of one viewer stand for those of one source. Filled once, then only read. */
public final class PayloadTypes {
    private static final int NONE = -1;

    private final byte[] plain = new byte[128];
    private final byte[] rtx = new byte[128];
    private final boolean[] unwrapped = new boolean[128];

    /** The viewer takes nothing yet. */
    public PayloadTypes() {
        Arrays.fill(plain, (byte) NONE);
        Arrays.fill(rtx, (byte) NONE);
    }

    /**
     * @param ofSource 0 to 127
     * @param ofViewer 0 to 127
     * @param rtxOfViewer for its retransmissions, −1 where they go plain
     */
    public PayloadTypes map(int ofSource, int ofViewer, int rtxOfViewer) {
        plain[ofSource] = (byte) ofViewer;
        rtx[ofSource] = (byte) rtxOfViewer;
        return this;
    }

    /** What comes under that payload type is RED, which the viewer did not take: it gets the primary block alone. */
    public PayloadTypes unwrap(int ofSource) {
        unwrapped[ofSource] = true;
        return this;
    }

    /** Whether packets of that payload type are RED and go without it. */
    public boolean unwraps(int ofSource) {
        return unwrapped[ofSource];
    }

    /** The viewer's payload type, −1 when it does not take packets of this one. */
    public int of(int ofSource) {
        return plain[ofSource];
    }

    /** The viewer's payload type for retransmissions, −1 when they go plain. */
    public int rtxOf(int ofSource) {
        return rtx[ofSource];
    }
}
