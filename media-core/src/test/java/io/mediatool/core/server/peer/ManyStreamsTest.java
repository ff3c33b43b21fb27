package io.mediatool.core.server.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.dtls.DtlsRole;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.OutgoingTerms;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.transport.DtlsFactory;
import io.mediatool.core.transport.InstantDtls;
import io.mediatool.core.transport.TestPeer;
import io.mediatool.core.transport.TransportSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two servers, one transport between them, four streams each way. */
final class ManyStreamsTest {
    private static final long MS = 1_000_000L;
    private static final int STREAMS = 4;
    private static final int FRAMES = 300;
    private static final MediaTerms.Payload VP8 = new MediaTerms.Payload(
            RtpFormat.of(Codec.VP8, 96),
            97,
            Set.of(MediaTerms.Feedback.NACK, MediaTerms.Feedback.PLI, MediaTerms.Feedback.TRANSPORT_CC));

    private final Random random = new Random(1);
    private final VirtualEventLoop loop = new VirtualEventLoop(
            new FakeNetwork(1, Link.PERFECT.withDelay(15 * MS, 2 * MS).withLoss(0.03)), bug -> {
                throw new AssertionError(bug);
            });
    private final DtlsFactory dtls = InstantDtls.factory(SrtpProfile.AEAD_AES_128_GCM, random);

    /** One of the two. */
    private final class Side implements Transport.Listener {
        final String name;
        final MediaServer server;
        final Endpoint endpoint;
        final List<IncomingStream> own = new ArrayList<>();
        final List<Set<Integer>> heard = new ArrayList<>();
        private final List<OutgoingStream> outgoing = new ArrayList<>();
        boolean connected;

        Side(String name) throws IOException {
            this.name = name;
            server = new MediaServer(loop, random, () -> Instant.EPOCH.plusNanos(loop.nowNs()));
            endpoint = Endpoint.open(
                    server,
                    EndpointOptions.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .withTcp(false),
                    dtls,
                    TestPeer.ANYBODY);
        }

        /** Our streams leave on {@code transport}, the other's come in. */
        void wire(Transport transport, int ourSsrcs, int theirSsrcs) {
            for (int i = 0; i < STREAMS; i++) {
                IncomingStream mine = server.room("here").publish(name + i);
                mine.addTrack(MediaKind.VIDEO, List.of(RtpFormat.of(Codec.VP8, 100)));
                own.add(mine);
                var terms = new OutgoingTerms(media(i), ourSsrcs + i, ourSsrcs + 100 + i, name, sent -> VP8);
                OutgoingStream stream = transport.send(List.of(terms));
                stream.attachTo(mine);
                outgoing.add(stream);
                IncomingStream theirs = server.room("there").publish("s" + i);
                transport.publish(
                        theirs,
                        List.of(new IncomingTerms(
                                media(i),
                                List.of(),
                                // Half of them are announced, half are found by MID.
                                i % 2 == 0
                                        ? List.of()
                                        : List.of(new IncomingTerms.Source(theirSsrcs + i, theirSsrcs + 100 + i)))));
                Set<Integer> numbers = new TreeSet<>();
                heard.add(numbers);
                theirs.tracks().get(0).source().addListener(new Heard(numbers, name, i));
            }
        }

        void sendFrame(int number) {
            for (int i = 0; i < STREAMS; i++) {
                byte[] packet = new byte[400 + 10 * i];
                RtpPacket.writeHeader(packet, 0, true, 100, number, 3_000L * number, 7);
                packet[12] = 0x10;
                packet[13] = (byte) (number == 0 ? 0x50 : 0x51);
                packet[14] = (byte) (number >> 8);
                packet[15] = (byte) number;
                packet[16] = (byte) i;
                packet[17] = (byte) name.charAt(0);
                IncomingStreamTrack track = own.get(i).tracks().get(0);
                try {
                    track.source().onRtp(RtpPacket.of(packet, 0, packet.length), loop.nowNs());
                } catch (MalformedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void onConnected(Transport transport, long nowNs) {
            connected = true;
        }

        @Override
        public void onClosed(Transport transport, String reason, long nowNs) {
            throw new AssertionError(reason);
        }
    }

    /** Checks that nothing of another stream gets in. */
    private record Heard(Set<Integer> numbers, String by, int stream) implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            byte[] payload = packet.payload();
            assertEquals(stream, payload[4]);
            assertTrue(by.charAt(0) != (char) payload[5], "the other side's");
            assertTrue(numbers.add((payload[2] & 0xff) << 8 | payload[3] & 0xff), "twice");
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            // at the end of the test
        }
    }

    private static MediaTerms media(int index) {
        return new MediaTerms(
                "m" + index,
                MediaKind.VIDEO,
                List.of(VP8),
                ExtensionMap.of(Map.of(1, RtpExtension.MID, 4, RtpExtension.TRANSPORT_SEQUENCE)),
                false);
    }

    @Test
    void manyStreamsOnOneTransportInBothDirections() throws IOException {
        Side left = new Side("left");
        Side right = new Side("right");
        IceCredentials one = IceCredentials.random(random);
        IceCredentials two = IceCredentials.random(random);
        Transport accepted =
                left.endpoint.accept(new TransportSetup(one, DtlsRole.SERVER, List.of(TestPeer.ANYBODY)), left);
        Transport connecting = right.endpoint.connect(
                new TransportSetup(two, DtlsRole.CLIENT, List.of(TestPeer.ANYBODY)),
                one,
                left.endpoint.candidates(),
                right);
        left.wire(accepted, 1_000, 2_000);
        right.wire(connecting, 2_000, 1_000);
        loop.advanceBy(2_000 * MS);
        assertTrue(left.connected && right.connected);
        for (int i = 0; i < FRAMES; i++) {
            left.sendFrame(i);
            right.sendFrame(i);
            loop.advanceBy(33 * MS);
        }
        loop.advanceBy(3_000 * MS);
        for (Side side : List.of(left, right)) {
            for (Set<Integer> numbers : side.heard) {
                // The last ones may be lost without anything behind them that would tell.
                assertTrue(numbers.size() >= FRAMES - 3, side.name + ": " + numbers.size());
                for (int i = 0; i < FRAMES - 3; i++) {
                    assertTrue(numbers.contains(i), side.name + " misses " + i);
                }
            }
        }
        accepted.close();
        connecting.close();
        left.endpoint.close();
        right.endpoint.close();
        loop.advanceBy(MS);
        assertEquals(0, left.server.room("here").watchers());
    }
}
