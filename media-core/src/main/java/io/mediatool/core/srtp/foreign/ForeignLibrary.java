package io.mediatool.core.srtp.foreign;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shared library of this machine and its functions as method handles: {@code java.lang.foreign}, which is final since JDK 22, by
 * reflection. Pointers are {@code long}. What is opened stays open.
 */
final class ForeignLibrary {
    private static final int FIRST_JAVA = 22;

    private final Object linker;
    private final Object lookup;

    private ForeignLibrary(Object linker, Object lookup) {
        this.linker = linker;
        this.lookup = lookup;
    }

    /** @return null when this Java is too old, or the machine has no such library */
    static @Nullable ForeignLibrary open(String name) {
        if (Runtime.version().feature() < FIRST_JAVA) {
            return null;
        }
        try {
            Object arena = type("Arena").getMethod("global").invoke(null);
            Object lookup = type("SymbolLookup")
                    .getMethod("libraryLookup", String.class, type("Arena"))
                    .invoke(null, name, arena);
            return new ForeignLibrary(linker(), lookup);
        } catch (InvocationTargetException noLibrary) {
            return null; // or native access is forbidden
        } catch (ReflectiveOperationException e) {
            return null; // a Java without the API
        }
    }

    /** The C library, which each process has. Only where {@link #open} has found something. */
    static ForeignLibrary ofC() {
        try {
            Object linker = linker();
            return new ForeignLibrary(
                    linker, type("Linker").getMethod("defaultLookup").invoke(linker));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object linker() throws ReflectiveOperationException {
        return type("Linker").getMethod("nativeLinker").invoke(null);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    /** Where the function is, 0 when there is none of that name. */
    long address(String function) {
        try {
            Optional<?> symbol = find(function);
            return symbol.isEmpty()
                    ? 0
                    : (long) type("MemorySegment").getMethod("address").invoke(symbol.get());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<?> find(String function) throws ReflectiveOperationException {
        return (Optional<?>)
                type("SymbolLookup").getMethod("find", String.class).invoke(lookup, function);
    }

    /**
     * {@code long function(long, long)}. Functions with fewer arguments or without a result are called like this, too: by the calling
     * conventions of x86-64 and AArch64 what nobody reads does no harm, and each other signature would cost 20 ms of the start.
     *
     * @throws NoSuchElementException when there is no such function
     */
    MethodHandle plain(String function) {
        return link(function, long.class, false, long.class, long.class);
    }

    /**
     * A function without result that takes {@code long}s, is short and does not call back: called without leaving Java's state, which
     * saves 10 ns and lets nobody stop the thread meanwhile.
     *
     * @throws NoSuchElementException when there is no such function
     */
    MethodHandle critical(String function, int parameters) {
        Class<?>[] longs = new Class<?>[parameters];
        Arrays.fill(longs, long.class);
        return link(function, void.class, true, longs);
    }

    private MethodHandle link(String function, Class<?> result, boolean critical, Class<?>... parameters) {
        try {
            Class<?> layout = type("MemoryLayout");
            Object layouts = Array.newInstance(layout, parameters.length);
            Object pointer = type("ValueLayout").getField("JAVA_LONG").get(null);
            for (int i = 0; i < parameters.length; i++) {
                Array.set(layouts, i, pointer);
            }
            Class<?> descriptors = type("FunctionDescriptor");
            Object descriptor = result == void.class
                    ? descriptors.getMethod("ofVoid", layouts.getClass()).invoke(null, layouts)
                    : descriptors.getMethod("of", layout, layouts.getClass()).invoke(null, pointer, layouts);
            Class<?> option = type("Linker$Option");
            Object options = Array.newInstance(option, critical ? 1 : 0);
            if (critical) {
                Array.set(
                        options, 0, option.getMethod("critical", boolean.class).invoke(null, false));
            }
            return (MethodHandle) type("Linker")
                    .getMethod("downcallHandle", type("MemorySegment"), descriptors, options.getClass())
                    .invoke(linker, find(function).orElseThrow(), descriptor, options);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where a direct buffer is. */
    static long address(ByteBuffer direct) {
        try {
            Class<?> segments = type("MemorySegment");
            Object segment = segments.getMethod("ofBuffer", Buffer.class).invoke(null, direct);
            return (long) segments.getMethod("address").invoke(segment);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Memory that a library gave us, in the machine's byte order. Whoever frees it sees to it that nobody looks any more. */
    static ByteBuffer view(long address, int bytes) {
        try {
            Class<?> segments = type("MemorySegment");
            Object empty = segments.getMethod("ofAddress", long.class).invoke(null, address);
            Object segment = segments.getMethod("reinterpret", long.class).invoke(empty, (long) bytes);
            return ((ByteBuffer) segments.getMethod("asByteBuffer").invoke(segment)).order(ByteOrder.nativeOrder());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls what {@link #plain} gave, where speed does not matter. */
    static long call(MethodHandle plain, long first, long second) {
        try {
            return (long) plain.invokeExact(first, second);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Functions in C throw nothing. */
    static RuntimeException failure(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }
}
