package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what encrypts packets: a native library that this machine has, if it gives the right answers and is not slower than the
 * JDK's cipher; else the JDK's intrinsics where they are open to us and give the right answers; else the JDK's cipher.
 *
 * <p>Trying takes up to a quarter of a second, to be spent beside other things.
 */
public final class FastestGcm {
    /** Set to {@code jdk} it takes the JDK's, whatever there is. */
    public static final String PROPERTY = "mediatool.srtp";

    /** Of a packet. */
    private static final int TIMED_BYTES = 1_200;

    private static final int TIMED_HEADER_BYTES = 12;
    private static final int TIMED_ROUNDS = 8;

    private FastestGcm() {}

    /** @param clockNs a monotonic clock, in nanoseconds */
    public static AesGcm choose(LongSupplier clockNs) {
        if ("jdk".equalsIgnoreCase(System.getProperty(PROPERTY))) {
            return AesGcm.jdk();
        }
        List<AesGcm> libraries = new ArrayList<>();
        try {
            AesGcm ipsecMb = IpsecMb.open();
            if (ipsecMb != null) {
                libraries.add(ipsecMb);
            }
        } catch (RuntimeException | LinkageError e) {
            libraries.clear(); // a Java whose foreign-function API is not as we know it
        }
        return choose(libraries, JdkParts.open(), clockNs);
    }

    /**
     * The first library that is right and fast, else the JDK's parts if they are right, else the JDK's cipher.
     *
     * @param parts not timed: the cipher uses them, too
     */
    static AesGcm choose(List<AesGcm> libraries, @Nullable AesGcm parts, LongSupplier clockNs) {
        for (AesGcm gcm : libraries) {
            if (GcmAnswers.areRight(gcm) && isFast(gcm, clockNs)) {
                return gcm;
            }
        }
        return parts != null && GcmAnswers.areRight(parts) ? parts : AesGcm.jdk();
    }

    /**
     * Nothing has been compiled yet, so this is not how fast they will be: it finds a library that has to do without the processor's
     * instructions, or a machine that is emulated. The best of some rounds, because the machine may be busy.
     */
    private static boolean isFast(AesGcm gcm, LongSupplier clockNs) {
        return bestNs(gcm, clockNs) <= bestNs(AesGcm.jdk(), clockNs);
    }

    private static long bestNs(AesGcm gcm, LongSupplier clockNs) {
        byte[] packet = new byte[TIMED_HEADER_BYTES + TIMED_BYTES + AesGcm.TAG_BYTES];
        byte[] rawKey = new byte[16];
        Arrays.fill(rawKey, (byte) 0x3a);
        long best = Long.MAX_VALUE;
        try (AesGcm.Key key = gcm.key(true, rawKey)) {
            for (int round = 0; round < TIMED_ROUNDS; round++) {
                long start = clockNs.getAsLong();
                key.seal(round, 0, packet, 0, TIMED_HEADER_BYTES, TIMED_BYTES);
                best = Math.min(best, clockNs.getAsLong() - start);
            }
        }
        return best;
    }
}
