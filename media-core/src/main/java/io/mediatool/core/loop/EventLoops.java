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

    private EventLoops() {}

    /** The best engine of this machine, unless {@value #ENGINE_PROPERTY} forces {@link Engine#NIO}. */
    public static Engine engine() {
        boolean nio = "nio".equalsIgnoreCase(System.getProperty(ENGINE_PROPERTY));
        return !nio && Epoll.isAvailable() ? Engine.EPOLL : Engine.NIO;
    }

    /**
     * The best engine for a loop that only receives: {@link Engine#NIO} wakes up and reads for less, and {@link EventLoop#gather
     * gathers} best; but {@link Engine#EPOLL} where the kernel grants only small buffers, because it can ask for more.
     */
    public static Engine receivingEngine() {
        return isLarge(Path.of("/proc/sys/net/core/rmem_max")) ? Engine.NIO : engine();
    }

    private static boolean isLarge(Path limit) {
        // Such a file gives its text to the first read only, so that read must have room for all of it;
        // Files.readString's has
        // room for one character.
        try (BufferedReader reader = Files.newBufferedReader(limit, StandardCharsets.US_ASCII)) {
            String line = reader.readLine();
            return line != null && Long.parseLong(line.strip()) >= EventLoop.GATHER_BUFFER_BYTES;
        } catch (IOException | NumberFormatException e) {
            return false; // not Linux, where there is no epoll either
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
