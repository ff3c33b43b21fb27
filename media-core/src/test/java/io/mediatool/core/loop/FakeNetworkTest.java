package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.FakeNetwork.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FakeNetworkTest {
    private static final long MS = 1_000_000;

    /** Sends 1000 numbered datagrams, one a millisecond; what arrives as "number@time". */
    private static List<String> journey(long seed, Link link) throws IOException {
        VirtualEventLoop loop = new VirtualEventLoop(new FakeNetwork(seed, link), bug -> {
            throw new AssertionError(bug);
        });
        List<String> arrived = new ArrayList<>();
        UdpSocket to = loop.bind(
                UdpBinding.ephemeral(InetAddress.getLoopbackAddress()),
                (data, offset, length, remote, nowNs) ->
                        arrived.add(((data[offset] & 0xFF) << 8 | data[offset + 1] & 0xFF) + "@" + nowNs / MS));
        UdpSocket from = loop.bind(UdpBinding.ephemeral(InetAddress.getLoopbackAddress()), (d, o, l, r, t) -> {});
        for (int i = 0; i < 1_000; i++) {
            byte[] number = new byte[1_000];
            number[0] = (byte) (i >> 8);
            number[1] = (byte) i;
            loop.schedule(i * MS, nowNs -> from.send(number, 0, number.length, to.localAddress()));
        }
        assertTrue(loop.runUntilIdle(Long.MAX_VALUE));
        return arrived;
    }

    private static List<Integer> numbers(List<String> arrived) {
        return arrived.stream()
                .map(text -> Integer.valueOf(text.substring(0, text.indexOf('@'))))
                .toList();
    }

    @Test
    void aPerfectLinkDeliversAllAtOnce() throws IOException {
        List<String> arrived = journey(1, Link.PERFECT);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(i + "@" + i, arrived.get(i));
        }
    }

    @Test
    void theSameSeedIsTheSameJourneyAndAnotherIsAnother() throws IOException {
        Link link = Link.PERFECT
                .withDelay(20 * MS, 10 * MS)
                .withLoss(0.1)
                .withDuplicates(0.05)
                .withReordering(0.1, 30 * MS);
        assertEquals(journey(5, link), journey(5, link));
        assertNotEquals(journey(5, link), journey(6, link));
    }

    @Test
    void losesAndDuplicatesAboutAsOftenAsAsked() throws IOException {
        List<Integer> lossy = numbers(journey(2, Link.PERFECT.withLoss(0.2)));
        assertTrue(lossy.size() > 740 && lossy.size() < 860, "seed 2: " + lossy.size());
        List<Integer> twice = numbers(journey(2, Link.PERFECT.withDuplicates(0.2)));
        assertTrue(twice.size() > 1_140 && twice.size() < 1_260, "seed 2: " + twice.size());
        assertEquals(1_000, new HashSet<>(twice).size());
    }

    @Test
    void jitterDoesNotReorderAndReorderingDoes() throws IOException {
        List<Integer> jittery = numbers(journey(3, Link.PERFECT.withDelay(5 * MS, 50 * MS)));
        assertEquals(jittery.stream().sorted().toList(), jittery);
        List<Integer> reordered = numbers(journey(3, Link.PERFECT.withReordering(0.1, 5 * MS)));
        assertEquals(1_000, reordered.size());
        assertNotEquals(reordered.stream().sorted().toList(), reordered);
    }

    @Test
    void aNarrowLinkQueuesThenDrops() throws IOException {
        // 8 Mbit/s are offered, 4 pass.
        List<String> arrived = journey(4, Link.PERFECT.withRate(4_000_000, 20_000));
        assertTrue(arrived.size() > 500 && arrived.size() < 530, "arrived " + arrived.size());
        assertEquals("0@2", arrived.get(0));
    }
}
