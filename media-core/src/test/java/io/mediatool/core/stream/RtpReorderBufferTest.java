package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RtpReorderBufferTest {
    private static final long MS = 1_000_000L;

    private final List<String> out = new ArrayList<>();
    private final RtpReorderBuffer.Output output = new RtpReorderBuffer.Output() {
        @Override
        public void onPacket(RtpPacket packet, long sequence, long timestamp, long arrivalNs) {
            assertEquals((int) sequence & 0xffff, packet.sequenceNumber());
            assertEquals(sequence * 10, timestamp);
            out.add(sequence + "@" + arrivalNs / MS);
        }

        @Override
        public void onLoss(long count) {
            out.add("lost " + count);
        }
    };
    private final RtpReorderBuffer buffer = new RtpReorderBuffer(200 * MS, 100_000, output);

    private void packet(RtpReorderBuffer to, long sequence, long ms) {
        byte[] bytes = new byte[100];
        RtpPacket.writeHeader(bytes, 0, false, 96, (int) sequence, 0, 1);
        try {
            to.onRtp(RtpPacket.of(bytes, 0, bytes.length), sequence, sequence * 10, ms * MS);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        Arrays.fill(bytes, (byte) 0x5a); // borrowed
    }

    private void start() {
        packet(buffer, 100, 0);
        buffer.onDeadline(200 * MS);
        out.clear();
    }

    @Test
    void theFirstPacketsAreHeldBecauseAnEarlierOneMayCome() {
        packet(buffer, 101, 0);
        packet(buffer, 100, 50);
        assertEquals(List.of(), out);
        assertEquals(200 * MS, buffer.nextDeadlineNs());
        buffer.onDeadline(199 * MS);
        assertEquals(List.of(), out);
        buffer.onDeadline(200 * MS);
        assertEquals(List.of("100@50", "101@0"), out);
        assertEquals(Long.MAX_VALUE, buffer.nextDeadlineNs());
    }

    @Test
    void inOrderPassesAtOnce() {
        start();
        packet(buffer, 101, 300);
        packet(buffer, 102, 301);
        assertEquals(List.of("101@300", "102@301"), out);
    }

    @Test
    void aMissingPacketIsWaitedForByTime() {
        start();
        packet(buffer, 102, 300);
        packet(buffer, 103, 310);
        assertEquals(500 * MS, buffer.nextDeadlineNs());
        packet(buffer, 101, 499);
        assertEquals(List.of("101@499", "102@300", "103@310"), out);
        assertEquals(0, buffer.lost());
    }

    @Test
    void aLostPacketIsGivenUpAndToldBeforeTheNext() {
        start();
        packet(buffer, 102, 300);
        packet(buffer, 105, 350);
        buffer.onDeadline(500 * MS);
        assertEquals(List.of("lost 1", "102@300"), out);
        assertEquals(550 * MS, buffer.nextDeadlineNs());
        packet(buffer, 101, 510);
        assertEquals(1, buffer.late());
        buffer.onDeadline(550 * MS);
        assertEquals(List.of("lost 1", "102@300", "lost 2", "105@350"), out);
        assertEquals(3, buffer.lost());
    }

    @Test
    void everyGapIsWaitedForInFull() {
        start();
        // 101 and 103 miss; 104 and 105 came long before 102 was released, 106 later
        packet(buffer, 104, 300);
        packet(buffer, 102, 450);
        buffer.onDeadline(500 * MS);
        // the first sign of 101 missing was 104 at 300
        assertEquals(List.of("lost 1", "102@450", "lost 1", "104@300"), out);
    }

    @Test
    void aFullBufferGivesUpEarly() {
        var small = new RtpReorderBuffer(200 * MS, 1000, output);
        packet(small, 1, 0);
        small.onDeadline(200 * MS);
        for (int i = 3; i < 20; i++) {
            packet(small, i, 300);
        }
        assertTrue(out.contains("lost 1"), out.toString());
        assertEquals("19@300", out.get(out.size() - 1));
        assertTrue(small.overflows() > 0);
    }

    @Test
    void flushReleasesAll() {
        start();
        packet(buffer, 103, 300);
        buffer.flush();
        assertEquals(List.of("lost 2", "103@300"), out);
        packet(buffer, 104, 301);
        assertEquals("104@301", out.get(2));
    }

    @Test
    void anyOrderWithinTheWaitComesOutInOrder() {
        long seed = 7;
        var random = new Random(seed);
        long[] at = new long[2000];
        Integer[] order = new Integer[at.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = i * 5L + random.nextInt(190);
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Long.compare(at[a], at[b]));
        for (int i : order) {
            while (buffer.nextDeadlineNs() <= at[i] * MS) {
                buffer.onDeadline(buffer.nextDeadlineNs());
            }
            packet(buffer, i, at[i]);
        }
        buffer.flush();
        assertEquals(0, buffer.lost(), "seed " + seed);
        assertEquals(at.length, out.size(), "seed " + seed);
        for (int i = 0; i < at.length; i++) {
            assertEquals(i + "@" + at[i], out.get(i), "seed " + seed);
        }
    }
}
