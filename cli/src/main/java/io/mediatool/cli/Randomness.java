package io.mediatool.cli;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Where a real run's random numbers come from; tests inject their own further down. */
final class Randomness {
    private Randomness() {}

    /** Unguessable: SSRCs and first sequence numbers are a defence against spoofed packets (RFC 3550 §5.1). */
    static RandomGenerator secure() {
        return new SecureRandom();
    }
}
