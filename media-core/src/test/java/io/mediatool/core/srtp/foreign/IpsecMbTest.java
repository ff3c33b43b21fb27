package io.mediatool.core.srtp.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.srtp.AesGcm;
import io.mediatool.core.srtp.SrtpKeys;
import io.mediatool.core.srtp.SrtpProfile;
import io.mediatool.core.srtp.SrtpSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** Where this Java can call the library and the processor has AES instructions; there the library must be, too. */
@EnabledForJreRange(min = JRE.JAVA_22)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@EnabledIf("theProcessorHasAes")
final class IpsecMbTest {
    static boolean theProcessorHasAes() throws IOException {
        String flags = Files.readString(Path.of("/proc/cpuinfo"));
        return flags.contains(" aes ") && flags.contains(" pclmulqdq ");
    }

    private static AesGcm ipsecMb() {
        return Objects.requireNonNull(
                IpsecMb.open(), "apt-get install libipsec-mb1 (scripts/test does), or it cannot be loaded");
    }

    @Test
    void itIsWhatIsChosen() {
        AesGcm gcm = ipsecMb();
        assertTrue(gcm.name().matches("ipsec-mb \\d+\\.\\d+.*"), gcm.name());
        assertEquals(gcm.name(), FastestGcm.choose(() -> 0).name());
    }

    @Test
    void itIsOfOneDirection() {
        byte[] data = new byte[60];
        try (AesGcm.Key sealing = ipsecMb().key(true, new byte[16]);
                AesGcm.Key opening = ipsecMb().key(false, new byte[16])) {
            assertThrows(IllegalStateException.class, () -> sealing.open(0, 0, data, 0, 0, 20));
            assertThrows(IllegalStateException.class, () -> opening.seal(0, 0, data, 0, 0, 20));
        }
        assertThrows(IllegalArgumentException.class, () -> ipsecMb().key(true, new byte[24]));
    }

    /** Two thousand sessions one after the other get memory that others have given back. */
    @Test
    void sessionsGiveBackTheirMemory() {
        AesGcm gcm = ipsecMb();
        SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            byte[] material = new byte[SrtpKeys.exporterBytes(profile)];
            material[0] = (byte) i;
            new SrtpSession(SrtpKeys.ofExporter(profile, material, true), gcm).close();
            try (IpsecMbKey key = new IpsecMbKey(true, new byte[16])) {
                addresses.add(key.address());
            }
        }
        assertTrue(addresses.size() < 100, addresses.size() + " places");
    }

    /** Each thread has its own place for packets, and packets of any length find room in it. */
    @Test
    void threadsDoNotMeet() throws Exception {
        AesGcm gcm = ipsecMb();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int seed = i;
                tasks.add(() -> sealAndOpen(gcm, new Random(seed)));
            }
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                assertEquals(400, done.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static int sealAndOpen(AesGcm gcm, Random random) {
        byte[] rawKey = new byte[16];
        random.nextBytes(rawKey);
        int right = 0;
        try (AesGcm.Key sealing = gcm.key(true, rawKey);
                AesGcm.Key opening = gcm.key(false, rawKey);
                AesGcm.Key jdk = AesGcm.jdk().key(false, rawKey)) {
            for (int round = 0; round < 400; round++) {
                int length = random.nextInt(round == 200 ? 100_000 : 3_000);
                int clear = random.nextInt(300) + 12;
                byte[] data = new byte[clear + length + AesGcm.TAG_BYTES];
                long ivLow = random.nextLong();
                sealing.seal(round, ivLow, data, 0, clear, length);
                byte[] same = data.clone();
                boolean all = opening.open(round, ivLow, data, 0, clear, length)
                        && jdk.open(round, ivLow, same, 0, clear, length);
                for (int i = 0; i < clear + length; i++) {
                    all &= data[i] == 0 && same[i] == 0;
                }
                right += all ? 1 : 0;
            }
        }
        return right;
    }
}
