package io.mediatool.core.ice;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunError;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A peer that knows the password and sends whatever it likes: signed nonsense in any order. */
final class IceHostileTest implements IceAgent.Listener {
    private static final long S = 1_000_000_000L;
    private static final IceCredentials OURS = new IceCredentials("ours", "ourpasswordourpassword1");
    private static final IceCredentials THEIRS = new IceCredentials("theirs", "theirpasswordtheirpassw");

    private int known;
    private byte[] lastSent = new byte[0];

    @Override
    public void send(byte[] message, RemotePath remote) {
        lastSent = message;
    }

    @Override
    public RemotePath pathTo(InetSocketAddress address) {
        return new FakePath(address);
    }

    @Override
    public void onCandidate(IceRemoteCandidate candidate, long nowNs) {
        known++;
    }

    @Override
    public void onCandidateGone(IceRemoteCandidate candidate, long nowNs) {
        known--;
    }

    @Override
    public void onSelected(IceRemoteCandidate candidate, long nowNs) {}

    @Override
    public void onDisconnected(String reason, long nowNs) {}

    private byte[] nonsense(Random random) {
        StunClass one = StunClass.values()[random.nextInt(4)];
        TransactionId id = TransactionId.random(random);
        if (random.nextInt(3) == 0 && lastSent.length >= 20) { // an answer to what was asked
            try {
                id = StunMessage.parse(lastSent, 0, lastSent.length).transactionId();
            } catch (MalformedException e) {
                throw new AssertionError("what an agent sends is well-formed", e);
            }
        }
        StunWriter writer = StunWriter.binding(one, id);
        for (int i = random.nextInt(8); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> writer.username(random.nextBoolean() ? "ours:theirs" : ":");
                case 1 -> writer.priority(random.nextInt());
                case 2 -> writer.useCandidate();
                case 3 -> writer.iceControlling(random.nextLong());
                case 4 -> writer.iceControlled(random.nextLong());
                case 5 -> writer.error(random.nextBoolean() ? StunError.ROLE_CONFLICT : new StunError(500, "x"));
                case 6 -> writer.mappedAddress(new InetSocketAddress("192.0.2.1", 1));
                default -> writer.username("ours:x");
            }
        }
        return switch (random.nextInt(4)) {
            case 0 -> writer.finish();
            case 1 -> writer.sign(StunKey.shortTerm(THEIRS.password()));
            default -> writer.sign(StunKey.shortTerm(OURS.password()));
        };
    }

    @Test
    void signedNonsenseMovesNoBounds() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            known = 0;
            IceAgent lite = new IceLiteAgent(OURS, this, 0);
            var full = new IceControllingAgent(OURS, THEIRS, seed % 2 == 0, new Random(seed), this, 0);
            full.addCandidate(IceCandidate.host("udp", new InetSocketAddress("192.0.2.1", 7), 1), 0);
            long nowNs = 0;
            for (int round = 0; round < 3_000; round++) {
                nowNs += random.nextInt(20) == 0 ? random.nextLong(10 * S) : 1_000_000;
                byte[] data = nonsense(random);
                RemotePath from = pathTo(new InetSocketAddress("192.0.2.1", 1 + random.nextInt(40)));
                RemotePath gone = pathTo(new InetSocketAddress("192.0.2.1", 1 + random.nextInt(40)));
                for (IceAgent agent : new IceAgent[] {lite, full}) {
                    agent.onStun(StunMessage.parse(data, 0, data.length), from, nowNs);
                    if (random.nextInt(50) == 0) {
                        agent.onPathClosed(gone, nowNs);
                    }
                    int turns = 0;
                    while (agent.nextDeadlineNs() <= nowNs) {
                        agent.onDeadline(nowNs);
                        assertTrue(++turns < 100, "seed " + seed + ": a deadline that does not move");
                    }
                    assertTrue(agent.report().candidates().size() <= IceAgent.MAX_CANDIDATES, "seed " + seed);
                }
                assertTrue(known <= 2 * IceAgent.MAX_CANDIDATES, "seed " + seed + " knows " + known);
                if (round % 500 == 499 && lite instanceof IceLiteAgent agent) {
                    agent.restart(OURS, nowNs);
                    full.restart(OURS, THEIRS, nowNs);
                }
            }
        }
    }
}
