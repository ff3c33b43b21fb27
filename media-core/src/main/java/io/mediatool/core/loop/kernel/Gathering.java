package io.mediatool.core.loop.kernel;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a loop from waking up for every datagram: after a run that received some it lets a window pass before it asks the engine
 * again, so that what comes meanwhile is taken in one go. Tasks and timers run at their time all the same, and a loop that
 * received nothing waits in the engine as ever: an active one wakes about once a window, an idle one not at all.
 *
 * <p>Confined to the loop's thread, except {@link #wakeup}.
 */
public final class Gathering implements IoHandler {
    // A window that is always the same would keep step with the frames of a stream, and all their arrivals would seem
    // late by the same part of it. An eighth of it, by the clock's finer digits, lets the phase wander.
    private static final int VARIED_PART = 8;

    private final IoHandler engine;
    private final ThreadAwareExecutor executor;
    private long windowNs;
    private boolean received;
    private boolean more;
    private boolean waiting;
    private long untilNs;
    private volatile @Nullable Thread paused;

    private Gathering(IoHandler engine, ThreadAwareExecutor executor) {
        this.engine = engine;
        this.executor = executor;
    }

    /** Makes the handler of the one loop that it is given to. */
    public static final class Factory implements IoHandlerFactory {
        private final IoHandlerFactory engines;
        private @Nullable Gathering made;

        public Factory(IoHandlerFactory engines) {
            this.engines = engines;
        }

        @Override
        public IoHandler newHandler(ThreadAwareExecutor executor) {
            Gathering handler = new Gathering(engines.newHandler(executor), executor);
            made = handler;
            return handler;
        }

        @Override
        public boolean isChangingThreadSupported() {
            return false;
        }

        /** What was made. */
        public Gathering handler() {
            Gathering handler = made;
            if (handler == null) {
                throw new IllegalStateException("no loop has been made");
            }
            return handler;
        }
    }

    /** From now on; 0 ends a wait that is under way. */
    public void window(long ns) {
        windowNs = ns;
        waiting &= ns > 0;
    }

    /**
     * This run has received datagrams.
     *
     * @param moreThere whether the socket may hold further ones already: then nothing is waited for
     */
    public void onReceived(boolean moreThere) {
        received = true;
        more |= moreThere;
    }

    @Override
    public int run(IoHandlerContext context) {
        if (waiting) {
            pause(context);
            if (untilNs - System.nanoTime() > 0) {
                return 0; // for a task or timer
            }
            waiting = false;
        }
        received = false;
        more = false;
        int handled = engine.run(context);
        if (windowNs > 0 && received && !more) {
            waiting = true;
            long nowNs = System.nanoTime();
            untilNs = nowNs + windowNs - (windowNs / VARIED_PART * ((nowNs >>> 6) & 1_023) >> 10);
        }
        return handled;
    }

    private void pause(IoHandlerContext context) {
        paused = Thread.currentThread();
        // Asked for after the line above: a task that came before it is seen here, one that comes later unparks.
        if (context.canBlock()) {
            long nowNs = System.nanoTime();
            long leftNs = Math.min(untilNs - nowNs, context.delayNanos(nowNs));
            if (leftNs > 0) {
                LockSupport.parkNanos(this, leftNs);
            }
        }
        paused = null;
    }

    @Override
    public void wakeup() {
        Thread thread = paused;
        if (thread != null && !executor.isExecutorThread(Thread.currentThread())) {
            LockSupport.unpark(thread);
        }
        engine.wakeup();
    }

    @Override
    public void initialize() {
        engine.initialize();
    }

    @Override
    public void prepareToDestroy() {
        engine.prepareToDestroy();
    }

    @Override
    public void destroy() {
        engine.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return engine.register(handle);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return engine.isCompatible(handleType);
    }
}
