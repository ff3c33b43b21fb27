package io.mediatool.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.bits.WorkingSet;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who forwards packets gets those of a turn together, and hears otherwise what it would hear without. */
final class PacketBatchTest {
    private static final long STEP_NS = 30_000_000L;

    private final List<String> heard = new ArrayList<>();
    private int begun;
    private final PacketBatch batch = new PacketBatch(() -> begun++);
    private final RtpIncomingSourceGroup source = source(batch);

    private static RtpIncomingSourceGroup source(PacketBatch batch) {
        var made = new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
        made.gather(batch);
        return made;
    }

    private static final byte[] REUSED = new byte[3_000];

    private static void send(RtpIncomingSourceGroup to, int ssrc, int sequence, int payloadBytes) {
        send(to, ssrc, sequence, payloadBytes, sequence);
    }

    private static void send(RtpIncomingSourceGroup to, int ssrc, int sequence, int payloadBytes, long nowNs) {
        Arrays.fill(REUSED, (byte) sequence);
        RtpPacket.writeHeader(REUSED, 7, false, 96, sequence, 90L * sequence, ssrc);
        try {
            to.onRtp(RtpPacket.of(REUSED, 7, RtpPacket.HEADER_BYTES + payloadBytes), nowNs);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        Arrays.fill(REUSED, (byte) 0xee); // borrowed until the call returned
    }

    private void send(int... sequences) {
        for (int sequence : sequences) {
            send(source, 1, sequence, 10);
        }
    }

    /** Writes down what it is told. */
    private static class Hearing implements RtpIncomingSourceGroup.Listener {
        private final List<String> into;
        private final String name;
        private final boolean forwards;

        Hearing(List<String> into, String name, boolean forwards) {
            this.into = into;
            this.name = name;
            this.forwards = forwards;
        }

        @Override
        public boolean forwards() {
            return forwards;
        }

        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            byte[] payload = packet.payload();
            for (byte each : payload) {
                assertEquals((byte) packet.sequenceNumber(), each);
            }
            into.add(name + (sequence & 0xffff) + (payload.length == 10 ? "" : "/" + payload.length) + "@" + nowNs);
        }

        @Override
        public void onSenderReport(RtpIncomingSourceGroup of, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            into.add(name + "report" + report.ntpTime());
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup of, boolean sameClock, long nowNs) {
            into.add(name + "restart" + sameClock);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            into.add(name + "end");
        }

        @Override
        public void onBatchEnd(RtpIncomingSourceGroup of) {
            into.add(name + ".");
        }
    }

    private Hearing forwarder(String name) {
        Hearing made = new Hearing(heard, name, true);
        source.addListener(made);
        return made;
    }

    @Test
    void whatForwardersNeedIsFetchedForSixteenOfThemAtATimeBeforeTheirPackets() {
        for (int i = 0; i < 20; i++) {
            int index = i;
            source.addListener(new Hearing(heard, "p", true) {
                @Override
                public WorkingSet workingSet() {
                    heard.add("fetch" + index);
                    return WorkingSet.EMPTY;
                }
            });
        }
        send(1);
        assertEquals(List.of(), heard);
        batch.deliver();
        heard.removeIf("p."::equals);
        var expected = new ArrayList<String>();
        IntStream.range(0, 16).forEach(i -> expected.add("fetch" + i));
        expected.addAll(Collections.nCopies(16, "p1@1"));
        IntStream.range(16, 20).forEach(i -> expected.add("fetch" + i));
        expected.addAll(Collections.nCopies(4, "p1@1"));
        assertEquals(expected, heard);
    }

    @Test
    void oneForwarderAfterTheOtherGetsAllOfATurn() {
        forwarder("a");
        forwarder("b");
        source.addListener(new Hearing(heard, "-", false));
        send(1, 2);
        assertEquals(List.of("-1@1", "-2@2"), heard);
        batch.deliver();
        assertEquals(List.of("-1@1", "-2@2", "a1@1", "a2@2", "b1@1", "b2@2", "a.", "b."), heard);
        batch.deliver();
        assertEquals(8, heard.size());
    }

    @Test
    void oneAloneNeedNotWait() {
        forwarder("a");
        send(1);
        assertEquals(List.of("a1@1"), heard);
        assertEquals(0, begun);
    }

    @Test
    void whoeverOwnsItIsToldOfTheFirstPacketOfATurn() {
        forwarder("a");
        forwarder("b");
        send(1, 2);
        assertEquals(1, begun);
        batch.deliver();
        send(3);
        assertEquals(2, begun);
    }

    @Test
    void whoComesGetsWhatComesFromThenOn() {
        forwarder("a");
        forwarder("b");
        send(1);
        forwarder("c");
        send(2);
        batch.deliver();
        assertEquals(List.of("a1@1", "b1@1", "a.", "b.", "a2@2", "b2@2", "c2@2", "a.", "b.", "c."), heard);
    }

    @Test
    void whoGoesWhileOthersAreServedGetsNothingMore() {
        List<Hearing> gone = new ArrayList<>();
        source.addListener(new Hearing(heard, "a", true) {
            @Override
            public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
                super.onRtp(of, packet, sequence, timestamp, nowNs);
                source.removeListener(gone.get(0));
                source.removeListener(this);
            }
        });
        gone.add(forwarder("b"));
        forwarder("c");
        send(1, 2);
        batch.deliver();
        assertEquals(List.of("a1@1", "c1@1", "c2@2", "c."), heard);
    }

    @Test
    void whoHasGotManySendsBeforeTheNextGetsAny() {
        forwarder("a");
        forwarder("b");
        for (int i = 0; i < 20; i++) {
            send(i);
        }
        batch.deliver();
        assertEquals("a.", heard.get(20));
        assertEquals("b.", heard.get(41));
    }

    @Test
    void whatIsFullIsDeliveredAtOnce() {
        forwarder("a");
        forwarder("b");
        for (int i = 0; i <= PacketBatch.MAX_PACKETS; i++) {
            send(i);
        }
        assertEquals(2 * PacketBatch.MAX_PACKETS + 2, heard.size());
        batch.deliver();
        assertEquals(2 * PacketBatch.MAX_PACKETS + 6, heard.size());
    }

    @Test
    void packetsOfAnySizeAndOfOtherSourcesHavePlace() {
        RtpIncomingSourceGroup other = source(batch);
        for (RtpIncomingSourceGroup each : List.of(source, other)) {
            each.addListener(new Hearing(heard, each == source ? "a" : "x", true));
            each.addListener(new Hearing(heard, each == source ? "b" : "y", true));
        }
        send(source, 1, 1, 0);
        send(other, 2, 9, 2_900);
        send(source, 1, 2, 1_600);
        batch.deliver();
        assertEquals(
                List.of("a1/0@1", "a2/1600@2", "b1/0@1", "b2/1600@2", "a.", "b.", "x9/2900@9", "y9/2900@9", "x.", "y."),
                heard);
    }

    @Test
    void aBugInOneSourcesForwarderSparesTheOtherSources() {
        RtpIncomingSourceGroup other = source(batch);
        IllegalStateException bug = new IllegalStateException("seeded");
        for (int i = 0; i < 2; i++) {
            source.addListener(new Hearing(heard, "a", true) {
                @Override
                public void onRtp(
                        RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
                    throw bug;
                }
            });
            other.addListener(new Hearing(heard, "x", true));
        }
        send(1);
        send(other, 2, 5, 10);
        assertSame(bug, assertThrows(IllegalStateException.class, batch::deliver));
        assertEquals(List.of("x5@5", "x5@5", "x.", "x."), heard);
        heard.clear();
        send(other, 2, 6, 10);
        batch.deliver();
        assertEquals(List.of("x6@6", "x6@6", "x.", "x."), heard);
    }

    @Test
    void eachHearsTheSameWithAndWithoutKeeping() {
        for (int seed = 0; seed < 300; seed++) {
            List<String> kept = story(seed, true);
            assertEquals(story(seed, false), kept, "seed " + seed);
            assertTrue(kept.size() > 20, "seed " + seed + " tells nothing");
        }
    }

    /** What six listeners hear of one source, one after the other, while they come and go. */
    private static List<String> story(int seed, boolean keeping) {
        SplittableRandom random = new SplittableRandom(seed);
        PacketBatch batch = new PacketBatch(() -> {});
        var source = new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 96)));
        if (keeping) {
            source.gather(batch);
        }
        List<List<String>> logs = new ArrayList<>();
        List<Hearing> all = new ArrayList<>();
        boolean[] there = new boolean[6];
        for (int i = 0; i < there.length; i++) {
            logs.add(new ArrayList<>());
            all.add(new Hearing(logs.get(i), "abcdef".substring(i, i + 1), i > 0));
        }
        int sequence = random.nextInt(0x10000);
        int ssrc = 1;
        for (int step = 0; step < 200; step++) {
            int who = random.nextInt(there.length);
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (there[who]) {
                        source.removeListener(all.get(who));
                    } else {
                        source.addListener(all.get(who));
                    }
                    there[who] ^= true;
                }
                case 1 -> batch.deliver();
                case 2 -> source.onSenderReport(ssrc, step + 1L, 90L * sequence, step * STEP_NS);
                case 3 -> sequence += random.nextInt(8) == 0 ? 20_000 : random.nextInt(-3, 4);
                case 4 -> ssrc += random.nextInt(6) == 0 ? 1 : 0;
                default -> send(source, ssrc, ++sequence & 0xffff, random.nextInt(40), step * STEP_NS);
            }
        }
        source.end(200 * STEP_NS);
        batch.deliver();
        List<String> whole = new ArrayList<>();
        logs.forEach(log -> log.stream().filter(line -> !line.endsWith(".")).forEach(whole::add));
        return whole;
    }
}
