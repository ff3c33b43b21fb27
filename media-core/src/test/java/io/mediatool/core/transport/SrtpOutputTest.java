package io.mediatool.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.srtp.PacketRun;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.SrtpSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** What leaves for a peer: whole, in order, and of one size where that saves a write. */
final class SrtpOutputTest {
    private static final int SSRC = 7;
    private static final byte[] KEYS = new byte[100];

    private final SrtpOutput.Runs runs = new SrtpOutput.Runs();
    /** Runs that are there from the beginning. */
    private final Set<PacketRun> made = Collections.newSetFromMap(new IdentityHashMap<>());

    /** A peer and the way to it. */
    private final class Peer implements RemotePath {
        final List<byte[]> datagrams = new ArrayList<>();
        final SrtpOutput output = new SrtpOutput(runs);
        final SrtpSession reader;
        private final int maxSegmentBytes;
        private final List<byte[]> sent = new ArrayList<>();
        private final Random random = new Random(1);
        boolean breaks;
        Runnable onSend = () -> {};

        Peer(SrtpProfile profile, int maxSegmentBytes) {
            this.maxSegmentBytes = maxSegmentBytes;
            byte[] material = Arrays.copyOf(KEYS, SrtpKeys.exporterBytes(profile));
            reader = new SrtpSession(SrtpKeys.ofExporter(profile, material, false));
            output.secure(new SrtpSession(SrtpKeys.ofExporter(profile, material, true)));
            output.moveTo(this);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
        }

        @Override
        public void send(byte[] data, int offset, int length) {
            if (breaks) {
                throw new IllegalStateException("broken");
            }
            datagrams.add(Arrays.copyOfRange(data, offset, offset + length));
            onSend.run();
        }

        @Override
        public int maxSegmentBytes() {
            return maxSegmentBytes;
        }

        @Override
        public void close() {}

        byte[] next(int length) {
            byte[] packet = new byte[length];
            random.nextBytes(packet);
            RtpPacket.writeHeader(packet, 0, false, 96, sent.size() & 0xffff, 3_000, SSRC);
            sent.add(packet);
            return packet;
        }

        Peer send(boolean mayPad, int... lengths) {
            for (int length : lengths) {
                byte[] packet = next(length);
                boolean unused = output.sendRtp(packet, 0, length, mayPad);
            }
            return this;
        }

        /** Sizes of what has left, without tags. */
        List<Integer> sizes() {
            int tag = reader.rtpTrailerBytes();
            return datagrams.stream().map(each -> each.length - tag).toList();
        }

        void assertAllCameWhole() throws Exception {
            assertEquals(sent.size(), datagrams.size());
            for (int i = 0; i < sent.size(); i++) {
                byte[] original = sent.get(i);
                byte[] came = datagrams.get(i).clone();
                int clear = reader.unprotectRtp(came, 0, came.length);
                assertEquals(came.length - reader.rtpTrailerBytes(), clear, "packet " + i);
                int added = clear - original.length;
                byte[] expected = Arrays.copyOf(original, clear);
                if (added > 0) {
                    expected[0] |= 0x20;
                    expected[clear - 1] = (byte) added;
                }
                assertArrayEquals(expected, Arrays.copyOf(came, clear), "packet " + i);
                assertArrayEquals(
                        RtpPacket.of(original, 0, original.length).payload(),
                        RtpPacket.of(came, 0, clear).payload(),
                        "packet " + i);
            }
        }
    }

    private Peer udp(SrtpProfile profile) {
        return new Peer(profile, 1_472);
    }

    @ParameterizedTest
    @EnumSource
    void aFrameOfTwoSizesLeavesAsOne(SrtpProfile profile) throws Exception {
        Peer peer = udp(profile).send(true, 1_000, 1_000, 1_001, 1_001, 300);
        assertEquals(List.of(), peer.datagrams);
        peer.output.flush();
        assertEquals(List.of(1_001, 1_001, 1_001, 1_001, 300), peer.sizes());
        peer.assertAllCameWhole();
    }

    /** AES-GCM: two texts under one index give the key stream away. */
    @ParameterizedTest
    @EnumSource
    void whatMayBeSentAgainIsTheSameToTheByte(SrtpProfile profile) throws Exception {
        Peer peer = udp(profile);
        byte[] small = peer.next(1_000);
        byte[] large = peer.next(1_001);
        assertTrue(peer.output.sendRtp(small, 0, 1_000, false));
        assertFalse(peer.output.sendRtp(large, 0, 1_001, false));
        peer.output.flush();
        assertEquals(List.of(1_000, 1_001), peer.sizes());
        peer.output.sendRtpAgain(small, 0, 1_000);
        assertArrayEquals(peer.datagrams.get(0), peer.datagrams.get(2));
        peer.output.sendRtpAgain(large, 0, 1_001);
        assertArrayEquals(peer.datagrams.get(1), peer.datagrams.get(3));
    }

    @Test
    void whatStaysAndWhatMayBePaddedLeaveTogether() throws Exception {
        Peer peer = udp(SrtpProfile.AEAD_AES_128_GCM)
                .send(true, 1_000)
                .send(false, 1_001)
                .send(true, 999, 1_001);
        peer.send(false, 80).output.flush();
        assertEquals(List.of(1_001, 1_001, 1_001, 1_001, 80), peer.sizes());
        peer.assertAllCameWhole();
    }

    @Test
    void overTcpAndAboveAFrameNothingIsPadded() throws Exception {
        Peer tcp = new Peer(SrtpProfile.AEAD_AES_128_GCM, 0).send(true, 1_000, 1_001);
        tcp.output.flush();
        assertEquals(List.of(1_000, 1_001), tcp.sizes());
        tcp.assertAllCameWhole();
        Peer large = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 1_456, 1_457);
        large.output.flush();
        assertEquals(List.of(1_456, 1_457), large.sizes());
        Peer full = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 1_455, 1_456);
        full.output.flush();
        assertEquals(List.of(1_456, 1_456), full.sizes());
        full.assertAllCameWhole();
    }

    /** More than an array holds, with the most padding and the longest tag behind each. */
    @ParameterizedTest
    @EnumSource
    void aBurstComesWhole(SrtpProfile profile) throws Exception {
        Peer peer = udp(profile);
        for (int round = 0; round < 40; round++) {
            peer.send(true, 1_300, 1_308, 1_300, 60, 61);
        }
        peer.output.flush();
        long padded = peer.sizes().stream().filter(size -> size == 1_308).count();
        assertTrue(padded > 70, "of 80: " + padded);
        peer.assertAllCameWhole();
    }

    /** Fails unless each run that was lent has been given back, and only once. */
    private void assertAllGivenBack(int lentAtOnce) {
        Set<PacketRun> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < lentAtOnce; i++) {
            PacketRun run = runs.take();
            assertTrue(made.contains(run), "a run is missing");
            assertTrue(kept.add(run), "a run was given back twice");
            assertEquals(0, run.size());
        }
        assertFalse(made.contains(runs.take()), "there is one too many");
        kept.forEach(runs::give);
    }

    private void keep(int count) {
        for (int i = 0; i < count; i++) {
            made.add(runs.take());
        }
        made.forEach(runs::give);
    }

    @Test
    void oneRunServesThoseThatAreServedInTurn() throws Exception {
        keep(1);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(udp(SrtpProfile.AEAD_AES_128_GCM));
        }
        for (int round = 0; round < 3; round++) {
            for (Peer peer : peers) {
                peer.send(true, 1_000, 1_001, 1_001).output.flush();
                assertAllGivenBack(1);
            }
        }
        for (Peer peer : peers) {
            peer.assertAllCameWhole();
        }
    }

    @Test
    void thoseThatWaitTogetherHaveTheirOwn() throws Exception {
        keep(2);
        Peer one = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 1_000);
        Peer two = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 900);
        one.send(true, 1_001);
        two.send(true, 901);
        two.output.flush();
        one.output.flush();
        assertEquals(List.of(1_001, 1_001), one.sizes());
        assertEquals(List.of(901, 901), two.sizes());
        one.assertAllCameWhole();
        two.assertAllCameWhole();
        assertAllGivenBack(2);
    }

    @Test
    void runsComeBackHoweverItEnds() {
        keep(2);
        byte[] packet = new byte[100];
        Peer closed = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 1_000, 1_001);
        closed.output.close();
        closed.output.close();
        closed.output.flush();
        closed.send(true, 1_000).output.sendRtpAgain(packet, 0, 100);
        closed.output.sendRtcp(packet, 0, 100);
        assertEquals(2, closed.datagrams.size());
        assertEquals(3, closed.output.unsent());
        assertAllGivenBack(2);

        var early = new SrtpOutput(runs); // before the keys
        assertFalse(early.sendRtp(packet, 0, 100, true));
        early.sendRtcp(packet, 0, 100);
        early.flush();
        early.close();
        assertEquals(2, early.unsent());
        assertAllGivenBack(2);

        Peer alone = udp(SrtpProfile.AEAD_AES_128_GCM).send(false, 1_000);
        alone.output.sendRtpAgain(alone.sent.get(0), 0, 1_000);
        alone.output.sendRtpAgain(packet, 0, 100); // refused
        alone.output.sendRtcp(packet, 0, 100);
        assertEquals(3, alone.datagrams.size());
        assertAllGivenBack(2);

        Peer broken = udp(SrtpProfile.AEAD_AES_128_GCM).send(true, 1_000, 1_001);
        broken.breaks = true;
        assertThrows(IllegalStateException.class, broken.output::flush);
        assertThrows(IllegalStateException.class, () -> broken.output.sendRtcp(packet, 0, 100));
        broken.output.flush();
        assertAllGivenBack(2);
    }

    /** The way to a peer may end it while it is used (a connection that fails). */
    @Test
    void whoIsClosedWhileItSendsGivesBackOnce() {
        keep(2);
        Peer peer = udp(SrtpProfile.AEAD_AES_128_GCM);
        peer.onSend = peer.output::close;
        peer.send(true, 1_000, 1_001).output.flush();
        assertEquals(2, peer.datagrams.size());
        assertAllGivenBack(2);
    }
}
