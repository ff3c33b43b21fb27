package io.mediatool.core.srtp.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.srtp.AesGcm;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FastestGcmTest {
    /** Moved by implementations that take time. */
    private final AtomicLong clockNs = new AtomicLong();

    private enum Fault {
        WRONG_TEXT,
        WRONG_TAG,
        WRONG_LONG_PACKETS,
        WRONG_WITH_256_BITS,
        OPENS_FORGERIES,
        OPENS_NOTHING,
        THROWS,
        SLOW
    }

    /** The JDK's with something wrong, or right where the fault is null. */
    private record Faulty(Fault fault, AtomicLong clockNs) implements AesGcm {
        @Override
        public String name() {
            return "faulty: " + fault;
        }

        @Override
        public Key key(boolean sealing, byte[] key) {
            if (fault == Fault.THROWS) {
                throw new IllegalStateException("no memory");
            }
            return new FaultyKey(fault, clockNs, key.length, AesGcm.jdk().key(sealing, key));
        }
    }

    private record FaultyKey(Fault fault, AtomicLong clockNs, int keyBytes, AesGcm.Key jdk) implements AesGcm.Key {
        @Override
        public AesGcm.Key beside(byte[] key) {
            return new FaultyKey(fault, clockNs, key.length, jdk.beside(key));
        }

        @Override
        public void seal(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            jdk.seal(ivHigh, ivLow, data, offset, clear, length);
            boolean wrong = fault == Fault.WRONG_TEXT
                    || fault == Fault.WRONG_LONG_PACKETS && length > 1_000
                    || fault == Fault.WRONG_WITH_256_BITS && keyBytes == 32;
            data[offset + clear] ^= (byte) (wrong ? 1 : 0);
            data[offset + clear + length + 15] ^= (byte) (fault == Fault.WRONG_TAG ? 1 : 0);
            clockNs.addAndGet(fault == Fault.SLOW ? 1 : 0);
        }

        @Override
        public boolean open(int ivHigh, long ivLow, byte[] data, int offset, int clear, int length) {
            boolean opened = jdk.open(ivHigh, ivLow, data, offset, clear, length);
            return fault == Fault.OPENS_FORGERIES || opened && fault != Fault.OPENS_NOTHING;
        }

        @Override
        public void close() {
            jdk.close();
        }
    }

    private AesGcm faulty(Fault fault) {
        return new Faulty(fault, clockNs);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongOrSlowIsNotTaken(Fault fault) {
        assertSame(AesGcm.jdk(), FastestGcm.choose(List.of(faulty(fault)), null, clockNs::get));
        AesGcm right = faulty(null);
        assertSame(right, FastestGcm.choose(List.of(faulty(fault), right), null, clockNs::get));
        assertSame(right, FastestGcm.choose(List.of(faulty(fault)), right, clockNs::get));
    }

    /** What a Java that has other parts may do. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SLOW")
    void partsThatAreWrongAreNotTaken(Fault fault) {
        assertSame(AesGcm.jdk(), FastestGcm.choose(List.of(), faulty(fault), clockNs::get));
    }

    @Test
    void theJdksPartsAreTakenWhereThereIsNoLibrary() {
        AesGcm parts = JdkParts.open();
        assertSame(parts, FastestGcm.choose(List.of(), parts, clockNs::get));
        assertNotNull(parts, "--add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED");
    }

    @Test
    void whereNothingIsFoundItIsTheJdks() {
        assertNull(ForeignLibrary.open("libmediatool-is-not-here.so.1"));
        assertSame(AesGcm.jdk(), FastestGcm.choose(List.of(), null, clockNs::get));
    }

    @Test
    void aLibraryThatIsAnotherOneIsNotMistaken() {
        ForeignLibrary c = ForeignLibrary.open("libc.so.6");
        if (c != null) {
            assertEquals(0, c.address("aes_gcm_enc_128_sse"));
            assertTrue(c.address("free") != 0);
        }
    }

    @Test
    void everythingThatIsThereGivesTheRightAnswers() {
        LoadedGcms.all().forEach(gcm -> assertTrue(GcmAnswers.areRight(gcm), gcm.name()));
        assertFalse(GcmAnswers.areRight(faulty(Fault.WRONG_TAG)));
    }
}
