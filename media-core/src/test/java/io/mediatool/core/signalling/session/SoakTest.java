package io.mediatool.core.signalling.session;

import static io.mediatool.core.signalling.session.SfuStage.MS;
import static io.mediatool.core.signalling.session.SfuStage.S;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.ice.IceCandidate;
import io.mediatool.core.ice.IceCredentials;
import io.mediatool.core.loop.FakeNetwork.Link;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.signalling.session.SfuClient.Sends;
import io.mediatool.core.signalling.webrtc.IceFragment;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten thousand sessions come and go in every way that there is, and the server is as it was before. */
final class SoakTest {
    private static final int PER_ROUND = 20;
    private static final int WARM_UP = 60;
    /** Until the last one is given up: half a minute for consent, then half a minute for a publisher to come back. */
    private static final long ALL_GONE_NS = 75 * S;

    private static final Link NEAR = Link.PERFECT.withDelay(10 * MS, 5 * MS).withLoss(0.01);
    private static final String TOLD = "a=candidate:1 1 udp 2113937151 3f9d22ab-07c1.local 50000 typ host\r\n"
            + "a=candidate:2 1 udp 2113937150 2001:db8::7 50001 typ host\r\n"
            + "a=candidate:3 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active\r\n"
            + "a=candidate:4 1 udp 1677729535 198.51.100.7 50002 typ srflx raddr 0.0.0.0 rport 0\r\n";

    /** How a session ends; half of them without DELETE. */
    private enum End {
        DELETED,
        DELETED_AFTER_RESTART,
        DELETED_BEFORE_IT_CAME,
        DELETED_WITH_ITS_LAYER_CHOSEN,
        /** DTLS says so. */
        GOODBYE,
        /** Consent expires. */
        VANISHED,
        VANISHED_IN_A_RESTART,
        /** It has an answer and is not heard of. */
        NEVER_CAME,
        /** Checks from several ports, and no handshake. */
        ONLY_CHECKS
    }

    private final List<SfuClient> present = new ArrayList<>();
    private int sessions;

    @ParameterizedTest
    @CsvSource({"1, 10000", "3, 2500"})
    void nothingIsLeft(int loops, int count) throws IOException {
        SfuStage stage = new SfuStage(41, NEAR, SessionLimits.DEFAULT, loops);
        for (int round = 0; round < WARM_UP; round++) {
            round(stage, round);
        }
        quiet(stage);
        LiveObjects before = LiveObjects.count();
        sessions = 0;
        for (int round = 0; round < count / PER_ROUND; round++) {
            round(stage, WARM_UP + round);
        }
        quiet(stage);
        LiveObjects after = LiveObjects.count();
        assertEquals(count, sessions);
        // What each session leaves, or one kind of end in ten, or the one waiter of a round, would be found.
        assertEquals(List.of(), after.grown(before, sessions / 25), "objects more than before " + sessions);
        // Batches between loops stay as large as they once had to be.
        long most = 64L * sessions + (loops - 1L << 20);
        long grown = after.bytes() - before.bytes();
        assertTrue(grown < most, grown + " bytes more than before " + sessions + " sessions");
    }

    /** A room with its publisher, who may be taken over, viewers, and one who waits in vain. */
    private void round(SfuStage stage, int round) throws IOException {
        String room = "room" + round;
        SfuClient publisher = client(stage, round);
        Sends sends = round % 5 == 0 ? Sends.SIMULCAST : Sends.USUAL;
        publisher.begin(open(stage, stage.door.publish(request(room, "cam", publisher.publishOffer(sends)))));
        for (int i = 0; i < 100 && !stage.events.toString().contains("STREAM_PUBLISHED"); i++) {
            stage.run(50 * MS);
        }
        publisher.send();
        for (int i = 1; i < PER_ROUND - 1; i++) {
            comes(stage, room, round + i);
        }
        if (round % 4 == 0) {
            SfuClient second = client(stage, round);
            second.begin(open(stage, stage.door.publish(request(room, "cam", second.publishOffer(Sends.USUAL)))));
            present.add(second);
        } else {
            comes(stage, room, round);
        }
        SfuClient waits = client(stage, round);
        stage.door.watch(
                new SessionRequest(room, "never", waits.watchOffer(true) + TOLD, (1 + round % 20) * S, "test"));
        waits.port.close();
        stage.run(120 * MS);
        present.add(publisher);
        for (int i = 0; i < present.size(); i++) {
            goes(stage, present.get(i), End.values()[(round + i) % End.values().length]);
        }
        stage.run(50 * MS);
        present.clear();
        stage.events.clear();
    }

    private static SfuClient client(SfuStage stage, int number) throws IOException {
        return new SfuClient(stage, number % 3 == 0 ? SfuStage.IPV6 : SfuStage.IPV4);
    }

    private static SessionRequest request(String room, String stream, String offer) {
        return new SessionRequest(room, stream, offer + TOLD, 0, "test");
    }

    private Session open(SfuStage stage, CompletionStage<Session> answer) {
        sessions++;
        return stage.soon(answer);
    }

    /** A viewer; one in ten takes nothing of what is sent, is made an offer, and does not answer it. */
    private void comes(SfuStage stage, String room, int number) throws IOException {
        SfuClient viewer = client(stage, number);
        String offer = viewer.watchOffer(number % 2 == 0) + TOLD;
        if (number % 10 == 0) {
            String other = offer.replace("VP8/90000", "AV1/90000");
            viewer.forget(open(stage, stage.door.watch(new SessionRequest(room, null, other, 0, "test", true))));
            viewer.port.close();
            return;
        }
        Session session = open(stage, stage.door.watch(request(room, "cam", viewer.watchOffer(number % 2 == 0))));
        End end = End.values()[number % End.values().length];
        if (end == End.ONLY_CHECKS) {
            check(stage, session);
        } else if (end == End.NEVER_CAME || end == End.DELETED_BEFORE_IT_CAME) {
            viewer.forget(session);
        } else {
            viewer.begin(session);
            present.add(viewer);
            return;
        }
        if (end == End.DELETED_BEFORE_IT_CAME) {
            session.close();
        }
        viewer.port.close();
    }

    /** Peer-reflexive candidates: more of them than are kept. */
    private static void check(SfuStage stage, Session session) throws IOException {
        IceCredentials server = session.local().ice();
        byte[] request = StunWriter.binding(StunClass.REQUEST, TransactionId.random(stage.random))
                .username(server.ufrag() + ":me")
                .priority(1_000)
                .iceControlling(7)
                .useCandidate()
                .sign(StunKey.shortTerm(server.password()));
        for (InetAddress from : List.of(SfuStage.IPV4, SfuStage.IPV6)) {
            var to = new InetSocketAddress(from, stage.endpoint.localAddress().getPort());
            for (int i = 0; i < 5; i++) {
                UdpSocket socket =
                        stage.loop.bind(UdpBinding.ephemeral(from), (data, offset, length, remote, nowNs) -> {});
                socket.send(request, 0, request.length, to);
                socket.close();
            }
        }
    }

    private static void goes(SfuStage stage, SfuClient client, End end) {
        boolean connected = client.events.contains("connected");
        client.stop();
        switch (end) {
            case DELETED, DELETED_BEFORE_IT_CAME -> client.session().close();
            case DELETED_WITH_ITS_LAYER_CHOSEN -> {
                if (client.session().kind() == Session.Kind.WATCH) {
                    stage.soon(client.session().report());
                    client.session().selectLayer(new LayerChoice(null, "q", -1, -1));
                }
                client.session().close();
            }
            case DELETED_AFTER_RESTART -> {
                restart(stage, client, connected);
                client.session().close();
            }
            case VANISHED_IN_A_RESTART -> {
                restart(stage, client, connected);
                stage.network.silence(client.port.localAddress());
            }
            case GOODBYE -> client.transport().close();
            case VANISHED, NEVER_CAME, ONLY_CHECKS -> stage.network.silence(client.port.localAddress());
        }
        client.port.close();
    }

    private static void restart(SfuStage stage, SfuClient client, boolean connected) {
        IceCredentials again = IceCredentials.random(stage.random);
        var told = new IceCandidate("1", 1, "udp", 1, "3f9d22ab-07c1.local", 9, "host", "");
        CompletionStage<Session.Patched> answer =
                client.session().patch(new IceFragment("0", again.ufrag(), again, List.of(told), false), "*");
        stage.run(0);
        if (connected && !answer.toCompletableFuture().isCompletedExceptionally()) {
            client.restart(again, SfuStage.get(answer).fragment());
            stage.run(30 * MS);
        }
    }

    /** Everything that has a deadline has met it. */
    private static void quiet(SfuStage stage) {
        stage.run(ALL_GONE_NS);
        assertEquals(List.of(), stage.bugs);
        assertEquals(List.of(), stage.door.sessions());
        stage.servers.forEach(server -> server.loop().execute(() -> assertEquals(List.of(), server.rooms())));
        var port = stage.soon(stage.endpoint.counters()).port();
        assertEquals(0, port.peers() + port.addresses());
        stage.events.clear();
        assertTrue(stage.loop.runUntilIdle(stage.loop.nowNs() + 120 * S), "no timer is left");
    }
}
