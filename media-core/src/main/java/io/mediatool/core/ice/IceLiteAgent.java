package io.mediatool.core.ice;

import io.mediatool.core.ice.BindingResponder.Verdict;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ICE-lite (RFC 8445 §2.5): never asks, only answers, and is always controlled. It needs no candidates of the peer: every
 * verified check brings one (peer-reflexive, §7.3.1.3), whatever hosts and {@code .local} names signalling told.
 *
 * <p>Consent (RFC 7675) is the peer's checks themselves, which a full agent sends every 5 s or so. Older ones, GStreamer 1.22 with
 * libnice among them, keep an address open by indications, which prove nothing: their RTCP does, see {@link IceRemoteCandidate#onHeard}.
 */
public final class IceLiteAgent implements IceAgent {
    private final Listener listener;
    private final BindingResponder responder;
    private final List<IceRemoteCandidate> candidates = new ArrayList<>(4);
    private @Nullable IceRemoteCandidate selected;
    private @Nullable IceRemoteCandidate contender;
    private int generation;
    private long waitingSinceNs;
    private long restartedNs;
    private long retireNs = Long.MAX_VALUE;
    private boolean disconnected;

    /** @param nowNs from when on the peer has {@link #CONSENT_NS} for its first check */
    public IceLiteAgent(IceCredentials local, Listener listener, long nowNs) {
        this.listener = listener;
        this.responder = new BindingResponder(local, listener);
        this.waitingSinceNs = nowNs;
    }

    @Override
    public IceCredentials local() {
        return responder.local();
    }

    @Override
    public @Nullable IceRemoteCandidate selected() {
        return selected;
    }

    /**
     * ICE restart (RFC 8445 §9): the peer will come with {@code newLocal}. Traffic goes on as before until the peer nominates a pair
     * with it, or for {@link #CONSENT_NS}; then the old credentials are void, told by {@link Listener#onRetired}.
     *
     * <p>Chromium needs that: it gathers before it has our answer, checks and nominates its new ports with our old credentials, and
     * sends there for seconds after its first check with the new ones. So what has been verified stays known until its consent ends.
     */
    public void restart(IceCredentials newLocal, long nowNs) {
        retire(nowNs);
        responder.restart(newLocal);
        generation++;
        waitingSinceNs = nowNs;
        restartedNs = nowNs;
        retireNs = nowNs + CONSENT_NS;
        disconnected = false;
    }

    @Override
    public void onStun(StunMessage message, RemotePath remote, long nowNs) {
        if (message.messageClass() != StunClass.REQUEST || message.method() != StunMessage.BINDING || disconnected) {
            return; // indications keep NATs open; answers to questions we did not ask
        }
        Verdict verdict = responder.judge(message, remote, nowNs);
        if (verdict == Verdict.REFUSED) {
            return;
        }
        if (message.iceControlled().isPresent()) {
            responder.refuseRole(message, verdict, remote); // lite is controlled whatever the tie-breakers say
            return;
        }
        // No role attribute at all: FFmpeg 8.0 before September 2025.
        int itsGeneration = verdict == Verdict.CURRENT ? generation : generation - 1;
        IceRemoteCandidate candidate = candidate(remote, itsGeneration, nowNs);
        candidate.verify(message.priority().orElse(0), itsGeneration, nowNs);
        responder.accept(message, verdict, remote);
        if (message.useCandidate()) {
            onNominated(candidate, nowNs);
        } else if (selected == null || isLeft(selected, candidate)) {
            select(candidate, nowNs); // traffic may flow on a valid pair before nomination (§12.1)
        }
    }

    /** Whether the peer, after a restart, comes on a new path and has not been heard on its old one. */
    private boolean isLeft(IceRemoteCandidate old, IceRemoteCandidate candidate) {
        return isRestarted(candidate, old) && old.verifiedNs() < restartedNs;
    }

    private IceRemoteCandidate candidate(RemotePath remote, int itsGeneration, long nowNs) {
        for (IceRemoteCandidate known : candidates) {
            if (known.path().equals(remote)) {
                return known;
            }
        }
        if (candidates.size() == MAX_CANDIDATES) {
            remove(oldest(), nowNs);
        }
        IceRemoteCandidate candidate = new IceRemoteCandidate(remote, itsGeneration);
        candidates.add(candidate);
        listener.onCandidate(candidate, nowNs);
        return candidate;
    }

    private IceRemoteCandidate oldest() {
        IceRemoteCandidate oldest = candidates.get(candidates.get(0) == selected ? 1 : 0);
        for (IceRemoteCandidate one : candidates) {
            if (one != selected && one.verifiedNs() < oldest.verifiedNs()) {
                oldest = one;
            }
        }
        return oldest;
    }

    /**
     * Nominated once, after choosing, is regular nomination. Nominating every check is aggressive: then the highest priority wins
     * (RFC 5245 §8.1.1.2). One of the same priority is the same base behind another NAT mapping, since no two bases of a peer share
     * one (RFC 8445 §5.1.2). Nominating a worse one is a peer that moved, too: taken at once when the selected one was never nominated,
     * else when it comes twice in a row, so that late checks of an aggressive peer do not throw traffic back and forth.
     */
    private void onNominated(IceRemoteCandidate candidate, long nowNs) {
        IceRemoteCandidate current = selected;
        candidate.nominate();
        if (candidate.generation() == generation) {
            retire(nowNs);
        }
        if (candidate == current) {
            contender = null;
            return;
        }
        boolean better = current == null
                || !current.isNominated()
                || isRestarted(candidate, current)
                || candidate.priority() >= current.priority();
        if (better || contender == candidate) {
            select(candidate, nowNs);
        } else {
            contender = candidate;
        }
    }

    private static boolean isRestarted(IceRemoteCandidate candidate, IceRemoteCandidate than) {
        return candidate.generation() > than.generation();
    }

    private void select(IceRemoteCandidate candidate, long nowNs) {
        selected = candidate;
        contender = null;
        listener.onSelected(candidate, nowNs);
    }

    /** Ends the credentials from before the restart. */
    private void retire(long nowNs) {
        retireNs = Long.MAX_VALUE;
        IceCredentials old = responder.retire();
        if (old != null) {
            listener.onRetired(old, nowNs);
        }
    }

    private void remove(IceRemoteCandidate candidate, long nowNs) {
        candidates.remove(candidate);
        contender = contender == candidate ? null : contender;
        listener.onCandidateGone(candidate, nowNs);
    }

    @Override
    public void onPathClosed(RemotePath path, long nowNs) {
        for (IceRemoteCandidate candidate : List.copyOf(candidates)) {
            if (candidate.path().equals(path)) {
                remove(candidate, nowNs);
                if (!candidates.isEmpty()) {
                    reselect(nowNs);
                } else if (selected == candidate) {
                    selected = null;
                    waitingSinceNs = nowNs;
                }
            }
        }
    }

    @Override
    public long nextDeadlineNs() {
        if (disconnected) {
            return Long.MAX_VALUE;
        }
        long first = candidates.isEmpty() ? waitingSinceNs : Long.MAX_VALUE;
        for (int i = 0; i < candidates.size(); i++) {
            first = Math.min(first, candidates.get(i).heardNs());
        }
        return Math.min(first + CONSENT_NS, retireNs);
    }

    @Override
    public void onDeadline(long nowNs) {
        if (disconnected || nowNs < nextDeadlineNs()) {
            return;
        }
        if (nowNs >= retireNs) {
            retire(nowNs);
        }
        boolean arrived = selected != null;
        for (IceRemoteCandidate candidate : List.copyOf(candidates)) {
            if (nowNs - candidate.heardNs() >= CONSENT_NS) {
                remove(candidate, nowNs);
            }
        }
        if (!candidates.isEmpty()) {
            reselect(nowNs);
            return;
        }
        selected = null;
        if (nowNs - waitingSinceNs >= CONSENT_NS) {
            disconnected = true;
            listener.onDisconnected(
                    arrived ? "neither ICE checks nor RTCP for 30 s" : "no ICE check was verified within 30 s", nowNs);
        }
    }

    /** When the selected address has fallen silent: the one that was heard last. */
    private void reselect(long nowNs) {
        IceRemoteCandidate current = selected;
        if (current != null && candidates.contains(current)) {
            return;
        }
        IceRemoteCandidate latest = candidates.get(0);
        for (IceRemoteCandidate one : candidates) {
            latest = one.heardNs() > latest.heardNs() ? one : latest;
        }
        select(latest, nowNs);
    }

    @Override
    public Report report() {
        return responder.report(0, 0, candidates);
    }
}
