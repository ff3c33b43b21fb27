package io.mediatool.core.loop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * One thread that owns sockets, timers and tasks, and the only clock there is.
 *
 * <p>The loop works in turns. A turn begins when it wakes up for datagrams, for timers or for tasks; the monotonic clock
 * is read once, and {@link #nowNs()} answers that reading until the turn ends. A turn that received datagrams ends after
 * {@link DatagramListener#onTurnEnd} of the socket that received them; a turn of timers and tasks ends when those that
 * were due have run. At the end of each turn every socket with queued datagrams is flushed once.
 *
 * <p>{@link #execute}, {@link #bind}, {@link #listen} and {@link #close} may be called from any thread; {@link #nowNs} and
 * {@link #schedule} only on the loop's own (else {@link IllegalStateException}). What a task, timer or listener throws
 * is a bug: it goes to the handler given when the loop was opened, and the loop goes on.
 */
public interface EventLoop extends TimeService, Executor, AutoCloseable {

    /** The monotonic clock itself, for measuring what a turn takes; all else goes by {@link #nowNs}. In the loop's thread. */
    default long clockNs() {
        return nowNs();
    }

    /** Whether the calling thread is the loop's. */
    boolean inLoop();

    /**
     * Runs {@code task} on the loop, never before this method returned; tasks of one thread run in their order.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the loop is closed
     */
    @Override
    void execute(Runnable task);

    /**
     * Opens a socket on this loop. Blocks until it is bound; datagrams may reach the listener (on the loop) before this
     * returns to another thread. Not for the thread of another loop, which must not block.
     *
     * @throws java.net.BindException when the address is taken or not ours; the message names it
     * @throws IOException when the socket cannot be opened or the multicast group not be joined
     */
    UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException;

    /**
     * Opens a TCP port on this loop, as {@link #bind} does. Connections are capped, in all and of one address.
     *
     * @throws java.net.BindException when the address is taken or not ours; the message names it
     */
    TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException;

    /**
     * Runs what was queued with {@link #execute}, drops timers, flushes and closes the sockets and ends the thread. From another
     * thread it returns when that is done, on the loop's own thread at once. Twice is harmless.
     */
    @Override
    void close();
}
