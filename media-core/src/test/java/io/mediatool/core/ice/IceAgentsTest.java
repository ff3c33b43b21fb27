package io.mediatool.core.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.FakeNetwork;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.stun.StunMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Agents that meet over a lossy network in virtual time. */
final class IceAgentsTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final FakeNetwork.Link LOSSY = FakeNetwork.Link.PERFECT
            .withDelay(30 * MS, 20 * MS)
            .withLoss(0.3)
            .withDuplicates(0.05)
            .withReordering(0.1, 40 * MS);

    /** One agent on one socket. */
    private static final class Host implements IceAgent.Listener {
        final VirtualEventLoop loop;
        final UdpSocket socket;
        final List<String> events = new ArrayList<>();

        @Nullable IceAgent agent;

        Host(VirtualEventLoop loop) throws IOException {
            this.loop = loop;
            this.socket = loop.bind(
                    UdpBinding.ephemeral(InetAddress.getLoopbackAddress()), (data, offset, length, remote, nowNs) -> {
                        try {
                            agent().onStun(StunMessage.parse(data, offset, length), pathTo(remote), nowNs);
                        } catch (MalformedException e) {
                            throw new AssertionError(e);
                        }
                        arm();
                    });
        }

        IceAgent agent() {
            assertNotNull(agent);
            return agent;
        }

        void arm() {
            long deadlineNs = agent().nextDeadlineNs();
            if (deadlineNs != Long.MAX_VALUE) {
                loop.schedule(deadlineNs, nowNs -> {
                    if (nowNs >= agent().nextDeadlineNs()) {
                        agent().onDeadline(nowNs);
                        assertTrue(agent().nextDeadlineNs() > nowNs, "a deadline that does not move");
                        arm();
                    }
                });
            }
        }

        InetSocketAddress address() {
            return socket.localAddress();
        }

        IceCandidate candidate(int preference) {
            return IceCandidate.host("udp", address(), preference);
        }

        @Override
        public void send(byte[] message, RemotePath remote) {
            remote.send(message, 0, message.length);
        }

        @Override
        public RemotePath pathTo(InetSocketAddress address) {
            return new RemotePath.Udp(socket, address);
        }

        @Override
        public void onCandidate(IceRemoteCandidate candidate, long nowNs) {}

        @Override
        public void onCandidateGone(IceRemoteCandidate candidate, long nowNs) {}

        @Override
        public void onSelected(IceRemoteCandidate candidate, long nowNs) {
            events.add("selected " + candidate.address().getPort());
        }

        @Override
        public void onRetired(IceCredentials old, long nowNs) {
            events.add("retired");
        }

        @Override
        public void onDisconnected(String reason, long nowNs) {
            events.add("disconnected");
        }
    }

    private final Random random = new Random(8445);
    private final IceCredentials clientCredentials = IceCredentials.random(random);
    private final IceCredentials serverCredentials = IceCredentials.random(random);

    private static VirtualEventLoop loop(long seed, FakeNetwork.Link link) {
        return new VirtualEventLoop(new FakeNetwork(seed, link), bug -> {
            throw new AssertionError("seed " + seed, bug);
        });
    }

    private IceControllingAgent client(Host host, boolean aggressive) {
        var agent = new IceControllingAgent(
                clientCredentials, serverCredentials, aggressive, new Random(1), host, host.loop.nowNs());
        host.agent = agent;
        return agent;
    }

    private IceLiteAgent server(Host host) {
        var agent = new IceLiteAgent(serverCredentials, host, host.loop.nowNs());
        host.agent = agent;
        host.arm();
        return agent;
    }

    @Test
    void connectOverALossyNetworkAndStayConnected() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            VirtualEventLoop loop = loop(seed, LOSSY);
            Host client = new Host(loop);
            Host server = new Host(loop);
            server(server);
            IceControllingAgent agent = client(client, seed % 2 == 0);
            agent.addCandidate(server.candidate(1), 0);
            client.arm();
            loop.advanceTo(300 * S);
            assertEquals(List.of("selected " + server.address().getPort()), client.events, "seed " + seed);
            assertEquals(List.of("selected " + client.address().getPort()), server.events, "seed " + seed);
            assertTrue(server.agent().selected().isNominated());
            assertEquals(0, server.agent().report().wrongPassword());
            loop.close();
        }
    }

    @Test
    void theBestCandidateThatAnswersIsTaken() throws Exception {
        VirtualEventLoop loop = loop(1, FakeNetwork.Link.PERFECT.withDelay(20 * MS, 0));
        Host client = new Host(loop);
        Host server = new Host(loop);
        server(server);
        IceControllingAgent agent = client(client, false);
        agent.addCandidate(IceCandidate.host("udp", new InetSocketAddress("192.0.2.1", 9), 65_535), 0); // nobody
        agent.addCandidate(server.candidate(100), 0);
        agent.addCandidate(IceCandidate.parse("candidate:1 1 udp 99 secret.local 5000 typ host"), 0);
        agent.addCandidate(IceCandidate.host("tcp", server.address(), 3), 0);
        client.arm();
        loop.advanceTo(S);
        assertEquals(List.of("selected " + server.address().getPort()), client.events);
        assertEquals(2, agent.report().candidates().size());
    }

    @Test
    void theEndOfThePathEndsConsentOnBothSides() throws Exception {
        VirtualEventLoop loop = loop(2, FakeNetwork.Link.PERFECT);
        Host client = new Host(loop);
        Host server = new Host(loop);
        server(server);
        client(client, false).addCandidate(server.candidate(1), 0);
        client.arm();
        loop.advanceTo(60 * S);
        client.socket.close();
        loop.advanceTo(83 * S);
        assertNotNull(server.agent().selected());
        loop.advanceTo(91 * S);
        assertNull(server.agent().selected());
        assertNull(client.agent().selected());
        assertEquals("disconnected", server.events.get(1));
        assertEquals("disconnected", client.events.get(1));
    }

    @Test
    void restartOnTheWay() throws Exception {
        VirtualEventLoop loop = loop(3, LOSSY.withLoss(0.1));
        Host client = new Host(loop);
        Host server = new Host(loop);
        IceLiteAgent lite = server(server);
        IceControllingAgent agent = client(client, false);
        agent.addCandidate(server.candidate(1), 0);
        client.arm();
        loop.advanceTo(10 * S);
        IceCredentials newServer = IceCredentials.random(random);
        lite.restart(newServer, loop.nowNs());
        loop.advanceTo(20 * S);
        assertEquals(List.of("selected " + client.address().getPort()), server.events, "as before until it comes");
        agent.restart(IceCredentials.random(random), newServer, loop.nowNs());
        client.arm();
        loop.advanceTo(100 * S);
        assertEquals(List.of("selected " + client.address().getPort(), "retired"), server.events);
        assertEquals(List.of("selected " + server.address().getPort(), "retired"), client.events);
        assertTrue(agent.selected().isNominated());
    }

    @Test
    void twoControllingAgentsSettleTheirRoles() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            VirtualEventLoop loop = loop(seed, LOSSY.withLoss(0.1));
            Host one = new Host(loop);
            Host other = new Host(loop);
            IceControllingAgent first = client(one, false);
            var second = new IceControllingAgent(
                    serverCredentials, clientCredentials, false, new Random(1_000 + seed), other, loop.nowNs());
            other.agent = second;
            first.addCandidate(other.candidate(1), 0);
            second.addCandidate(one.candidate(1), 0);
            one.arm();
            other.arm();
            loop.advanceTo(20 * S);
            assertEquals(List.of("selected " + other.address().getPort()), one.events, "seed " + seed);
            assertEquals(List.of("selected " + one.address().getPort()), other.events, "seed " + seed);
            assertTrue(first.report().roleConflicts() + second.report().roleConflicts() > 0);
        }
    }
}
