package io.mediatool.core.ice;

import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunError;
import io.mediatool.core.stun.StunKey;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.stun.StunWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges Binding requests and answers them (RFC 8445 §7.3, RFC 8489 §9.1.3). Until a request is verified its sender may be
 * anybody and its address somebody else's, so no answer is longer than what was asked, and few are told that they are refused:
 * a flood is not sent back, to whomever.
 */
final class BindingResponder {
    private static final int MAX_SOFTWARE_LENGTH = 64;

    /** A client with a wrong password asks every 50 ms or so until it gives up. */
    private static final long REFUSAL_NS = 50_000_000L;

    /** For as long as nobody is refused, refusals are saved up, twenty at most. */
    private static final long SAVED_NS = 20 * REFUSAL_NS;

    private final IceAgent.Listener listener;
    private IceCredentials local;
    private StunKey key;
    private @Nullable IceCredentials previous;
    private @Nullable StunKey previousKey;

    long checks;
    long verified;
    long unsigned;
    long wrongPassword;
    long roleConflicts;
    long unanswered;
    private long refusedUntilNs = Long.MIN_VALUE;
    String software = "";

    /** Which credentials a request was signed with. */
    enum Verdict {
        REFUSED,
        CURRENT,
        /** Those before the restart that is under way. */
        PREVIOUS
    }

    BindingResponder(IceCredentials local, IceAgent.Listener listener) {
        this.local = local;
        this.key = StunKey.shortTerm(local.password());
        this.listener = listener;
    }

    IceCredentials local() {
        return local;
    }

    /** New credentials; the old ones hold until {@link #retire}. */
    void restart(IceCredentials newLocal) {
        previous = local;
        previousKey = key;
        local = newLocal;
        key = StunKey.shortTerm(newLocal.password());
    }

    /** The credentials before the last restart, which hold no longer; null when there were none. */
    @Nullable IceCredentials retire() {
        IceCredentials retired = previous;
        previous = null;
        previousKey = null;
        return retired;
    }

    /** Whether a request is the peer's; if not, it has been answered as far as it may be. */
    Verdict judge(StunMessage request, RemotePath remote, long nowNs) {
        checks++;
        String username = request.username();
        if (username == null || !request.hasIntegrity()) {
            unsigned++;
            refuse(request, remote, StunError.BAD_REQUEST, nowNs);
            return Verdict.REFUSED;
        }
        // The peer's half of the user name is not compared: who knows our password is the peer.
        String ufrag = username.substring(0, Math.max(0, username.indexOf(':')));
        IceCredentials old = previous;
        StunKey oldKey = previousKey;
        Verdict verdict = Verdict.REFUSED;
        if (ufrag.equals(local.ufrag()) && request.isSignedWith(key)) {
            verdict = Verdict.CURRENT;
        } else if (old != null && oldKey != null && ufrag.equals(old.ufrag()) && request.isSignedWith(oldKey)) {
            verdict = Verdict.PREVIOUS;
        }
        if (verdict == Verdict.REFUSED) {
            wrongPassword++;
            refuse(request, remote, StunError.UNAUTHENTICATED, nowNs);
            return verdict;
        }
        List<Integer> unknown = request.notUnderstood();
        if (!unknown.isEmpty()) {
            listener.send(
                    StunWriter.binding(StunClass.ERROR, request.transactionId())
                            .error(StunError.UNKNOWN_ATTRIBUTE)
                            .unknownAttributes(unknown)
                            .sign(keyOf(verdict)),
                    remote);
            return Verdict.REFUSED;
        }
        verified++;
        String name = request.software();
        if (name != null && software.isEmpty()) {
            software = name.substring(0, Math.min(name.length(), MAX_SOFTWARE_LENGTH));
        }
        return verdict;
    }

    void accept(StunMessage request, Verdict verdict, RemotePath remote) {
        listener.send(
                StunWriter.binding(StunClass.SUCCESS, request.transactionId())
                        .mappedAddress(remote.remote())
                        .sign(keyOf(verdict)),
                remote);
    }

    void refuseRole(StunMessage request, Verdict verdict, RemotePath remote) {
        roleConflicts++;
        listener.send(
                StunWriter.binding(StunClass.ERROR, request.transactionId())
                        .error(StunError.ROLE_CONFLICT)
                        .sign(keyOf(verdict)),
                remote);
    }

    private void refuse(StunMessage request, RemotePath remote, StunError error, long nowNs) {
        long untilNs = Math.max(refusedUntilNs, nowNs - SAVED_NS) + REFUSAL_NS;
        if (untilNs > nowNs) {
            unanswered++;
            return;
        }
        refusedUntilNs = untilNs;
        byte[] answer = StunWriter.binding(StunClass.ERROR, request.transactionId())
                .error(error)
                .finish();
        if (answer.length <= request.length()) {
            listener.send(answer, remote);
        }
    }

    private StunKey keyOf(Verdict verdict) {
        StunKey old = previousKey;
        return verdict == Verdict.PREVIOUS && old != null ? old : key;
    }

    IceAgent.Report report(long answers, long strayAnswers, List<IceRemoteCandidate> candidates) {
        return new IceAgent.Report(
                checks,
                verified,
                unsigned,
                wrongPassword,
                roleConflicts,
                unanswered,
                answers,
                strayAnswers,
                software,
                List.copyOf(candidates));
    }
}
