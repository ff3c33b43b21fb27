package io.mediatool.cli.run;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Where a real run's random numbers come from; tests inject their own further down. */
public final class Randomness {
    private Randomness() {}

    /** Unguessable: SSRCs and first sequence numbers are a defence against spoofed packets (RFC 3550 §5.1). */
    public static RandomGenerator secure() {
        return new SecureRandom();
    }
}
