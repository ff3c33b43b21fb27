package io.mediatool.core.loop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One thread that owns sockets, timers and tasks, and the only clock there is.
 *
 * <p>The loop works in turns. A turn begins when it wakes up for datagrams, for timers or for tasks; the monotonic clock
 * is read once, and {@link #nowNs()} answers that reading until the turn ends. A turn that received datagrams ends after
 * {@link DatagramListener#onTurnEnd} of the socket that received them; a turn of timers and tasks ends when those that
 * were due have run. At the end of each turn every socket with queued datagrams is flushed once.
 *
 * <p>{@link #execute}, {@link #tryExecute}, {@link #bind}, {@link #listen}, {@link #busyNs} and {@link #close} may be called from any thread; {@link #nowNs},
 * {@link #schedule} and {@link #gather} only on the loop's own (else {@link IllegalStateException}). What a task, timer or listener throws
 * is a bug: it goes to the handler given when the loop was opened, and the loop goes on.
 */
public interface EventLoop extends TimeService, Executor, AutoCloseable {

    /** A socket that was granted this much has room for the bursts of the whole window of {@link #gather}, a smaller one for a part of it. */
    int GATHER_BUFFER_BYTES = 2 << 20;

    /** Below it nothing is gathered: a part so small saves nothing. */
    int LEAST_GATHER_BUFFER_BYTES = 128 << 10;

    /** The longest window of {@link #gather}. */
    long MAX_GATHER_NS = 1_000_000_000L;

    /** The monotonic clock itself, for measuring what a turn takes; all else goes by {@link #nowNs}. In the loop's thread. */
    default long clockNs() {
        return nowNs();
    }

    /** How long the turns took since the loop began, until their end each; what goes on between turns, waiting above all, is not in it. Any thread. */
    long busyNs();

    /** Whether the calling thread is the loop's. */
    boolean inLoop();

    /**
     * Runs {@code task} on the loop, never before this method returned; tasks of one thread run in their order.
     *
     * @throws RejectedExecutionException when the loop is closed
     */
    @Override
    void execute(Runnable task);

    /**
     * As {@link #execute}, for whoever need not fail when the loop is closed: all that lived there has gone with it.
     *
     * @return false when the loop is closed; {@code task} will not run
     */
    default boolean tryExecute(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

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
     * How long datagrams may wait in the kernel, once some have come, so that those which follow are taken in one go: fewer
     * wake-ups and less CPU, for one who only receives. Arrival times get coarser by up to the window (it varies by an eighth);
     * timers, tasks and wake-ups keep their time; what comes by TCP waits, too. While a socket of the loop has a receive buffer of less than
     * {@value #GATHER_BUFFER_BYTES} bytes the window is shorter in proportion, and nothing below {@value #LEAST_GATHER_BUFFER_BYTES}. On the
     * loop.
     *
     * @param windowNs 0 (the default: none waits) to {@link #MAX_GATHER_NS}
     */
    void gather(long windowNs);

    /** The part of a window that a receive buffer has room for. */
    static long gatherNs(long windowNs, int receiveBufferBytes) {
        if (receiveBufferBytes >= GATHER_BUFFER_BYTES) {
            return windowNs;
        }
        return receiveBufferBytes < LEAST_GATHER_BUFFER_BYTES ? 0 : windowNs * receiveBufferBytes / GATHER_BUFFER_BYTES;
    }

    /**
     * Runs what was queued with {@link #execute}, drops timers, flushes and closes the sockets and ends the thread. From another
     * thread it returns when that is done, on the loop's own thread at once. Twice is harmless.
     */
    @Override
    void close();
}
