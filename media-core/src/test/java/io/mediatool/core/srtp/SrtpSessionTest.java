package io.mediatool.core.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SrtpSessionTest {
    private static final int SSRC = 0xcafebabe;

    private final Random random = new Random(3711);

    private record Pair(SrtpSession client, SrtpSession server) {
        static Pair of(SrtpProfile profile, Random random) {
            byte[] material = new byte[SrtpKeys.exporterBytes(profile)];
            random.nextBytes(material);
            return new Pair(
                    new SrtpSession(SrtpKeys.ofExporter(profile, material, true)),
                    new SrtpSession(SrtpKeys.ofExporter(profile, material, false)));
        }
    }

    private static byte[] rtp(int sequence, int ssrc, int payloadBytes) {
        byte[] packet = new byte[12 + payloadBytes + SrtpSession.MAX_TRAILER_BYTES];
        RtpPacket.writeHeader(packet, 0, false, 96, sequence, 90_000L * sequence, ssrc);
        for (int i = 0; i < payloadBytes; i++) {
            packet[12 + i] = (byte) (sequence + i);
        }
        return packet;
    }

    private static byte[] sealed(SrtpSession session, int sequence, int ssrc) {
        byte[] packet = rtp(sequence, ssrc, 30);
        return Arrays.copyOf(packet, session.protectRtp(packet, 0, 42));
    }

    private static boolean opens(SrtpSession session, byte[] sealed) {
        byte[] copy = sealed.clone();
        return session.unprotectRtp(copy, 0, copy.length) >= 0;
    }

    @ParameterizedTest
    @EnumSource
    void whatOneProtectsTheOtherOpens(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        for (int round = 0; round < 200; round++) {
            int length = random.nextInt(1_400);
            int offset = random.nextInt(20);
            byte[] plain = rtp(round, SSRC, length);
            byte[] data = new byte[offset + plain.length];
            System.arraycopy(plain, 0, data, offset, plain.length);
            int sealed = pair.client.protectRtp(data, offset, 12 + length);
            assertEquals(12 + length + pair.client.rtpTrailerBytes(), sealed);
            assertEquals(12 + length, pair.server.unprotectRtp(data, offset, sealed));
            assertArrayEquals(
                    Arrays.copyOf(plain, 12 + length), Arrays.copyOfRange(data, offset, offset + 12 + length));
        }
        assertEquals(200, pair.server.counters().opened());
    }

    @ParameterizedTest
    @EnumSource
    void rtcpBothWays(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        for (SrtpSession from : new SrtpSession[] {pair.client, pair.server}) {
            SrtpSession to = from == pair.client ? pair.server : pair.client;
            for (int round = 0; round < 5; round++) {
                byte[] plain = new byte[60 + SrtpSession.MAX_TRAILER_BYTES];
                random.nextBytes(plain);
                plain[0] = (byte) 0x80;
                SrtpBytes.putI32(plain, 4, SSRC);
                byte[] data = plain.clone();
                int sealed = from.protectRtcp(data, 0, 60);
                assertEquals(60 + from.rtcpTrailerBytes(), sealed);
                byte[] copy = data.clone();
                assertEquals(60, to.unprotectRtcp(data, 0, sealed));
                assertArrayEquals(Arrays.copyOf(plain, 60), Arrays.copyOf(data, 60));
                assertEquals(SrtpSession.DROPPED, to.unprotectRtcp(copy, 0, sealed));
                assertEquals(round + 1, to.counters().replayed());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsItsPackets(SrtpProfile profile) {
        long seed = random.nextLong();
        Pair one = Pair.of(profile, new Random(seed));
        Pair other = Pair.of(profile, new Random(seed));
        int stride = 200;
        byte[] array = new byte[4 * stride];
        PacketRun run = new PacketRun();
        run.begin(array);
        for (int i = 0; i < 4; i++) {
            byte[] plain = rtp(i == 2 ? 0 : i, SSRC, 100); // the third repeats the first: refused
            System.arraycopy(plain, 0, array, i * stride, plain.length);
            run.add(i * stride, 112);
        }
        one.client.protectRtp(run);
        assertEquals(3, run.size());
        assertEquals(1, one.client.counters().refusedToSend());
        for (int i = 0; i < 3; i++) {
            byte[] plain = rtp(i == 2 ? 3 : i, SSRC, 100);
            int sealed = other.client.protectRtp(plain, 0, 112);
            assertEquals(sealed, run.length(i));
            assertArrayEquals(
                    Arrays.copyOf(plain, sealed), Arrays.copyOfRange(array, run.offset(i), run.offset(i) + sealed));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRollOverCounterFollowsLossAndReordering(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        int sequence = 65_000;
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 30; i++, sequence += 1 + random.nextInt(900)) {
                byte[] first = sealed(pair.client, sequence & 0xffff, SSRC);
                byte[] second = sealed(pair.client, sequence + 1 & 0xffff, SSRC);
                assertTrue(opens(pair.server, second), "at " + sequence);
                assertTrue(opens(pair.server, first), "late at " + sequence);
                sequence++;
            }
            sequence += 20_000; // a long loss
        }
        assertTrue(sequence > 5 * 65_536, "wrapped " + sequence / 65_536);
    }

    @ParameterizedTest
    @EnumSource
    void replaysAreDroppedBeforeAndForgeriesAfterTheTag(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        byte[][] packets = new byte[2_000][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = sealed(pair.client, i, SSRC);
        }
        byte[] forged = packets[1_999].clone();
        forged[20] ^= 1;
        assertFalse(opens(pair.server, forged));
        assertEquals(1, pair.server.counters().forged());
        // The forgery left nothing behind: the beginning still opens, as does its true self.
        assertTrue(opens(pair.server, packets[0]));
        assertTrue(opens(pair.server, packets[1_500]));
        assertFalse(opens(pair.server, packets[1_500]));
        assertTrue(opens(pair.server, packets[1_500 - 1_023]));
        assertFalse(opens(pair.server, packets[1_500 - 1_024])); // never seen, too old to tell
        assertTrue(opens(pair.server, packets[1_999]));
        assertEquals(2, pair.server.counters().replayed());
    }

    @ParameterizedTest
    @EnumSource
    void everyBitIsSigned(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        byte[] sealed = sealed(pair.client, 1, SSRC);
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] forged = sealed.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(opens(pair.server, forged), "bit " + bit);
        }
        assertTrue(opens(pair.server, sealed));
        assertFalse(opens(pair.client, sealed), "its own packets are not of the peer");
    }

    @ParameterizedTest
    @EnumSource
    void repeatsAreTheSameBytes(SrtpProfile profile) {
        Pair pair = Pair.of(profile, random);
        byte[] first = sealed(pair.client, 7, SSRC);
        for (int i = 0; i < 2; i++) {
            byte[] again = rtp(7, SSRC, 30);
            assertEquals(first.length, pair.client.protectRtpAgain(again, 0, 42));
            assertArrayEquals(first, Arrays.copyOf(again, first.length));
        }
        assertEquals(SrtpSession.DROPPED, pair.client.protectRtpAgain(rtp(8, SSRC, 30), 0, 42));
        assertEquals(SrtpSession.DROPPED, pair.client.protectRtpAgain(rtp(7, 1, 30), 0, 42));
    }

    @Test
    void sourcesAreBounded() {
        Pair pair = Pair.of(SrtpProfile.AEAD_AES_128_GCM, random);
        // Two sending sessions of the same keys, because the sender is bounded as well.
        SrtpSession[] senders = {pair.client, Pair.of(SrtpProfile.AEAD_AES_128_GCM, new Random(3711)).client};
        for (int ssrc = 0; ssrc < SourceMap.MAX_SOURCES; ssrc++) {
            assertTrue(opens(pair.server, sealed(senders[0], 1, ssrc)));
        }
        assertEquals(SrtpSession.DROPPED, senders[0].protectRtp(rtp(1, -1, 30), 0, 42));
        assertFalse(opens(pair.server, sealed(senders[1], 1, -1)));
        assertEquals(1, pair.server.counters().refusedSources());
        assertTrue(opens(pair.server, sealed(senders[0], 2, 5)));
    }

    @ParameterizedTest
    @EnumSource
    void opensOrDropsAnything(SrtpProfile profile) {
        long seed = 7714;
        Random hostile = new Random(seed);
        Pair pair = Pair.of(profile, hostile);
        byte[] valid = sealed(pair.client, 1, SSRC);
        for (int round = 0; round < Hostility.rounds(30_000); round++) {
            byte[] data = Arrays.copyOf(valid, hostile.nextInt(valid.length));
            for (int i = hostile.nextInt(4); i > 0 && data.length > 0; i--) {
                data[hostile.nextInt(Math.min(data.length, 16))] = (byte) hostile.nextInt();
            }
            assertEquals(SrtpSession.DROPPED, pair.server.unprotectRtp(data.clone(), 0, data.length), "seed " + seed);
            assertEquals(SrtpSession.DROPPED, pair.server.unprotectRtcp(data.clone(), 0, data.length), "seed " + seed);
        }
        assertTrue(opens(pair.server, valid));
    }

    /** Whoever asks again after another SSRC gets that one's numbers, too. */
    @ParameterizedTest
    @EnumSource
    void whatAPacketTouchesIsNamedOnce(SrtpProfile profile) {
        SrtpSession session = Pair.of(profile, random).client();
        List<Object> none = named(session);
        assertSame(session, none.get(0));
        sealed(session, 1, SSRC);
        List<Object> one = named(session);
        sealed(session, 1, SSRC + 1);
        List<Object> two = named(session);
        assertEquals(none.size() + 3, one.size(), "a source, its window and the window's bits");
        assertEquals(one.size() + 3, two.size());
        Set<Object> once = Collections.newSetFromMap(new IdentityHashMap<>());
        once.addAll(two);
        assertEquals(two.size(), once.size(), two::toString);
    }

    private static List<Object> named(SrtpSession session) {
        List<Object> parts = new ArrayList<>();
        session.addTo(parts::add);
        return parts;
    }
}
