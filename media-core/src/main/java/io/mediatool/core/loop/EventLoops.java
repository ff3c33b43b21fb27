package io.mediatool.core.loop;

import io.netty.channel.epoll.Epoll;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens event loops: Netty's epoll where it loads (Linux), else Java NIO, with the same behaviour. */
public final class EventLoops {

    /** How a loop talks to the kernel. */
    public enum Engine {
        /** Linux: recvmmsg, sendmmsg, UDP GSO, timers finer than a millisecond. */
        EPOLL,
        /** Java NIO, everywhere. */
        NIO
    }

    /** Set to {@code nio} to do without the native library. */
    public static final String ENGINE_PROPERTY = "mediatool.loop";

    private static final String EFFECTIVE = "CapEff:";
    private static final int CAP_NET_ADMIN = 12;

    private EventLoops() {}

    /** The best engine of this machine, unless {@value #ENGINE_PROPERTY} forces {@link Engine#NIO}. */
    public static Engine engine() {
        boolean nio = "nio".equalsIgnoreCase(System.getProperty(ENGINE_PROPERTY));
        return !nio && Epoll.isAvailable() ? Engine.EPOLL : Engine.NIO;
    }

    /**
     * The best engine for a loop that only receives: {@link Engine#NIO} wakes up and reads for less, and {@link EventLoop#gather
     * gathers} best; but {@link Engine#EPOLL} where the kernel grants only small buffers and we may have more than it grants to everybody,
     * for which NIO has no words.
     */
    public static Engine receivingEngine() {
        boolean more = !isLarge(Path.of("/proc/sys/net/core/rmem_max")) && hasNetAdmin(Path.of("/proc/self/status"));
        return more ? engine() : Engine.NIO;
    }

    // Such a file gives its text to the first read only, so that read must have room for all of it; Files.readString's
    // has room for one character. Elsewhere than on Linux there is none, and no epoll either.
    private static boolean isLarge(Path limit) {
        try (BufferedReader reader = Files.newBufferedReader(limit, StandardCharsets.US_ASCII)) {
            String line = reader.readLine();
            return line != null && Long.parseLong(line.strip()) >= EventLoop.GATHER_BUFFER_BYTES;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    private static boolean hasNetAdmin(Path status) {
        try (BufferedReader reader = Files.newBufferedReader(status, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(EFFECTIVE)) {
                    long capabilities = Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).strip(), 16);
                    return (capabilities >> CAP_NET_ADMIN & 1) != 0;
                }
            }
            return false;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /**
     * A running loop.
     *
     * @param name of its thread
     * @param onBug gets what escapes from tasks, timers and listeners, on the loop; must not throw
     */
    public static EventLoop open(String name, Consumer<Throwable> onBug) {
        return open(name, onBug, engine());
    }

    /**
     * As {@link #open(String, Consumer)} with a given engine.
     *
     * @throws IllegalStateException when this machine does not have it
     */
    public static EventLoop open(String name, Consumer<Throwable> onBug, Engine engine) {
        if (engine == Engine.EPOLL && !Epoll.isAvailable()) {
            throw new IllegalStateException("no epoll here", Epoll.unavailabilityCause());
        }
        return new NettyEventLoop(name, onBug, engine == Engine.EPOLL);
    }
}
