package io.mediatool.core.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.kernel.KernelWrites;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Packets of a few bytes' difference get one size, where that saves a write and nowhere else. */
final class RunPaddingTest {
    private static final int MTU = 1_472;
    private static final BitSet NONE = new BitSet();

    private final RunPadding padding = new RunPadding();

    private final class Packets {
        final PacketRun run = new PacketRun();
        final List<byte[]> originals = new ArrayList<>();

        /** @param fixed which must stay as they are */
        Packets(BitSet fixed, int... lengths) {
            int stride = Arrays.stream(lengths).max().orElse(0) + RunPadding.MAX_BYTES;
            byte[] array = new byte[stride * lengths.length];
            Arrays.fill(array, (byte) 0x77); // what the last user of the array has left
            run.begin(array);
            for (int i = 0; i < lengths.length; i++) {
                RtpPacket.writeHeader(array, i * stride, false, 96, i, 3_000, 7);
                run.add(i * stride, lengths[i], !fixed.get(i));
                originals.add(bytes(i));
            }
        }

        byte[] bytes(int packet) {
            return Arrays.copyOfRange(run.data(), run.offset(packet), run.offset(packet) + run.length(packet));
        }

        int[] lengths() {
            int[] lengths = new int[run.size()];
            Arrays.setAll(lengths, run::length);
            return lengths;
        }

        Packets pad(int maxBytes) {
            padding.pad(run, maxBytes);
            return this;
        }

        int[] paddedFrom(int maxBytes) throws Exception {
            pad(maxBytes);
            for (int i = 0; i < run.size(); i++) {
                assertWhole(i);
            }
            return lengths();
        }

        /** The packet is the original, or that with the P bit, zeros and their number; a reader sees the same payload. */
        private void assertWhole(int packet) throws Exception {
            byte[] original = originals.get(packet);
            byte[] now = bytes(packet);
            int added = now.length - original.length;
            byte[] expected = Arrays.copyOf(original, now.length);
            if (added > 0) {
                expected[0] |= 0x20;
                expected[now.length - 1] = (byte) added;
            }
            assertArrayEquals(expected, now);
            assertArrayEquals(
                    RtpPacket.of(original, 0, original.length).payload(),
                    RtpPacket.of(now, 0, now.length).payload());
        }
    }

    private int[] padded(int... lengths) throws Exception {
        return new Packets(NONE, lengths).paddedFrom(MTU);
    }

    private static int[] sizes(int... sizes) {
        return sizes;
    }

    @Test
    void twoSizesBecomeOne() throws Exception {
        assertArrayEquals(sizes(1_001, 1_001, 1_001), padded(1_000, 1_001, 1_001));
        assertArrayEquals(sizes(1_001, 1_001, 1_001, 1_000), padded(1_001, 1_001, 1_000, 1_000));
        assertArrayEquals(sizes(1_008, 1_008), padded(1_000, 1_008));
        assertArrayEquals(sizes(1_001, 1_001, 90), padded(1_000, 1_001, 90));
        assertArrayEquals(sizes(85, 85, 84), padded(82, 85, 84));
    }

    @Test
    void whatIsOneWriteAlreadyStaysAsItIs() throws Exception {
        for (int[] one : new int[][] {{}, {1_000}, {1_000, 900}, {1_000, 1_000, 900}, {1_000, 1_000, 1_000}}) {
            assertArrayEquals(one, padded(one));
        }
    }

    @Test
    void nothingIsPaddedThatSavesNoWrite() throws Exception {
        for (int[] same : new int[][] {{1_000, 1_009}, {500, 1_000, 400, 900}, {1_000, 995, 980, 980}}) {
            assertArrayEquals(same, padded(same));
        }
        assertArrayEquals(sizes(1_000, 990, 501, 501), padded(1_000, 990, 500, 501));
    }

    @Test
    void whatMustStayStays() throws Exception {
        BitSet first = new BitSet();
        first.set(0);
        assertArrayEquals(sizes(1_000, 1_001), new Packets(first, 1_000, 1_001).paddedFrom(MTU));
        assertArrayEquals(sizes(1_001, 1_001, 1_001), new Packets(first, 1_001, 1_000, 1_001).paddedFrom(MTU));
        Packets two = new Packets(NONE, 1_000, 1_001);
        byte[] own = two.run.data();
        own[0] |= 0x20;
        own[999] = 4;
        two.run.begin(own);
        two.run.add(0, 1_000, true);
        two.run.add(1_009, 1_001, true);
        assertArrayEquals(sizes(1_000, 1_001), two.pad(MTU).lengths(), "it has padding of its own");
    }

    @Test
    void nothingIsPaddedWhereWritesAreNotShared() throws Exception {
        assertArrayEquals(sizes(1_456, 1_457), new Packets(NONE, 1_456, 1_457).paddedFrom(MTU - 16));
        assertArrayEquals(sizes(1_456, 1_456), new Packets(NONE, 1_455, 1_456).paddedFrom(MTU - 16));
        assertArrayEquals(sizes(1_000, 1_001), new Packets(NONE, 1_000, 1_001).paddedFrom(-16));
    }

    /** Sizes as they come and worse, against the queue that makes the writes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theWritesAreNeverMoreAndFewerWhereThereIsPadding() throws Exception {
        long seed = 3550;
        Random random = new Random(seed);
        int helped = 0;
        try (KernelWrites writes = new KernelWrites()) {
            for (int round = 0; round < 20_000; round++) {
                int[] before = new int[1 + random.nextInt(random.nextInt(10) == 0 ? PacketRun.MAX_PACKETS : 12)];
                int spread = 1 + random.nextInt(20);
                int base = 100 + random.nextInt(1_300);
                Arrays.setAll(before, i -> base + random.nextInt(random.nextInt(6) == 0 ? 100 : spread));
                BitSet fixed = new BitSet();
                for (int i = 0; i < before.length && round % 3 == 0; i++) {
                    fixed.set(i, random.nextInt(4) == 0);
                }
                int[] after = new Packets(fixed, before).paddedFrom(MTU);
                String story = "seed " + seed + ": " + Arrays.toString(before) + " to " + Arrays.toString(after);
                int largest = Arrays.stream(before).max().orElseThrow();
                int added = 0;
                for (int i = 0; i < before.length; i++) {
                    int more = after[i] - before[i];
                    assertTrue(more == 0 || more > 0 && more <= RunPadding.MAX_BYTES && !fixed.get(i), story);
                    assertTrue(after[i] <= largest, story);
                    added += more;
                }
                int saved = writes.of(before) - writes.of(after);
                assertTrue(added == 0 ? saved == 0 : saved > 0, story);
                if (largest <= MTU) {
                    assertEquals(fewest(before, fixed), writes.of(after), story);
                }
                helped += saved > 0 ? 1 : 0;
            }
        }
        assertTrue(helped > 10_000, "rounds with padding: " + helped);
    }

    /** The rule as it is said: as many as can be made of one size, a shorter one behind them, then the next. */
    private static int fewest(int[] lengths, BitSet fixed) {
        int writes = 0;
        int first = 0;
        while (first < lengths.length) {
            int end = first + 1;
            while (end < lengths.length && canShare(lengths, fixed, first, end)) {
                end++;
            }
            first = end;
            writes++;
        }
        return writes;
    }

    private static boolean canShare(int[] lengths, BitSet fixed, int first, int last) {
        int longest = Arrays.stream(lengths, first, last + 1).max().orElseThrow();
        for (int i = first; i < last; i++) {
            int missing = longest - lengths[i];
            if (missing > RunPadding.MAX_BYTES || missing > 0 && fixed.get(i)) {
                return false;
            }
        }
        return true;
    }
}
