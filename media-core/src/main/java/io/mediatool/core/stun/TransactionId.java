package io.mediatool.core.stun;

import java.util.random.RandomGenerator;

/** The 96 bits that tie an answer to its request (RFC 8489 §5). Cryptographically random, so that nobody off the path can answer. */
public record TransactionId(long high, int low) {

    public static TransactionId random(RandomGenerator random) {
        return new TransactionId(random.nextLong(), random.nextInt());
    }
}
