package io.mediatool.core.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunError;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows of (time, check) against what the agent says. */
final class IceLiteAgentTest implements IceAgent.Listener {
    private static final long S = 1_000_000_000L;
    private static final IceCredentials LOCAL = new IceCredentials("serverufrag", "serverpasswordserverpw");
    private static final IceCredentials RESTARTED = new IceCredentials("restarted", "anotherpasswordanother");
    private static final InetSocketAddress A = new InetSocketAddress("198.51.100.1", 1000);
    private static final InetSocketAddress B = new InetSocketAddress("198.51.100.2", 2000);
    private static final InetSocketAddress C = new InetSocketAddress("198.51.100.2", 3000);

    private final List<String> events = new ArrayList<>();
    private byte @Nullable [] sent;
    private @Nullable RemotePath sentTo;
    private int transactions;
    private final IceLiteAgent agent = new IceLiteAgent(LOCAL, this, 0);

    @Override
    public void send(byte[] message, RemotePath remote) {
        sent = message;
        sentTo = remote;
    }

    @Override
    public RemotePath pathTo(InetSocketAddress address) {
        return new FakePath(address);
    }

    @Override
    public void onCandidate(IceRemoteCandidate candidate, long nowNs) {
        events.add("known " + candidate.address().getPort());
    }

    @Override
    public void onCandidateGone(IceRemoteCandidate candidate, long nowNs) {
        events.add("gone " + candidate.address().getPort());
    }

    @Override
    public void onSelected(IceRemoteCandidate candidate, long nowNs) {
        events.add("selected " + candidate.address().getPort());
    }

    @Override
    public void onRetired(IceCredentials old, long nowNs) {
        events.add("retired " + old.ufrag());
    }

    @Override
    public void onDisconnected(String reason, long nowNs) {
        events.add("disconnected");
    }

    private static StunWriter signable(IceCredentials to, TransactionId id, UnaryOperator<StunWriter> with) {
        return with.apply(StunWriter.binding(StunClass.REQUEST, id).username(to.ufrag() + ":client"));
    }

    /** Sends a check and reads the answer, null for none. */
    private @Nullable StunMessage check(
            InetSocketAddress from, long nowNs, IceCredentials to, UnaryOperator<StunWriter> with) throws Exception {
        byte[] check = signable(to, new TransactionId(7, ++transactions), with).sign(StunKey.shortTerm(to.password()));
        return deliver(check, from, nowNs);
    }

    private @Nullable StunMessage deliver(byte[] check, InetSocketAddress from, long nowNs) throws Exception {
        sent = null;
        agent.onStun(StunMessage.parse(check, 0, check.length), pathTo(from), nowNs);
        byte[] answer = sent;
        if (answer == null) {
            return null;
        }
        assertEquals(pathTo(from), sentTo);
        return StunMessage.parse(answer, 0, answer.length);
    }

    private void use(InetSocketAddress from, long priority, long nowNs) throws Exception {
        assertNotNull(check(
                from, nowNs, LOCAL, w -> w.priority(priority).iceControlling(1).useCandidate()));
    }

    private void ask(InetSocketAddress from, long priority, long nowNs) throws Exception {
        assertNotNull(check(from, nowNs, LOCAL, w -> w.priority(priority).iceControlling(1)));
    }

    private String events() {
        String all = String.join(", ", events);
        events.clear();
        return all;
    }

    @Test
    void aPeerThatToldNoCandidatesIsPeerReflexive() throws Exception {
        StunMessage answer =
                check(A, S, LOCAL, w -> w.priority(100).iceControlling(1).useCandidate());
        assertNotNull(answer);
        assertEquals(StunClass.SUCCESS, answer.messageClass());
        assertEquals(A, answer.mappedAddress());
        assertTrue(answer.isSignedWith(StunKey.shortTerm(LOCAL.password())) && answer.hasFingerprint());
        assertEquals("known 1000, selected 1000", events());
        assertEquals(100, agent.selected().priority());
    }

    @Test
    void aCheckWithoutRoleAndPriorityIsTaken() throws Exception {
        // FFmpeg 8.0's first WHIP muxer sent no more than this.
        StunMessage answer = check(A, S, LOCAL, StunWriter::useCandidate);
        assertNotNull(answer);
        assertEquals(StunClass.SUCCESS, answer.messageClass());
        assertEquals("known 1000, selected 1000", events());
    }

    @Test
    void aPeerThatTakesItselfForControlledIsToldOtherwise() throws Exception {
        StunMessage answer = check(A, S, LOCAL, w -> w.priority(100).iceControlled(-1));
        assertNotNull(answer);
        assertEquals(StunError.ROLE_CONFLICT, answer.error());
        assertTrue(answer.isSignedWith(StunKey.shortTerm(LOCAL.password())));
        assertEquals("", events());
        assertEquals(1, agent.report().roleConflicts());
    }

    @Test
    void strangersGetNoMoreThanTheySent() throws Exception {
        StunKey wrong = StunKey.shortTerm("wrongpasswordwrongpassword");
        for (int filler = 0; filler < 40; filler++) {
            String name = "x".repeat(filler);
            byte[][] requests = {
                StunWriter.binding(StunClass.REQUEST, new TransactionId(1, filler))
                        .software(name)
                        .finish(),
                StunWriter.binding(StunClass.REQUEST, new TransactionId(2, filler))
                        .username(name)
                        .finish(),
                StunWriter.binding(StunClass.REQUEST, new TransactionId(3, filler))
                        .username(name)
                        .sign(wrong),
                signable(LOCAL, new TransactionId(4, filler), w -> w.software(name))
                        .sign(wrong),
            };
            for (byte[] request : requests) {
                StunMessage answer = deliver(request, A, S);
                if (answer != null) {
                    assertTrue(answer.length() <= request.length, answer.length() + " for " + request.length);
                    assertEquals(StunClass.ERROR, answer.messageClass());
                }
            }
        }
        assertEquals(80, agent.report().unsigned());
        assertEquals(80, agent.report().wrongPassword());
        assertEquals("", events());
        assertNull(agent.selected());
    }

    @Test
    void indicationsAndAnswersChangeNothing() throws Exception {
        for (StunClass one : List.of(StunClass.INDICATION, StunClass.SUCCESS, StunClass.ERROR)) {
            byte[] message = StunWriter.binding(one, new TransactionId(1, 1)).finish();
            assertNull(deliver(message, A, S));
        }
        assertEquals(0, agent.report().checks());
    }

    @Test
    void regularNominationMovesTraffic() throws Exception {
        ask(A, 100, S);
        ask(B, 50, S);
        assertEquals("known 1000, selected 1000, known 2000", events());
        use(B, 50, 2 * S);
        assertEquals("selected 2000", events());
        ask(A, 100, 3 * S);
        assertEquals("", events());
    }

    @Test
    void aggressiveNominationTakesTheBestAndStays() throws Exception {
        for (int i = 0; i < 10; i++) {
            use(A, 50, S + 2 * i);
            use(B, 100, S + 2 * i + 1);
        }
        assertEquals("known 1000, selected 1000, known 2000, selected 2000", events());
    }

    @Test
    void aPeerThatMovedIsFollowed() throws Exception {
        use(A, 100, S);
        use(B, 50, 10 * S); // late check of an aggressive peer?
        assertEquals("known 1000, selected 1000, known 2000", events());
        ask(A, 100, 11 * S); // what Chrome does on the path it left
        use(B, 50, 12 * S);
        assertEquals("selected 2000", events());
    }

    @Test
    void anotherMappingOfTheSameBaseIsFollowedAtOnce() throws Exception {
        use(A, 100, S);
        use(B, 100, 10 * S);
        assertEquals("known 1000, selected 1000, known 2000, selected 2000", events());
    }

    @Test
    void withoutChecksConsentEndsAfterThirtySeconds() throws Exception {
        use(A, 100, S);
        for (long t = 5 * S; t <= 50 * S; t += 5 * S) {
            agent.onDeadline(t);
            ask(A, 100, t);
        }
        assertEquals(80 * S, agent.nextDeadlineNs());
        agent.onDeadline(80 * S - 1);
        assertEquals("known 1000, selected 1000", events());
        agent.onDeadline(80 * S);
        assertEquals("gone 1000, disconnected", events());
        assertNull(agent.selected());
        assertEquals(Long.MAX_VALUE, agent.nextDeadlineNs());
        assertNull(check(A, 81 * S, LOCAL, w -> w), "only a restart brings consent back");
    }

    @Test
    void aPeerThatIsHeardNeedsNoMoreChecks() throws Exception {
        use(A, 100, S);
        ask(B, 50, 2 * S);
        for (long t = 5 * S; t <= 50 * S; t += 5 * S) {
            agent.onDeadline(t);
            agent.selected().onHeard(t);
        }
        assertEquals("known 1000, selected 1000, known 2000, gone 2000", events());
        assertEquals(80 * S, agent.nextDeadlineNs());
        agent.onDeadline(80 * S);
        assertEquals("gone 1000, disconnected", events());
    }

    @Test
    void aSilentAddressGivesWayToAnother() throws Exception {
        use(A, 100, S);
        ask(B, 50, 20 * S);
        agent.onDeadline(31 * S);
        assertEquals("known 1000, selected 1000, known 2000, gone 1000, selected 2000", events());
    }

    @Test
    void aPeerThatNeverComesIsGivenUp() {
        assertEquals(30 * S, agent.nextDeadlineNs());
        agent.onDeadline(30 * S);
        assertEquals("disconnected", events());
    }

    private void comeAgain(InetSocketAddress from, long nowNs, UnaryOperator<StunWriter> with) throws Exception {
        StunMessage answer =
                check(from, nowNs, RESTARTED, w -> with.apply(w.priority(1).iceControlling(1)));
        assertNotNull(answer);
        assertEquals(StunClass.SUCCESS, answer.messageClass());
    }

    @Test
    void restartKeepsTheOldUntilTheNewIsNominated() throws Exception {
        use(A, 100, S);
        agent.restart(RESTARTED, 2 * S);
        assertEquals("restarted", agent.local().ufrag());
        ask(A, 100, 3 * S); // still with the old password
        comeAgain(B, 4 * S, w -> w);
        assertEquals("known 1000, selected 1000, known 2000", events());
        ask(A, 100, 5 * S);
        comeAgain(B, 6 * S, StunWriter::useCandidate);
        assertEquals("retired serverufrag, selected 2000", events());
        StunMessage answer = check(A, 7 * S, LOCAL, w -> w.priority(100));
        assertNotNull(answer);
        assertEquals(StunError.UNAUTHENTICATED, answer.error());
        comeAgain(B, 34 * S, w -> w);
        agent.onDeadline(35 * S - 1);
        assertEquals("", events(), "what the peer still sends on its old path is taken");
        agent.onDeadline(35 * S);
        assertEquals("gone 1000", events());
    }

    @Test
    void restartFollowsAtOnceAPeerWhoseOldPathIsDead() throws Exception {
        use(A, 100, S);
        agent.restart(RESTARTED, 2 * S);
        comeAgain(B, 3 * S, w -> w);
        assertEquals("known 1000, selected 1000, known 2000, selected 2000", events());
    }

    /** It checks and nominates its new ports with what it knows, and only then gets our answer. */
    @Test
    void restartLikeChromium() throws Exception {
        use(A, 100, S);
        agent.restart(RESTARTED, 2 * S);
        use(C, 100, 2 * S + 1);
        assertEquals("known 1000, selected 1000, known 3000, selected 3000", events());
        comeAgain(B, 2 * S + 3, w -> w);
        comeAgain(B, 5 * S, w -> w);
        use(C, 100, 5 * S);
        assertEquals("known 2000", events());
        comeAgain(B, 31 * S, w -> w);
        use(C, 100, 31 * S);
        agent.onDeadline(32 * S - 1);
        assertEquals("", events().replace("gone 1000", ""));
        agent.onDeadline(32 * S);
        assertEquals("retired serverufrag", events());
        assertEquals(C, agent.selected().address(), "the peer is still there");
        comeAgain(B, 36 * S, StunWriter::useCandidate);
        assertEquals("selected 2000", events());
    }

    @Test
    void restartOnTheSamePath() throws Exception {
        use(A, 100, S);
        agent.restart(RESTARTED, 2 * S);
        assertNotNull(
                check(A, 4 * S, RESTARTED, w -> w.priority(1).iceControlling(1).useCandidate()));
        assertEquals("known 1000, selected 1000, retired serverufrag", events());
    }

    /** Who floods, or has somebody else's address flooded, gets little; who is the peer is answered all the same. */
    @Test
    void aFloodIsNotSentBack() throws Exception {
        byte[] forged = signable(
                        LOCAL, new TransactionId(7, 7), w -> w.priority(1).iceControlling(1))
                .sign(StunKey.shortTerm(RESTARTED.password()));
        byte[] unsigned = signable(
                        LOCAL, new TransactionId(7, 8), w -> w.priority(1).iceControlling(1))
                .finish();
        for (int second = 0; second < 5; second++) {
            int answers = 0;
            for (int i = 0; i < 1_000; i++) {
                answers += deliver(i % 2 == 0 ? forged : unsigned, B, second * 10 * S) == null ? 0 : 1;
                ask(A, 1, second * 10 * S);
            }
            assertEquals(20, answers);
        }
        assertEquals(4_900, agent.report().unanswered());
        for (int i = 0; i < 100; i++) {
            assertNotNull(deliver(forged, B, 60 * S + i * S / 20), "one that is mistaken is told so each time");
        }
    }

    @Test
    void candidatesAreBounded() throws Exception {
        use(A, 100, S);
        for (int i = 0; i < 100; i++) {
            ask(new InetSocketAddress("203.0.113.1", 3000 + i), 50, 2 * S + i);
        }
        assertEquals(IceAgent.MAX_CANDIDATES, agent.report().candidates().size());
        assertEquals(A, agent.selected().address());
        assertTrue(events().startsWith("known 1000, selected 1000, known 3000"));
    }

    @Test
    void aClosedConnectionGivesWayToAnotherOne() throws Exception {
        use(A, 100, S);
        ask(B, 50, S);
        events();
        agent.onPathClosed(pathTo(A), 2 * S);
        assertEquals("gone 1000, selected 2000", events());
        agent.onPathClosed(pathTo(B), 3 * S);
        assertEquals("gone 2000", events());
        assertNull(agent.selected());
        assertEquals(3 * S + IceAgent.CONSENT_NS, agent.nextDeadlineNs(), "it may come again");
        use(A, 100, 4 * S);
        assertEquals("known 1000, selected 1000", events());
    }
}
