package io.mediatool.core.rtcp.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Generic NACK (RFC 4585 §6.2.1): packets that have not arrived.
 *
 * @param sender who misses them
 * @param media the source that sent them
 * @param items at least one, at most {@link FeedbackPackets#MAX_ENTRIES}
 */
public record Nack(int sender, int media, List<Item> items) implements Feedback {
    public Nack {
        items = List.copyOf(items);
    }

    /**
     * One packet and which of the sixteen after it.
     *
     * @param sequence PID, 0 to 65535
     * @param following BLP, 16 bits: bit n (from the low end) stands for sequence + n + 1
     */
    public record Item(int sequence, int following) {}

    /**
     * @param sequences lost sequence numbers in rising order, of which the first {@code count} are taken; only their low
     *     16 bits are sent
     * @param count at least 1
     */
    public static Nack of(int sender, int media, long[] sequences, int count) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; ) {
            long first = sequences[i++];
            int following = 0;
            while (i < count && sequences[i] - first <= 16) {
                following |= sequences[i] == first ? 0 : 1 << (sequences[i] - first - 1);
                i++;
            }
            items.add(new Item((int) first & 0xffff, following));
        }
        return new Nack(sender, media, items);
    }

    /** Every sequence number asked for (0 to 65535), in the order of the packet. */
    public void forEach(IntConsumer action) {
        for (Item item : items) {
            action.accept(item.sequence);
            for (int bits = item.following; bits != 0; bits &= bits - 1) {
                action.accept(item.sequence + Integer.numberOfTrailingZeros(bits) + 1 & 0xffff);
            }
        }
    }
}
