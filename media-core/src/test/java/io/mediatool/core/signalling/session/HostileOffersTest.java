package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.Hostility;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.signalling.webrtc.OfferMutations;
import io.mediatool.core.signalling.webrtc.RefusedOfferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Mutated offers come to the door, and mutated fragments and answers to the sessions that they open: each is taken or refused with one line,
 * and of neither anything stays. {@code -Dmediatool.hostility=200} for a million offers.
 */
final class HostileOffersTest {
    private static final long SEED = 20_261_124;
    /** What is known of rooms, formats and classes is known after these. */
    private static final int WARM_UP = 4_000;
    /** Half of them stay half a minute: fewer than the door takes at once. */
    private static final int PER_SECOND = 100;

    /** In a room each; the last two are not in every offer. */
    private static final List<Codec> SHOWN = List.of(Codec.VP8, Codec.H264, Codec.AV1, Codec.H265);

    private static final long MAX_GROWTH_BYTES = 1 << 20;
    private static final int MAX_GROWTH_OBJECTS = 400;

    private final Random random = new Random(SEED);
    private final OfferMutations mutations = new OfferMutations(random);
    private final List<Session> taken = new ArrayList<>();
    private final List<SfuClient> connected = new ArrayList<>();
    private final Map<String, Integer> ends = new TreeMap<>();
    private SfuStage stage;

    @BeforeEach
    void open() throws IOException {
        stage = new SfuStage(SEED, Link.PERFECT.withDelay(10 * MS, 0));
    }

    @Test
    void areTakenOrRefusedAndNothingStays() throws IOException {
        for (int i = 0; i < SHOWN.size(); i++) {
            show("room" + i, RtpFormat.of(SHOWN.get(i), 96));
        }
        ask(WARM_UP);
        LiveObjects before = LiveObjects.count();
        ends.clear();
        int rounds = Hostility.rounds(5_000);
        ask(rounds);
        LiveObjects after = LiveObjects.count();
        long growth = after.bytes() - before.bytes();
        String told = rounds + " offers: " + ends + ", growth " + growth + " bytes";
        assertEquals(List.of(), after.grown(before, MAX_GROWTH_OBJECTS), "seed " + SEED + ": " + told);
        assertTrue(growth < MAX_GROWTH_BYTES, "seed " + SEED + ": " + told);
        for (String end : List.of("publish", "watch", "offered", "connected", "400", "422", "patched", "answered")) {
            assertTrue(ends.getOrDefault(end, 0) > rounds / 500, end + " is met: " + told);
        }
        if (Hostility.rounds(1) > 1) {
            System.out.println(told);
        }
    }

    private void show(String room, RtpFormat video) {
        IncomingStream stream = stage.server.room(room).publish("cam");
        stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)));
        stream.addTrack(MediaKind.VIDEO, List.of(video));
    }

    private void ask(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String what = "seed " + SEED + " offer " + i;
            try {
                one(i % SHOWN.size(), i);
            } catch (RuntimeException escaped) {
                throw new AssertionError(what, escaped);
            }
            if (i % PER_SECOND == PER_SECOND - 1) {
                stage.run(S);
                drop();
                assertEquals(List.of(), stage.bugs, what);
            }
        }
        stage.run(75 * S);
        drop();
        assertEquals(List.of(), stage.bugs);
        assertEquals(List.of(), stage.door.sessions());
        var port = stage.soon(stage.endpoint.counters()).port();
        assertEquals(0, port.peers() + port.addresses());
        assertEquals(SHOWN.size(), stage.server.rooms().size());
    }

    /** Half of those that are there are ended, the others meet their deadlines. */
    private void drop() {
        for (Session session : taken) {
            if (random.nextBoolean()) {
                session.close();
            }
        }
        taken.clear();
        for (SfuClient client : connected) {
            count(client.events.contains("connected") ? "connected" : "in vain");
            if (random.nextBoolean()) {
                client.session().close();
            } else {
                client.transport().close();
            }
            client.port.close();
        }
        connected.clear();
        stage.events.clear();
    }

    private void one(int room, int number) throws IOException {
        boolean publish = random.nextBoolean();
        String stream = publish ? "p" + random.nextInt(8) : random.nextBoolean() ? "cam" : null;
        var request =
                new SessionRequest("room" + room, stream, mutations.next(publish), 0, "test", random.nextInt(4) > 0);
        Session session = taken(publish ? stage.door.publish(request) : stage.door.watch(request));
        if (session == null) {
            return;
        }
        assertTrue(session.answer().startsWith("v=0\r\n"), session.answer());
        taken.add(session);
        if (session.isOffered()) {
            count("offered");
            if (taken(session.answer(mutations.mutated(answer(session.answer())))) != null) {
                count("answered");
            }
        } else {
            count(publish ? "publish" : "watch");
        }
        if (number % 3 == 0) {
            patch(session);
        }
        if (number % 40 < 2 && !session.isOffered()) {
            comes(session);
        }
    }

    private void patch(Session session) {
        String fragment = "a=ice-ufrag:abcd\r\na=ice-pwd:" + "x".repeat(24)
                + "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                + "a=candidate:1 1 udp 2113937151 3f9d22ab-07c1.local 50000 typ host\r\n"
                + "a=candidate:2 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active\r\na=end-of-candidates\r\n";
        try {
            IceFragment read = IceFragment.read(mutations.mutated(fragment));
            if (taken(session.patch(read, random.nextBoolean() ? "*" : session.etag())) != null) {
                count("patched");
            }
        } catch (RefusedOfferException e) {
            count("no fragment");
        }
    }

    /** Connects, whatever was offered, and sends some of what that may have been. */
    private void comes(Session session) throws IOException {
        SfuClient client = new SfuClient(stage);
        client.reads = false;
        client.begin(session);
        connected.add(client);
        stage.run(300 * MS);
        if (!client.events.contains("connected")) {
            return;
        }
        for (int i = 0; i < 20; i++) {
            byte[] packet = new byte[12 + random.nextInt(200)];
            random.nextBytes(packet);
            int type = random.nextInt(128);
            RtpPacket.writeHeader(packet, 0, random.nextBoolean(), type, i, 3_000L * i, 1 + random.nextInt(4));
            client.transport().sendRtp(packet, 0, packet.length);
        }
        stage.run(20 * MS);
    }

    /** What a browser makes of our offer. */
    private static String answer(String offer) {
        return offer.replaceAll("a=ice-lite\r\n", "")
                .replaceAll("a=(ssrc|ssrc-group|msid|candidate|end-of-candidates)[^\r]*\r\n", "")
                .replaceAll("a=fingerprint:.*\r\n", "a=fingerprint:sha-256 " + "00:".repeat(31) + "00\r\n")
                .replace("a=setup:actpass", "a=setup:active")
                .replace("a=sendonly", "a=recvonly");
    }

    /** What was taken, null for what was refused as it should be. */
    private <T> @Nullable T taken(CompletionStage<T> answer) {
        try {
            return stage.soon(answer);
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RefusedSessionException refused)) {
                throw e;
            }
            count(String.valueOf(refused.httpStatus()));
            assertTrue(List.of(400, 404, 406, 409, 422).contains(refused.httpStatus()), refused::line);
            assertFalse(refused.line().isEmpty() || refused.line().matches("(?s).*[\r\n].*"), refused::line);
            assertTrue(refused.line().length() <= 400, refused::line);
            return null;
        }
    }

    private void count(String end) {
        ends.merge(end, 1, Integer::sum);
    }
}
