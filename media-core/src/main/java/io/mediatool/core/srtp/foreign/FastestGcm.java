package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Chooses what encrypts packets: a native library that this machine has, if it gives the right answers and is not slower than the
 * JDK's cipher; else the JDK's.
 *
 * <p>On JDK 22 and newer that takes up to a quarter of a second when such a library is found, to be spent beside other things.
 */
public final class FastestGcm {
    /** Set to {@code jdk} it takes the JDK's, whatever there is. */
    public static final String PROPERTY = "mediatool.srtp";

    /** Of a packet. */
    private static final int TIMED_BYTES = 1_200;

    private static final int TIMED_ROUNDS = 8;

    private FastestGcm() {}

    /** @param clockNs a monotonic clock, in nanoseconds */
    public static AesGcm choose(LongSupplier clockNs) {
        if ("jdk".equalsIgnoreCase(System.getProperty(PROPERTY))) {
            return AesGcm.jdk();
        }
        List<AesGcm> found = new ArrayList<>();
        try {
            AesGcm ipsecMb = IpsecMb.open();
            if (ipsecMb != null) {
                found.add(ipsecMb);
            }
        } catch (RuntimeException | LinkageError e) {
            // A Java whose foreign-function API is not as we know it.
            return AesGcm.jdk();
        }
        return choose(found, clockNs);
    }

    /** The first of those found that is right and fast, else the JDK's. */
    static AesGcm choose(List<AesGcm> found, LongSupplier clockNs) {
        for (AesGcm gcm : found) {
            if (GcmAnswers.areRight(gcm) && isFast(gcm, clockNs)) {
                return gcm;
            }
        }
        return AesGcm.jdk();
    }

    /**
     * Nothing has been compiled yet, so this is not how fast they will be: it finds a library that has to do without the processor's
     * instructions, or a machine that is emulated. The best of some rounds, because the machine may be busy.
     */
    private static boolean isFast(AesGcm gcm, LongSupplier clockNs) {
        return bestNs(gcm, clockNs) <= bestNs(AesGcm.jdk(), clockNs);
    }

    private static long bestNs(AesGcm gcm, LongSupplier clockNs) {
        byte[] iv = new byte[AesGcm.IV_BYTES];
        byte[] packet = new byte[TIMED_BYTES + AesGcm.TAG_BYTES];
        byte[] rawKey = new byte[16];
        Arrays.fill(rawKey, (byte) 0x3a);
        long best = Long.MAX_VALUE;
        try (AesGcm.Key key = gcm.key(true, rawKey)) {
            for (int round = 0; round < TIMED_ROUNDS; round++) {
                iv[0] = (byte) round;
                long start = clockNs.getAsLong();
                key.seal(iv, iv, iv.length, packet, 0, TIMED_BYTES);
                best = Math.min(best, clockNs.getAsLong() - start);
            }
        }
        return best;
    }
}
