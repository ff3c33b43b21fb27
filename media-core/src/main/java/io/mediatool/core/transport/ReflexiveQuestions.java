package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.RemotePath;
import io.mediatool.core.stun.StunClass;
import io.mediatool.core.stun.StunMessage;
import io.mediatool.core.stun.StunWriter;
import io.mediatool.core.stun.TransactionId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/** Asks STUN servers as whom they see the port of our peers (RFC 8489 §2, RFC 8445 §5.1.1.2). On the loop. */
final class ReflexiveQuestions {
    private static final int MAX_OPEN = 8;
    private static final int SENDS = 5;
    private static final long FIRST_RETRY_NS = 250_000_000L;

    private final EventLoop loop;
    private final Map<TransactionId, Question> open = new HashMap<>();

    private record Question(RemotePath server, byte[] message, CompletableFuture<InetSocketAddress> answer) {}

    ReflexiveQuestions(EventLoop loop) {
        this.loop = loop;
    }

    /** @return our address as {@code server} sees it; fails when it does not tell within eight seconds */
    CompletionStage<InetSocketAddress> ask(RemotePath server, RandomGenerator random) {
        if (open.size() == MAX_OPEN) {
            return CompletableFuture.failedFuture(new IOException("too many STUN servers are asked at once"));
        }
        TransactionId id = TransactionId.random(random);
        byte[] message = StunWriter.binding(StunClass.REQUEST, id).finish();
        Question question = new Question(server, message, new CompletableFuture<>());
        open.put(id, question);
        send(id, SENDS, FIRST_RETRY_NS);
        return question.answer;
    }

    private void send(TransactionId id, int left, long waitNs) {
        Question question = open.get(id);
        if (question == null) {
            return;
        }
        if (left == 0) {
            open.remove(id);
            question.answer.completeExceptionally(new IOException("the STUN server does not answer"));
            return;
        }
        question.server.send(question.message, 0, question.message.length);
        loop.schedule(loop.nowNs() + waitNs, nowNs -> send(id, left - 1, 2 * waitNs));
    }

    /** @return whether it answers a question of ours */
    boolean onAnswer(StunMessage message, RemotePath from) {
        Question question = open.get(message.transactionId());
        if (question == null || !question.server.equals(from)) {
            return false;
        }
        open.remove(message.transactionId());
        InetSocketAddress mapped = message.messageClass() == StunClass.SUCCESS ? message.mappedAddress() : null;
        if (mapped == null) {
            question.answer.completeExceptionally(new IOException("the STUN server tells no address"));
        } else {
            question.answer.complete(mapped);
        }
        return true;
    }
}
