package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Intel's ipsec-mb (Debian's {@code libipsec-mb1}), x86-64 only: about 100 ns for a packet, of which the call is 10, and no garbage. Its
 * manager picks the code for this processor; we look up in the manager's table which that is, and call it directly.
 */
final class IpsecMb implements AesGcm {
    static final String LIBRARY_NAME = "libIPSec_MB.so.1";

    /** What its functions' names end in, best first; those for processors without AES instructions are not among them. */
    private static final List<String> PROCESSORS = List.of("vaes_avx512", "avx512", "avx_gen4", "avx_gen2", "sse");

    private static final int MAX_TABLE_BYTES = 1 << 20;
    private static final int MAX_VERSION_BYTES = 32;

    private final String name;

    private IpsecMb(String name) {
        this.name = name;
    }

    /** @return null when the machine does not have it, or not for this processor */
    static @Nullable AesGcm open() {
        return Library.OPENED == null || Library.PROCESSOR == null ? null : new IpsecMb(describe(Library.OPENED));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Key key(boolean sealing, byte[] key) {
        return new IpsecMbKey(sealing, key);
    }

    private static String describe(ForeignLibrary library) {
        long text = ForeignLibrary.call(library.plain("imb_get_version_str"), 0, 0);
        ByteBuffer view = ForeignLibrary.view(text, MAX_VERSION_BYTES);
        byte[] bytes = new byte[MAX_VERSION_BYTES];
        int length = 0;
        while (length < MAX_VERSION_BYTES && view.get(length) > ' ') {
            bytes[length] = view.get(length);
            length++;
        }
        return "ipsec-mb " + new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /** The library, opened at most once. */
    private static final class Library {
        private static final List<String> MANAGEMENT = List.of(
                "alloc_mb_mgr", "init_mb_mgr_auto", "imb_get_mb_mgr_size", "free_mb_mgr", "imb_get_version_str");
        static final @Nullable ForeignLibrary OPENED = ForeignLibrary.open(LIBRARY_NAME);
        static final @Nullable String PROCESSOR = OPENED == null ? null : processor(OPENED);

        private static @Nullable String processor(ForeignLibrary library) {
            if (MANAGEMENT.stream().anyMatch(each -> library.address(each) == 0)) {
                return null;
            }
            long manager = ForeignLibrary.call(library.plain("alloc_mb_mgr"), 0, 0);
            if (manager == 0) {
                return null;
            }
            try {
                ForeignLibrary.call(library.plain("init_mb_mgr_auto"), manager, 0);
                long size = ForeignLibrary.call(library.plain("imb_get_mb_mgr_size"), 0, 0) & 0xffff_ffffL;
                ByteBuffer table = ForeignLibrary.view(manager, (int) Math.min(size, MAX_TABLE_BYTES));
                return PROCESSORS.stream()
                        .filter(each -> isComplete(library, each))
                        .filter(each -> contains(table, library.address("aes_gcm_enc_128_" + each)))
                        .findFirst()
                        .orElse(null);
            } finally {
                ForeignLibrary.call(library.plain("free_mb_mgr"), manager, 0);
            }
        }

        private static boolean isComplete(ForeignLibrary library, String processor) {
            return List.of("enc_128_", "enc_256_", "dec_128_", "dec_256_", "pre_128_", "pre_256_").stream()
                    .allMatch(each -> library.address("aes_gcm_" + each + processor) != 0);
        }

        private static boolean contains(ByteBuffer table, long address) {
            for (int at = 0; at + 8 <= table.limit(); at += 8) {
                if (table.getLong(at) == address) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The functions; touched only where {@link #open} has found all of them. */
    static final class Functions {
        private static final int GCM_PARAMETERS = 10;
        /**
         * {@code void (struct gcm_key_data *, struct gcm_context_data *, uint8_t *out, uint8_t *in, uint64_t length, uint8_t *iv, uint8_t
         * *aad, uint64_t aadLength, uint8_t *tag, uint64_t tagLength)}.
         */
        static final MethodHandle SEAL_128 = gcm("enc_128_");

        static final MethodHandle SEAL_256 = gcm("enc_256_");
        static final MethodHandle OPEN_128 = gcm("dec_128_");
        static final MethodHandle OPEN_256 = gcm("dec_256_");
        /** {@code (long rawKey, long key)}. */
        static final MethodHandle EXPAND_128 = named("pre_128_");

        static final MethodHandle EXPAND_256 = named("pre_256_");
        /** {@code (long alignment, long bytes)}. */
        static final MethodHandle ALLOCATE = ForeignLibrary.ofC().plain("aligned_alloc");

        static final MethodHandle FREE = ForeignLibrary.ofC().plain("free");
        /** {@code (long address, long bytes)}. */
        static final MethodHandle WIPE = ForeignLibrary.ofC().plain("explicit_bzero");

        private Functions() {}

        private static MethodHandle named(String function) {
            return Objects.requireNonNull(Library.OPENED).plain("aes_gcm_" + function + Library.PROCESSOR);
        }

        private static MethodHandle gcm(String function) {
            return Objects.requireNonNull(Library.OPENED)
                    .critical("aes_gcm_" + function + Library.PROCESSOR, GCM_PARAMETERS);
        }
    }
}
