package io.mediatool.core.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mediatool.core.srtp.foreign.LoadedGcms;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each AES-GCM of this machine against the JDK's, over random packets. */
final class GcmDifferenceTest {
    private static final int MAX_PAYLOAD_BYTES = 1_500;
    private static final int ROUNDS = 1_000;

    static List<Arguments> implementations() {
        List<Arguments> all = new ArrayList<>();
        for (AesGcm gcm : LoadedGcms.all()) {
            all.add(Arguments.of(gcm, SrtpProfile.AEAD_AES_128_GCM));
            all.add(Arguments.of(gcm, SrtpProfile.AEAD_AES_256_GCM));
        }
        return all;
    }

    /** Both directions of both, all with the same keys. */
    private static final class Bench implements AutoCloseable {
        final Random random;
        final String seed;
        final GcmCipher sealing;
        final GcmCipher opening;
        final GcmCipher jdkSealing;
        final GcmCipher jdkOpening;

        Bench(AesGcm gcm, SrtpProfile profile, long seed) {
            this.random = new Random(seed);
            this.seed = "seed " + seed;
            byte[][] keys = {bytes(profile.keyBytes()), bytes(12), bytes(profile.keyBytes()), bytes(12)};
            sealing = cipher(gcm, true, keys);
            opening = cipher(gcm, false, keys);
            jdkSealing = cipher(AesGcm.jdk(), true, keys);
            jdkOpening = cipher(AesGcm.jdk(), false, keys);
        }

        private static GcmCipher cipher(AesGcm gcm, boolean sealing, byte[][] keys) {
            AesGcm.Key rtp = gcm.key(sealing, keys[0]);
            return new GcmCipher(rtp, keys[1], rtp.beside(keys[2]), keys[3]);
        }

        byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        }

        /** A header with any CSRCs and extension, and a payload. */
        byte[] rtp() {
            int csrcs = random.nextInt(4) == 0 ? random.nextInt(16) : 0;
            int extension = random.nextBoolean() ? random.nextInt(random.nextInt(20) == 0 ? 300 : 12) : -1;
            int payload = random.nextInt(8) == 0 ? random.nextInt(40) : random.nextInt(MAX_PAYLOAD_BYTES + 1);
            byte[] packet = bytes(12 + 4 * csrcs + (extension < 0 ? 0 : 4 + 4 * extension) + payload);
            packet[0] = (byte) (0x80 | csrcs | (extension < 0 ? 0 : 0x10));
            if (extension >= 0) {
                packet[12 + 4 * csrcs + 2] = (byte) (extension >> 8);
                packet[12 + 4 * csrcs + 3] = (byte) extension;
            }
            return packet;
        }

        @Override
        public void close() {
            List.of(sealing, opening, jdkSealing, jdkOpening).forEach(GcmCipher::close);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void rtp(AesGcm gcm, SrtpProfile profile) {
        try (Bench bench = new Bench(gcm, profile, 7714)) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] plain = bench.rtp();
                int header = SrtpBytes.rtpHeaderBytes(plain, 0, plain.length);
                int offset = bench.random.nextInt(9);
                long index = bench.random.nextLong() & 0xffff_ffff_ffffL;
                byte[] around = bench.bytes(offset + plain.length + AesGcm.TAG_BYTES + 5);
                System.arraycopy(plain, 0, around, offset, plain.length);
                byte[] mine = around.clone();
                byte[] theirs = around.clone();
                bench.sealing.protectRtp(mine, offset, header, plain.length, index);
                bench.jdkSealing.protectRtp(theirs, offset, header, plain.length, index);
                assertArrayEquals(theirs, mine, bench.seed); // and nothing around it was touched
                int sealed = plain.length + AesGcm.TAG_BYTES;
                byte[] forged = mine.clone();
                forged[offset + bench.random.nextInt(sealed)] ^= (byte) (1 << bench.random.nextInt(8));
                assertRefused(bench, forged, offset, header, sealed, index, plain);
                assertTrue(bench.opening.unprotectRtp(mine, offset, header, sealed, index), bench.seed);
                assertArrayEquals(plain, Arrays.copyOfRange(mine, offset, offset + plain.length), bench.seed);
                assertTrue(bench.jdkOpening.unprotectRtp(theirs, offset, header, sealed, index), bench.seed);
            }
        }
    }

    private static void assertRefused(
            Bench bench, byte[] forged, int offset, int header, int sealed, long index, byte[] plain) {
        int tail = offset + sealed;
        byte[] behind = Arrays.copyOfRange(forged, tail, forged.length);
        assertFalse(bench.opening.unprotectRtp(forged, offset, header, sealed, index), bench.seed);
        assertArrayEquals(behind, Arrays.copyOfRange(forged, tail, forged.length));
        if (plain.length - header >= 16) {
            byte[] left = Arrays.copyOfRange(forged, offset + header, offset + plain.length);
            assertTrue(
                    Arrays.mismatch(left, Arrays.copyOfRange(plain, header, plain.length)) < 16,
                    "decrypted without a right tag");
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void rtcp(AesGcm gcm, SrtpProfile profile) {
        try (Bench bench = new Bench(gcm, profile, 7715)) {
            for (int round = 0; round < 500; round++) {
                byte[] plain = bench.bytes(8 + 4 * bench.random.nextInt(100));
                int index = bench.random.nextInt() & 0x7fff_ffff;
                int offset = bench.random.nextInt(9);
                int sealed = plain.length + AesGcm.TAG_BYTES + 4;
                byte[] around = bench.bytes(offset + sealed + 5);
                System.arraycopy(plain, 0, around, offset, plain.length);
                byte[] mine = around.clone();
                byte[] theirs = around.clone();
                bench.sealing.protectRtcp(mine, offset, plain.length, index);
                bench.jdkSealing.protectRtcp(theirs, offset, plain.length, index);
                assertArrayEquals(theirs, mine, bench.seed);
                assertSameAround(around, mine, offset, sealed);
                byte[] forged = mine.clone();
                assertFalse(bench.opening.unprotectRtcp(forged, offset, sealed, index ^ 1, true), bench.seed);
                assertSameAround(around, forged, offset, sealed);
                assertEquals(
                        plain.length == 8,
                        bench.opening.unprotectRtcp(mine.clone(), offset, sealed, index, false),
                        bench.seed); // of 8 bytes nothing is encrypted
                assertTrue(bench.opening.unprotectRtcp(mine, offset, sealed, index, true), bench.seed);
                assertArrayEquals(plain, Arrays.copyOfRange(mine, offset, offset + plain.length), bench.seed);
                assertSameAround(around, mine, offset, sealed);
            }
        }
    }

    private static void assertSameAround(byte[] before, byte[] after, int offset, int length) {
        int end = offset + length;
        assertArrayEquals(Arrays.copyOf(before, offset), Arrays.copyOf(after, offset));
        assertArrayEquals(Arrays.copyOfRange(before, end, before.length), Arrays.copyOfRange(after, end, after.length));
    }

    /** The same packet under the same index, as it is sent again. */
    @ParameterizedTest
    @MethodSource("implementations")
    void againTheSameBytes(AesGcm gcm, SrtpProfile profile) {
        try (Bench bench = new Bench(gcm, profile, 7716)) {
            byte[] plain = Arrays.copyOf(bench.rtp(), 300);
            byte[] first = plain.clone();
            bench.sealing.protectRtp(first, 0, 12, 284, 5);
            for (int i = 0; i < 3; i++) {
                byte[] again = plain.clone();
                bench.sealing.protectRtp(again, 0, 12, 284, 5);
                assertArrayEquals(first, again);
                assertTrue(bench.opening.unprotectRtp(again, 0, 12, 300, 5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void nothingIsTouchedOutsideTheArrays(AesGcm gcm, SrtpProfile profile) {
        byte[] data = new byte[100];
        try (AesGcm.Key sealing = gcm.key(true, new byte[profile.keyBytes()]);
                AesGcm.Key opening = gcm.key(false, new byte[profile.keyBytes()])) {
            int max = Integer.MAX_VALUE;
            // Where it begins, how much is clear, how much is encrypted.
            int[][] wrong = {
                {0, 0, 85},
                {0, 12, 73},
                {4, 12, 69},
                {-1, 0, 20},
                {-1, 12, 20},
                {0, 0, -1},
                {0, 12, -1},
                {0, -1, 20},
                {20, -12, 20},
                {101, 0, 0},
                {0, 101, 0},
                {0, 101, -1},
                {max, 0, 1},
                {1, 0, max},
                {0, max, 1},
                {1, max, 1},
                {1, 12, max},
                {max, max, max}
            };
            for (int[] range : wrong) {
                assertThrows(RuntimeException.class, () -> sealing.seal(1, 2, data, range[0], range[1], range[2]));
                assertThrows(RuntimeException.class, () -> opening.open(1, 2, data, range[0], range[1], range[2]));
            }
            assertArrayEquals(new byte[100], data);
            sealing.seal(1, 2, data, 0, 12, 72);
            assertTrue(opening.open(1, 2, data, 0, 12, 72));
        }
    }

    /** No header at all, or no text, or neither, is no block to hash. */
    @ParameterizedTest
    @MethodSource("implementations")
    void eitherPartMayBeEmpty(AesGcm gcm, SrtpProfile profile) {
        byte[] rawKey = new byte[profile.keyBytes()];
        try (AesGcm.Key sealing = gcm.key(true, rawKey);
                AesGcm.Key opening = gcm.key(false, rawKey);
                AesGcm.Key jdk = AesGcm.jdk().key(true, rawKey)) {
            int vector = 0;
            for (int clear : new int[] {0, 1, 12, 16}) {
                for (int length : new int[] {0, 1, 16, 512, 513, 528, 1_040, 1_041}) {
                    byte[] mine = new byte[clear + length + AesGcm.TAG_BYTES];
                    byte[] theirs = mine.clone();
                    sealing.seal(vector, 0, mine, 0, clear, length);
                    jdk.seal(vector, 0, theirs, 0, clear, length);
                    assertArrayEquals(theirs, mine, clear + " and " + length + " bytes");
                    assertTrue(opening.open(vector++, 0, mine, 0, clear, length));
                }
            }
        }
    }

    /** Keys of one thread in turns share where they work, and keep nothing there. */
    @ParameterizedTest
    @MethodSource("implementations")
    void keysDoNotMeet(AesGcm gcm, SrtpProfile profile) {
        List<AesGcm.Key> keys = new ArrayList<>();
        List<byte[]> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] rawKey = new byte[profile.keyBytes()];
            rawKey[0] = (byte) i;
            keys.add(gcm.key(true, rawKey));
            byte[] alone = new byte[128];
            try (AesGcm.Key jdk = AesGcm.jdk().key(true, rawKey)) {
                jdk.seal(9, 9, alone, 0, 12, 100);
            }
            first.add(alone);
        }
        for (int turn = 0; turn < 3; turn++) {
            for (int i = 0; i < 4; i++) {
                byte[] packet = new byte[128];
                keys.get(i).seal(9, 9, packet, 0, 12, 100);
                assertArrayEquals(first.get(i), packet);
            }
        }
        keys.forEach(AesGcm.Key::close);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void aClosedKeyIsNotUsed(AesGcm gcm, SrtpProfile profile) {
        AesGcm.Key key = gcm.key(true, new byte[profile.keyBytes()]);
        AesGcm.Key beside = key.beside(new byte[profile.keyBytes()]);
        byte[] data = new byte[40];
        key.close();
        key.close();
        assertThrows(IllegalStateException.class, () -> key.seal(1, 2, data, 0, 1, 20));
        beside.seal(1, 2, data, 0, 1, 20);
        beside.close();
        assertThrows(IllegalStateException.class, () -> beside.seal(1, 2, data, 0, 1, 20));
    }

    /** All that forwarding allocates is what the JDK's public cipher makes; the others make nothing. */
    @ParameterizedTest
    @MethodSource("implementations")
    void onlyTheJdksCipherMakesGarbage(AesGcm gcm, SrtpProfile profile) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] data = new byte[328];
        try (AesGcm.Key key = gcm.key(true, new byte[profile.keyBytes()])) {
            long before = 0;
            for (int i = 0; i < 20_000; i++) {
                if (i == 10_000) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                key.seal(i, 0, data, 0, 12, 300);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(gcm == AesGcm.jdk(), allocated > 500_000, allocated + " bytes for 10,000 packets");
        }
    }
}
