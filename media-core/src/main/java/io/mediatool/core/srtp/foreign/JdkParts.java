package io.mediatool.core.srtp.foreign;

import io.mediatool.core.srtp.AesGcm;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM put together from the JDK's own counter mode and GHASH, which are the processor's instructions, without the engine that its
 * {@code Cipher} makes anew for each packet: two fifths of the time for a short packet, three for a long one, and no garbage.
 *
 * <p>The parts are not for everybody: the package {@code com.sun.crypto.provider} has to be open to us ({@code Add-Opens} in the manifest of
 * the program). Where it is not, or where a Java has others, there is none of this, and {@link AesGcm#jdk()} does it.
 */
final class JdkParts implements AesGcm {
    private JdkParts() {}

    /** @return null when this Java does not let us, or has other parts */
    static @Nullable AesGcm open() {
        return Parts.OPENED == null ? null : new JdkParts();
    }

    @Override
    public String name() {
        return "JDK intrinsics";
    }

    @Override
    public Key key(boolean sealing, byte[] key) {
        return new JdkPartsKey(sealing, key);
    }

    /** Names the arrays in a part that each packet touches, as far as this Java's are known. */
    static void addArrays(Object part, Consumer<Object> parts) {
        for (Field field : Functions.PARTS.touched) {
            if (field.of.isInstance(part)) {
                parts.accept(field.in(part));
            }
        }
    }

    /** A field of a part; its getter is {@code Object (Object)}. */
    private record Field(Class<?> of, MethodHandle getter) {
        Object in(Object part) {
            try {
                return (Object) getter.invokeExact(part);
            } catch (Throwable e) {
                throw ForeignLibrary.failure(e);
            }
        }
    }

    /** All of them, as they have been since JDK 17. */
    private record Parts(
            MethodHandle newAes,
            MethodHandle encryptBlock,
            MethodHandle newCounterMode,
            MethodHandle beginCounterMode,
            MethodHandle resetCounterMode,
            MethodHandle encrypt,
            MethodHandle newHash,
            MethodHandle hash,
            MethodHandle hashTable,
            List<Field> touched) {
        private static final String PACKAGE = "com.sun.crypto.provider.";
        static final @Nullable Parts OPENED = open();

        private static @Nullable Parts open() {
            try {
                return find();
            } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
                return null; // closed to us, or another Java's
            }
        }

        private static Parts find() throws ReflectiveOperationException {
            Class<?> aes = Class.forName(PACKAGE + "AESCrypt");
            Class<?> cipher = Class.forName(PACKAGE + "SymmetricCipher");
            Class<?> counterMode = Class.forName(PACKAGE + "CounterMode");
            Class<?> ghash = Class.forName(PACKAGE + "GHASH");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(counterMode, MethodHandles.lookup());
            MethodType crypt =
                    MethodType.methodType(int.class, byte[].class, int.class, int.class, byte[].class, int.class);
            MethodType block = MethodType.methodType(void.class, byte[].class, int.class, byte[].class, int.class);
            MethodType begin =
                    MethodType.methodType(void.class, boolean.class, String.class, byte[].class, byte[].class);
            MethodHandles.Lookup ofHash = MethodHandles.privateLookupIn(ghash, MethodHandles.lookup());
            MethodType blocks =
                    MethodType.methodType(void.class, byte[].class, int.class, int.class, long[].class, long[].class);
            return new Parts(
                    general(inside.findConstructor(aes, MethodType.methodType(void.class))),
                    general(inside.findVirtual(aes, "encryptBlock", block)),
                    general(inside.findConstructor(counterMode, MethodType.methodType(void.class, cipher))),
                    general(inside.findVirtual(counterMode, "init", begin)),
                    general(inside.findVirtual(counterMode, "reset", MethodType.methodType(void.class))),
                    general(inside.findVirtual(counterMode, "encrypt", crypt)),
                    general(inside.findConstructor(ghash, MethodType.methodType(void.class, byte[].class))),
                    ofHash.findStatic(ghash, "processBlocks", blocks),
                    general(ofHash.findGetter(ghash, "subkeyHtbl", long[].class)),
                    Stream.of(
                                    field(aes, "K", int[].class),
                                    field(counterMode, "counter", byte[].class),
                                    field(counterMode, "encryptedCounter", byte[].class))
                            .flatMap(Optional::stream)
                            .toList());
        }

        /** One that we can do without. */
        private static Optional<Field> field(Class<?> of, String name, Class<?> type) {
            try {
                MethodHandle getter = MethodHandles.privateLookupIn(of, MethodHandles.lookup())
                        .findGetter(of, name, type);
                return Optional.of(new Field(of, getter.asType(MethodType.methodType(Object.class, Object.class))));
            } catch (ReflectiveOperationException | RuntimeException e) {
                return Optional.empty(); // this Java has no such field
            }
        }

        /** Its types are not ours to name. */
        private static MethodHandle general(MethodHandle handle) {
            MethodType type = handle.type();
            for (int i = 0; i < type.parameterCount(); i++) {
                Class<?> parameter = type.parameterType(i);
                if (parameter.getName().startsWith(PACKAGE)) {
                    type = type.changeParameterType(i, Object.class);
                }
            }
            boolean ours = !type.returnType().getName().startsWith(PACKAGE);
            return handle.asType(ours ? type : type.changeReturnType(Object.class));
        }
    }

    /** Each in a place of its own, where it is a constant to the compiler; touched only where {@link #open} has found all of them. */
    static final class Functions {
        private static final Parts PARTS = Objects.requireNonNull(Parts.OPENED);
        /** {@code Object ()}. */
        static final MethodHandle NEW_AES = PARTS.newAes;
        /** {@code void (Object aes, byte[] in, int offset, byte[] out, int offset)}. */
        static final MethodHandle ENCRYPT_BLOCK = PARTS.encryptBlock;
        /** {@code Object (Object aes)}. */
        static final MethodHandle NEW_COUNTER_MODE = PARTS.newCounterMode;
        /** {@code void (Object counterMode, boolean decrypting, String algorithm, byte[] key, byte[] firstBlock)}; the last is kept. */
        static final MethodHandle BEGIN = PARTS.beginCounterMode;
        /** {@code void (Object counterMode)}: from the first block again, whatever that is now. */
        static final MethodHandle RESET = PARTS.resetCounterMode;
        /** {@code int (Object counterMode, byte[] in, int offset, int length, byte[] out, int offset)}. */
        static final MethodHandle ENCRYPT = PARTS.encrypt;
        /** {@code Object (byte[] hashKey)}. */
        static final MethodHandle NEW_HASH = PARTS.newHash;
        /**
         * {@code void (byte[] data, int offset, int blocks, long[] state, long[] table)}, checks nothing: the state is of two, big endian,
         * and begins at 0.
         */
        static final MethodHandle HASH = PARTS.hash;
        /** {@code long[] (Object hash)}: what it makes of its key, with which alone it works. */
        static final MethodHandle HASH_TABLE = PARTS.hashTable;

        private Functions() {}
    }
}
