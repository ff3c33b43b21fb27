package io.mediatool.core.stream;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Which payload types of one viewer stand for those of one source. Filled once, then only read.
 *
 * <p>They are few, and every viewer has them for each track, so they are searched through: one or two lines of the cache, where tables of
 * all payload types would be six.
 */
public final class PayloadTypes {
    private static final int PAYLOAD_TYPES = 128;
    private static final int SOURCE_SHIFT = 16;
    private static final int RTX_SHIFT = 8;
    private static final int UNWRAPPED = 1 << 24;
    /** What both of the viewer's payload types are for one of the source's that is not among the entries: −1. */
    private static final int ABSENT = 0xffff;

    /**
     * Of each payload type one, in any order.
     *
     * <pre>
     *   24         23         16 15             8 7            0
     *  | unwrapped | the source's | the viewer's  | the viewer's |
     *  |           |              | for RTX, or −1 | or −1        |
     * </pre>
     */
    private int[] entries = new int[0];

    /**
     * @param ofSource 0 to 127
     * @param ofViewer 0 to 127
     * @param rtxOfViewer for its retransmissions, −1 where they go plain
     */
    public PayloadTypes map(int ofSource, int ofViewer, int rtxOfViewer) {
        put(ofSource, entry(ofSource) & UNWRAPPED | (rtxOfViewer & 0xff) << RTX_SHIFT | ofViewer & 0xff);
        return this;
    }

    /** What comes under that payload type is RED, which the viewer did not take: it gets the primary block alone. */
    public PayloadTypes unwrap(int ofSource) {
        put(ofSource, entry(ofSource) | UNWRAPPED);
        return this;
    }

    /** Names the objects that each packet needs, see {@link io.mediatool.core.bits.WorkingSet}. */
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        parts.accept(entries);
    }

    private void put(int ofSource, int entry) {
        Objects.checkIndex(ofSource, PAYLOAD_TYPES);
        int at = indexOf(ofSource);
        if (at < 0) {
            at = entries.length;
            entries = Arrays.copyOf(entries, at + 1);
        }
        entries[at] = ofSource << SOURCE_SHIFT | entry;
    }

    private int indexOf(int ofSource) {
        for (int i = 0; i < entries.length; i++) {
            if ((entries[i] >> SOURCE_SHIFT & 0xff) == ofSource) {
                return i;
            }
        }
        return -1;
    }

    private int entry(int ofSource) {
        int at = indexOf(ofSource);
        return at < 0 ? ABSENT : entries[at];
    }

    /** Whether packets of that payload type are RED and go without it. */
    public boolean unwraps(int ofSource) {
        return (entry(ofSource) & UNWRAPPED) != 0;
    }

    /** The viewer's payload type, −1 when it does not take packets of this one. */
    public int of(int ofSource) {
        return (byte) entry(ofSource);
    }

    /** The viewer's payload type for retransmissions, −1 when they go plain. */
    public int rtxOf(int ofSource) {
        return (byte) (entry(ofSource) >> RTX_SHIFT);
    }
}
