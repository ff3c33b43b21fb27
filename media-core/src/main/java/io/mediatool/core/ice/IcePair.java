package io.mediatool.core.ice;

import io.mediatool.core.stun.TransactionId;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of the peer with our questions to it: a check is repeated until it is answered or given up. At first as
 * RFC 8489 §6.2.1 has it, then every second: doubling for ever gives up on lossy paths that work.
 */
final class IcePair {
    private static final long FIRST_RETRY_NS = 500_000_000L;
    private static final long MAX_RETRY_NS = 1_000_000_000L;
    private static final int MAX_SENDS = 30;
    /** Answers to this many questions still count: the path may be slower than we repeat ourselves. */
    private static final int REMEMBERED = 4;

    final IceRemoteCandidate candidate;
    final long priority;
    private State state = State.WAITING;
    private final @Nullable TransactionId[] asked = new TransactionId[REMEMBERED];
    private final @Nullable Role[] roles = new Role[REMEMBERED];
    private int questions;
    private int answeredQuestion;
    private byte @Nullable [] message;
    private int sends;
    private long retryNs = Long.MAX_VALUE;
    private long waitNs;

    /** As what a question was asked. */
    record Role(boolean controlling, boolean nominating) {}

    private enum State {
        WAITING,
        ASKED,
        ANSWERED,
        FAILED
    }

    IcePair(IceRemoteCandidate candidate, long priority) {
        this.candidate = candidate;
        this.priority = priority;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    boolean isAnswered() {
        return state == State.ANSWERED;
    }

    boolean isSettled() {
        return state == State.ANSWERED || state == State.FAILED;
    }

    /** Goes back to the queue of those to be checked. */
    void askAgain() {
        state = State.WAITING;
        message = null;
        retryNs = Long.MAX_VALUE;
    }

    void ask(TransactionId id, byte[] newMessage, Role role, long nowNs) {
        asked[questions % REMEMBERED] = id;
        roles[questions % REMEMBERED] = role;
        questions++;
        state = state == State.ANSWERED ? State.ANSWERED : State.ASKED;
        message = newMessage;
        sends = 1;
        waitNs = FIRST_RETRY_NS;
        retryNs = nowNs + waitNs;
    }

    boolean isAsked(TransactionId id) {
        for (int i = 0; i < REMEMBERED; i++) {
            if (id.equals(asked[i])) {
                answeredQuestion = i;
                return true;
            }
        }
        return false;
    }

    /** Whether the question that {@link #isAsked} found nominated. */
    boolean nominatedByQuestion() {
        Role role = roles[answeredQuestion];
        return role != null && role.nominating;
    }

    /** Whether the question that {@link #isAsked} found was asked by the controlling side. */
    boolean askedAsControlling() {
        Role role = roles[answeredQuestion];
        return role != null && role.controlling;
    }

    void answered() {
        boolean newest = (questions - 1) % REMEMBERED == answeredQuestion;
        asked[answeredQuestion] = null;
        if (newest) {
            message = null;
            retryNs = Long.MAX_VALUE;
        }
    }

    void succeed() {
        state = State.ANSWERED;
    }

    void fail() {
        state = State.FAILED;
    }

    long retryNs() {
        return retryNs;
    }

    /** The question to be sent once more, or null; after the last one the pair has failed, unless it answered before. */
    byte @Nullable [] retry(long nowNs) {
        if (nowNs < retryNs) {
            return null;
        }
        if (sends == MAX_SENDS) {
            retryNs = Long.MAX_VALUE;
            state = state == State.ANSWERED ? State.ANSWERED : State.FAILED;
            return null;
        }
        sends++;
        waitNs = Math.min(2 * waitNs, MAX_RETRY_NS);
        retryNs = nowNs + waitNs;
        return message;
    }
}
