package io.mediatool.core.stream;

import static io.mediatool.core.stream.RtpLostPackets.Arrival.DUPLICATE;
import static io.mediatool.core.stream.RtpLostPackets.Arrival.NEW;
import static io.mediatool.core.stream.RtpLostPackets.Arrival.REORDERED;
import static io.mediatool.core.stream.RtpLostPackets.Arrival.TOO_OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RtpLostPacketsTest {
    @Test
    void tellsNewReorderedAndDuplicate() {
        var packets = new RtpLostPackets();
        assertEquals(NEW, packets.onPacket(100));
        assertEquals(NEW, packets.onPacket(103));
        assertEquals(2, packets.lost());
        assertTrue(packets.isMissing(101));
        assertEquals(REORDERED, packets.onPacket(101));
        assertFalse(packets.isMissing(101));
        assertEquals(DUPLICATE, packets.onPacket(101));
        assertEquals(DUPLICATE, packets.onPacket(103));
        assertEquals(1, packets.lost());
        assertEquals(3, packets.received());
        assertEquals(1, packets.reordered());
        assertEquals(2, packets.duplicates());
    }

    @Test
    void packetsFromBeforeTheFirstOneCount() {
        var packets = new RtpLostPackets();
        packets.onPacket(100);
        assertEquals(REORDERED, packets.onPacket(97));
        assertEquals(2, packets.lost());
        assertEquals(REORDERED, packets.onPacket(99));
        assertEquals(REORDERED, packets.onPacket(98));
        assertEquals(DUPLICATE, packets.onPacket(98));
        assertEquals(0, packets.lost());
    }

    @Test
    void whatIsBehindTheWindowIsTooOld() {
        var packets = new RtpLostPackets();
        packets.onPacket(0);
        packets.onPacket(RtpLostPackets.WINDOW);
        assertEquals(TOO_OLD, packets.onPacket(0));
        assertEquals(REORDERED, packets.onPacket(1));
        assertEquals(NEW, packets.onPacket(1_000_000));
        assertEquals(TOO_OLD, packets.onPacket(2));
        assertEquals(1_000_001 - 4 + 1, packets.lost() + 1);
    }

    @Test
    void agreesWithASet() {
        long seed = 42;
        var random = new Random(seed);
        var packets = new RtpLostPackets();
        Set<Long> seen = new HashSet<>();
        long highest = 70_000;
        long first = highest;
        packets.onPacket(highest);
        seen.add(highest);
        for (int i = 0; i < 100_000; i++) {
            long sequence = highest + 4 - random.nextInt(i % 100 == 0 ? 2000 : 12);
            boolean known = seen.contains(sequence);
            RtpLostPackets.Arrival expected = sequence > highest ? NEW : known ? DUPLICATE : REORDERED;
            assertEquals(expected, packets.onPacket(sequence), "seed " + seed + " step " + i);
            seen.add(sequence);
            highest = Math.max(highest, sequence);
            first = Math.min(first, sequence);
            assertEquals(highest - first + 1 - seen.size(), packets.lost(), "seed " + seed + " step " + i);
        }
    }
}
