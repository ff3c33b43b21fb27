package io.mediatool.core.ice;

import io.mediatool.core.ice.BindingResponder.Verdict;
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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A full agent with one local address, controlling unless a role conflict teaches it otherwise (RFC 8445): asks every
 * candidate of the peer, nominates the best that answers, and renews consent (RFC 7675).
 */
public final class IceControllingAgent implements IceAgent {
    /** Between two checks (RFC 8445 §14.2, Ta). */
    private static final long PACING_NS = 50_000_000L;
    /** How long a better candidate is waited for once one has answered. */
    private static final long PATIENCE_NS = 200_000_000L;
    /** Mean distance of consent checks, ±20 % (RFC 7675 §5.1). */
    private static final long CONSENT_CHECK_NS = 5_000_000_000L;

    /** Of a peer-reflexive candidate over UDP with full local preference: what our checks announce. */
    private static final long PRIORITY = 110L << 24 | 65_535L << 8 | 255;

    private final Listener listener;
    private final RandomGenerator random;
    private final BindingResponder responder;
    private final List<IcePair> pairs = new ArrayList<>(4);
    private final long tieBreaker;
    private final boolean aggressive;
    private IceCredentials remote;
    private StunKey remoteKey;
    private @Nullable IcePair selected;
    private @Nullable IcePair nominating;
    private boolean controlling = true;
    private boolean disconnected;
    private int generation;
    private long nextCheckNs;
    private long firstAnswerNs = Long.MAX_VALUE;
    private boolean patient = true;
    private long consentCheckNs = Long.MAX_VALUE;
    private long waitingSinceNs;
    private long answers;
    private long strayAnswers;

    /**
     * @param remote the peer's credentials
     * @param aggressive nominates with every check, as older clients do (RFC 5245 §8.1.1.2)
     * @param random must be cryptographically strong where strangers listen
     */
    public IceControllingAgent(
            IceCredentials local,
            IceCredentials remote,
            boolean aggressive,
            RandomGenerator random,
            Listener listener,
            long nowNs) {
        this.listener = listener;
        this.random = random;
        this.aggressive = aggressive;
        this.remote = remote;
        this.remoteKey = StunKey.shortTerm(remote.password());
        this.responder = new BindingResponder(local, listener);
        this.tieBreaker = random.nextLong();
        this.nextCheckNs = nowNs;
        this.waitingSinceNs = nowNs;
    }

    @Override
    public IceCredentials local() {
        return responder.local();
    }

    @Override
    public @Nullable IceRemoteCandidate selected() {
        IcePair pair = selected;
        return pair == null ? null : pair.candidate;
    }

    /** Adds a candidate of the peer. Names, TCP and what is beyond {@link #MAX_CANDIDATES} are ignored. */
    public void addCandidate(IceCandidate candidate, long nowNs) {
        InetSocketAddress address = candidate.address();
        if (address == null || !candidate.transport().equals("udp")) {
            return;
        }
        RemotePath path = listener.pathTo(address);
        if (find(path) == null) {
            add(path, candidate.priority(), nowNs);
        }
    }

    /** ICE restart with new credentials on both sides; the peer's candidates must be added anew. */
    public void restart(IceCredentials newLocal, IceCredentials newRemote, long nowNs) {
        retire(nowNs);
        responder.restart(newLocal);
        remote = newRemote;
        remoteKey = StunKey.shortTerm(newRemote.password());
        generation++;
        for (IcePair pair : List.copyOf(pairs)) {
            if (pair != selected) {
                remove(pair, nowNs);
            } else {
                pair.candidate.forgetNomination();
                pair.askAgain();
            }
        }
        nominating = null;
        firstAnswerNs = Long.MAX_VALUE;
        patient = true;
        nextCheckNs = nowNs;
        waitingSinceNs = nowNs;
        disconnected = false;
    }

    @Override
    public void onPathClosed(RemotePath path, long nowNs) {
        IcePair pair = find(path);
        if (pair != null && pair != selected) {
            remove(pair, nowNs);
        }
    }

    @Override
    public void onStun(StunMessage message, RemotePath from, long nowNs) {
        if (message.method() != StunMessage.BINDING || disconnected) {
            return;
        }
        switch (message.messageClass()) {
            case REQUEST -> onRequest(message, from, nowNs);
            case SUCCESS, ERROR -> onAnswer(message, from, nowNs);
            case INDICATION -> {}
        }
    }

    private void onRequest(StunMessage request, RemotePath from, long nowNs) {
        Verdict verdict = responder.judge(request, from, nowNs);
        if (verdict == Verdict.REFUSED || !settleRoles(request, verdict, from)) {
            return;
        }
        responder.accept(request, verdict, from);
        IcePair pair = find(from);
        if (pair == null) {
            pair = add(from, request.priority().orElse(0), nowNs); // peer-reflexive
        }
        if (pair != null && !controlling && request.useCandidate()) {
            pair.candidate.nominate();
            if (pair.isAnswered()) {
                select(pair, nowNs);
            }
        }
    }

    /** RFC 8445 §7.3.1.1. @return false when the request was refused with 487 */
    private boolean settleRoles(StunMessage request, Verdict verdict, RemotePath from) {
        var theirs = controlling ? request.iceControlling() : request.iceControlled();
        if (theirs.isEmpty()) {
            return true;
        }
        boolean larger = Long.compareUnsigned(tieBreaker, theirs.getAsLong()) >= 0;
        if (larger == controlling) {
            responder.refuseRole(request, verdict, from);
            return false;
        }
        responder.roleConflicts++;
        controlling = !controlling;
        nominating = null;
        return true;
    }

    private void onAnswer(StunMessage answer, RemotePath from, long nowNs) {
        IcePair pair = find(from); // symmetric: from where we asked (§7.2.5.2.1)
        if (pair == null || !answer.isSignedWith(remoteKey) || !pair.isAsked(answer.transactionId())) {
            strayAnswers++;
            return;
        }
        answers++;
        boolean nominated = pair.nominatedByQuestion();
        pair.answered();
        StunError error = answer.error();
        if (answer.messageClass() == StunClass.ERROR) {
            if (error != null && error.code() == StunError.ROLE_CONFLICT.code()) {
                responder.roleConflicts++;
                controlling = !pair.askedAsControlling(); // two answers must not turn it twice (§7.2.5.1)
                pair.askAgain();
            } else {
                pair.fail();
            }
            nominating = nominating == pair ? null : nominating;
            return;
        }
        pair.succeed();
        pair.candidate.verify(pair.priority, generation, nowNs);
        firstAnswerNs = Math.min(firstAnswerNs, nowNs);
        if (nominated || !controlling && pair.candidate.isNominated()) {
            pair.candidate.nominate();
            IcePair current = selected;
            boolean better = current == null
                    || current.candidate.generation() < generation
                    || !current.candidate.isNominated()
                    || pair == nominating
                    || pair.priority > current.priority;
            if (pair != current && better) {
                select(pair, nowNs);
            } else if (pair == current) {
                retire(nowNs);
            }
        }
        maybeNominate(nowNs);
    }

    private void select(IcePair pair, long nowNs) {
        if (pair == selected) {
            return;
        }
        selected = pair;
        consentCheckNs = nowNs + jittered();
        retire(nowNs);
        listener.onSelected(pair.candidate, nowNs);
    }

    private void retire(long nowNs) {
        IceCredentials old = responder.retire();
        if (old != null) {
            listener.onRetired(old, nowNs);
        }
    }

    /** Regular nomination (RFC 8445 §8.1.1): the best that answered, when nothing better is still being asked. */
    private void maybeNominate(long nowNs) {
        IcePair current = selected;
        boolean chosen =
                current != null && current.candidate.isNominated() && current.candidate.generation() == generation;
        if (!controlling || aggressive || nominating != null || chosen || firstAnswerNs == Long.MAX_VALUE) {
            return;
        }
        IcePair best = null;
        boolean open = false;
        for (IcePair pair : pairs) {
            if (pair.isAnswered() && (best == null || pair.priority > best.priority)) {
                best = pair;
            }
        }
        for (IcePair pair : pairs) {
            open |= !pair.isSettled() && best != null && pair.priority > best.priority;
        }
        if (best != null && (!open || !patient)) {
            nominating = best;
            ask(best, true, nowNs);
        }
    }

    private @Nullable IcePair add(RemotePath path, long priority, long nowNs) {
        if (pairs.size() == MAX_CANDIDATES) {
            return null;
        }
        IcePair pair = new IcePair(new IceRemoteCandidate(path, generation), priority);
        pairs.add(pair);
        pairs.sort((a, b) -> Long.compare(b.priority, a.priority));
        listener.onCandidate(pair.candidate, nowNs);
        return pair;
    }

    private void remove(IcePair pair, long nowNs) {
        pairs.remove(pair);
        listener.onCandidateGone(pair.candidate, nowNs);
    }

    private @Nullable IcePair find(RemotePath path) {
        for (IcePair pair : pairs) {
            if (pair.candidate.path().equals(path)) {
                return pair;
            }
        }
        return null;
    }

    private void ask(IcePair pair, boolean nominate, long nowNs) {
        TransactionId id = TransactionId.random(random);
        StunWriter check = StunWriter.binding(StunClass.REQUEST, id)
                .username(remote.ufrag() + ":" + local().ufrag())
                .priority(PRIORITY);
        boolean nominates = controlling && (nominate || aggressive);
        if (controlling) {
            check.iceControlling(tieBreaker);
        } else {
            check.iceControlled(tieBreaker);
        }
        if (nominates) {
            check.useCandidate();
        }
        byte[] message = check.sign(remoteKey);
        pair.ask(id, message, new IcePair.Role(controlling, nominates), nowNs);
        listener.send(message, pair.candidate.path());
    }

    @Override
    public long nextDeadlineNs() {
        if (disconnected) {
            return Long.MAX_VALUE;
        }
        IcePair current = selected;
        long next = (current == null ? waitingSinceNs : current.candidate.verifiedNs()) + CONSENT_NS;
        next = Math.min(next, consentCheckNs);
        for (IcePair pair : pairs) {
            next = Math.min(next, pair.isWaiting() ? nextCheckNs : pair.retryNs());
        }
        return patient && firstAnswerNs != Long.MAX_VALUE ? Math.min(next, firstAnswerNs + PATIENCE_NS) : next;
    }

    @Override
    public void onDeadline(long nowNs) {
        if (disconnected) {
            return;
        }
        IcePair current = selected;
        if (nowNs - (current == null ? waitingSinceNs : current.candidate.verifiedNs()) >= CONSENT_NS) {
            disconnected = true;
            selected = null;
            consentCheckNs = Long.MAX_VALUE;
            listener.onDisconnected(
                    current == null ? "no ICE candidate answered within 30 s" : "no ICE consent for 30 s", nowNs);
            return;
        }
        for (IcePair pair : pairs) {
            byte[] again = pair.retry(nowNs);
            if (again != null) {
                listener.send(again, pair.candidate.path());
            }
        }
        checkNext(nowNs);
        if (current != null && nowNs >= consentCheckNs) {
            consentCheckNs = nowNs + jittered();
            ask(current, current.candidate.isNominated(), nowNs);
        }
        if (firstAnswerNs != Long.MAX_VALUE && nowNs - firstAnswerNs >= PATIENCE_NS) {
            patient = false;
        }
        maybeNominate(nowNs);
    }

    private void checkNext(long nowNs) {
        if (nowNs < nextCheckNs) {
            return;
        }
        for (IcePair pair : pairs) {
            if (pair.isWaiting()) {
                nextCheckNs = nowNs + PACING_NS;
                ask(pair, false, nowNs);
                return;
            }
        }
    }

    private long jittered() {
        return (long) (CONSENT_CHECK_NS * (0.8 + 0.4 * random.nextDouble()));
    }

    @Override
    public Report report() {
        return responder.report(
                answers,
                strayAnswers,
                pairs.stream().map(pair -> pair.candidate).toList());
    }
}
