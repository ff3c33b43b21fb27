package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GopCacheTest {
    private static final long MS = 1_000_000L;
    private final GopCache cache = new GopCache(10, 5_000, 1_000 * MS);

    private void packet(long sequence, long timestamp, boolean key, int bytes, long ms) {
        byte[] data = new byte[RtpPacket.HEADER_BYTES + bytes];
        RtpPacket.writeHeader(data, 0, false, 96, (int) sequence, timestamp, 1);
        try {
            cache.onPacket(RtpPacket.of(data, 0, data.length), sequence, timestamp, key, ms * MS);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private List<Long> kept() {
        List<Long> sequences = new ArrayList<>();
        for (int i = 0; i < cache.size(); i++) {
            cache.give(i, (packet, sequence, timestamp) -> {
                assertEquals(sequence & 0xffff, packet.sequenceNumber());
                assertEquals(timestamp, packet.timestamp());
                sequences.add(sequence);
            });
        }
        return sequences;
    }

    @Test
    void aGroupBeginsWithItsKeyFrameAndEndsWithTheNext() {
        packet(1, 1_000, false, 100, 0);
        assertEquals(List.of(), kept());
        packet(2, 2_000, true, 20, 10);
        packet(3, 2_000, true, 900, 10); // after its parameter sets
        packet(4, 3_000, false, 100, 20);
        packet(1, 1_500, false, 100, 21); // late, from before
        assertEquals(List.of(2L, 3L, 4L), kept());
        assertEquals(1_000, cache.duration());
        int group = cache.group();
        packet(5, 4_000, true, 50, 30);
        assertEquals(List.of(5L), kept());
        assertNotEquals(group, cache.group());
        assertEquals(4_000, cache.newestTimestamp());
    }

    @Test
    void whatGrowsTooLargeIsGivenUpUntilTheNextKeyFrame() {
        packet(1, 1_000, true, 100, 0);
        for (int i = 2; i < 12; i++) {
            packet(i, 1_000L * i, false, 10, i);
        }
        assertEquals(List.of(), kept());
        packet(12, 12_000, false, 10, 13);
        assertEquals(List.of(), kept());
        packet(13, 13_000, true, 3_000, 14);
        packet(14, 14_000, false, 2_000, 15);
        assertEquals(List.of(), kept(), "too many bytes");
        packet(15, 15_000, true, 10, 20);
        packet(16, 16_000, false, 10, 1_021);
        assertEquals(List.of(), kept(), "too old");
        assertEquals(3, cache.givenUp());
        assertThrows(IndexOutOfBoundsException.class, () -> cache.give(0, (packet, sequence, timestamp) -> {}));
    }

    @Test
    void slotsAreUsedAgainForLargerPackets() {
        packet(1, 1_000, true, 10, 0);
        packet(2, 2_000, true, 1_000, 1);
        packet(3, 3_000, false, 10, 2);
        assertEquals(List.of(2L, 3L), kept());
        cache.close();
        assertEquals(List.of(), kept());
        packet(4, 4_000, true, 10, 3);
        assertEquals(List.of(4L), kept());
    }
}
