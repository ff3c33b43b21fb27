package io.mediatool.core.loop;

import io.mediatool.core.loop.kernel.DatagramPort;
import io.mediatool.core.loop.kernel.DatagramPorts;
import io.mediatool.core.loop.kernel.Gathering;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop on Netty's, by epoll or NIO.
 *
 * <p>How turns map to Netty's iterations: each socket's read burst is a turn of its own, ended by Netty's "read
 * complete". Tasks and the alarm of the timers open a turn when none is open and queue exactly one end of it behind
 * whatever is queued by then; a read burst that comes first ends it earlier.
 */
final class NettyEventLoop implements EventLoop {
    // A turn that queues more than this is flushed in between: what is copied should still be in the second-level cache
    // when the kernel reads it. 100 viewers, bursts of 17 packets of 1200 bytes; longer runs gained nothing more.
    private static final int FLUSH_BYTES = 2 << 20;

    private static final int NIO_RETRY_MILLIS = 2;
    private static final int NIO_RETRIES = 5;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final MultiThreadIoEventLoopGroup group;
    private final IoEventLoop netty;
    private final Gathering gathering;
    private final boolean epoll;
    private final Consumer<Throwable> onBug;
    private final DatagramPorts datagrams;
    private final byte[] scratch = new byte[DatagramPorts.LARGEST_DATAGRAM];
    private final AtomicLong busyNs = new AtomicLong();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final TimerHeap timers = new TimerHeap();
    private final List<NettyUdpSocket> sockets = new ArrayList<>();
    private final List<NettyTcpPort> ports = new ArrayList<>();
    private final List<Output> toFlush = new ArrayList<>();
    private final List<Output> flushing = new ArrayList<>();
    private long gatherNs;
    private int queuedBytes;
    // Made once: where little happens the compiler never comes, and then the JVM links each lambda anew, slowly.
    private final Runnable onAlarm = this::onAlarm;
    private final Runnable onTurnOver = this::onTurnOver;
    private final TimerHeap.Guard runTimer = this::runTimer;
    private boolean turnOpen;
    private boolean endQueued;
    private long nowNs;
    private @Nullable Future<?> alarm;
    private long alarmNs;

    /** What has something to be sent in this turn. */
    interface Output {
        void flush();

        void onTurnEnd();
    }

    NettyEventLoop(String name, Consumer<Throwable> onBug, boolean epoll) {
        this.onBug = onBug;
        this.epoll = epoll;
        this.datagrams = epoll ? DatagramPorts.epoll(scratch) : DatagramPorts.nio(scratch);
        ThreadFactory threads = task -> {
            Thread thread = new FastThreadLocalThread(task, name);
            thread.setDaemon(true);
            return thread;
        };
        IoHandlerFactory engine = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Gathering.Factory gathered = new Gathering.Factory(engine);
        this.group = new MultiThreadIoEventLoopGroup(1, threads, gathered);
        this.gathering = gathered.handler();
        this.netty = group.next();
    }

    @Override
    public boolean inLoop() {
        return netty.inEventLoop();
    }

    void requireInLoop() {
        if (!netty.inEventLoop()) {
            throw new IllegalStateException("only on the loop's thread, not on "
                    + Thread.currentThread().getName());
        }
    }

    @Override
    public void execute(Runnable task) {
        netty.execute(() -> runTask(task));
    }

    private void runTask(Runnable task) {
        openTurn();
        try {
            task.run();
        } catch (Throwable bug) {
            report(bug);
        }
    }

    @Override
    public long nowNs() {
        requireInLoop();
        openTurn();
        return nowNs;
    }

    @Override
    public long busyNs() {
        return busyNs.get();
    }

    @Override
    public long clockNs() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(long deadlineNs, Task task) {
        requireInLoop();
        Timer timer = timers.schedule(deadlineNs, task);
        setAlarm();
        return timer;
    }

    /** One alarm of Netty's, for the soonest timer; too early after a cancellation, never too late. */
    private void setAlarm() {
        TimerHeap.Entry first = timers.first();
        if (first == null || (alarm != null && alarmNs - first.deadlineNs <= 0) || closing.get()) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmNs = first.deadlineNs;
        alarm = netty.schedule(onAlarm, Math.max(0, alarmNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void onAlarm() {
        alarm = null;
        endTurn(); // timers want the time of now, not of the tasks before them
        openTurn();
        timers.runDue(nowNs, runTimer);
        setAlarm();
    }

    private void runTimer(Task task, long turnNs) {
        try {
            task.run(turnNs);
        } catch (Throwable bug) {
            report(bug);
        }
    }

    /** The first datagram of a burst. */
    void beginReadTurn() {
        endTurn();
        turnOpen = true;
        nowNs = System.nanoTime();
    }

    byte[] scratch() {
        return scratch;
    }

    /** The time of the turn that is open. */
    long turnNs() {
        return turnOpen ? nowNs : nowNs();
    }

    private void openTurn() {
        if (turnOpen) {
            return;
        }
        turnOpen = true;
        nowNs = System.nanoTime();
        endTurnSoon();
    }

    void endReadTurn(boolean more) {
        gathering.onReceived(more);
        endTurn();
    }

    @Override
    public void gather(long windowNs) {
        requireInLoop();
        if (windowNs < 0 || windowNs > MAX_GATHER_NS) {
            throw new IllegalArgumentException("a window must be 0 to 1 s: " + windowNs);
        }
        gatherNs = windowNs;
        gatherWhereThereIsRoom();
    }

    private void gatherWhereThereIsRoom() {
        long windowNs = gatherNs;
        for (NettyUdpSocket socket : sockets) {
            windowNs = Math.min(windowNs, EventLoop.gatherNs(gatherNs, socket.receiveBufferBytes()));
        }
        gathering.window(windowNs);
    }

    void endTurnSoon() {
        if (!endQueued) {
            endQueued = true;
            netty.execute(onTurnOver);
        }
    }

    private void onTurnOver() {
        endQueued = false;
        endTurn();
    }

    void endTurn() {
        boolean worked = turnOpen;
        long beganNs = nowNs;
        turnOpen = false;
        queuedBytes = 0;
        flushing.addAll(toFlush);
        toFlush.clear();
        for (int i = 0; i < flushing.size(); i++) {
            flushing.get(i).onTurnEnd();
        }
        flushing.clear();
        if (worked) {
            busyNs.lazySet(busyNs.getPlain() + System.nanoTime() - beganNs);
        }
    }

    /** Counts what a socket has queued in this turn, and flushes in between before it falls out of the processor's cache. */
    void onQueued(int bytes) {
        queuedBytes += bytes;
        if (queuedBytes > FLUSH_BYTES) {
            queuedBytes = 0;
            for (int i = 0; i < toFlush.size(); i++) {
                toFlush.get(i).flush();
            }
        }
    }

    void flushAtTurnEnd(Output output) {
        toFlush.add(output);
        if (!turnOpen) {
            openTurn();
        }
    }

    void report(Throwable bug) {
        onBug.accept(bug);
    }

    @Override
    public UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
        return onLoop(() -> open(binding, listener));
    }

    @Override
    public TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException {
        return onLoop(() -> open(local, listener));
    }

    /** Opens something, from whichever thread. */
    private <T> T onLoop(Callable<T> opening) throws IOException {
        if (inLoop()) {
            return call(opening);
        }
        int attempt = 0;
        while (true) {
            try {
                return openFromOutside(opening, attempt * NIO_RETRY_MILLIS);
            } catch (BindException e) {
                // A port that an NIO channel held is free only after the next select.
                if (epoll || ++attempt > NIO_RETRIES) {
                    throw e;
                }
            }
        }
    }

    private static <T> T call(Callable<T> opening) throws IOException {
        try {
            return opening.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private <T> T openFromOutside(Callable<T> what, int afterMillis) throws IOException {
        FutureTask<T> opening = new FutureTask<>(what);
        if (afterMillis == 0) {
            netty.execute(opening);
        } else {
            Future<?> unused = netty.schedule(opening, afterMillis, TimeUnit.MILLISECONDS);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return opening.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    if (netty.isTerminated()) {
                        throw new IOException("the loop is closed", e);
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private UdpSocket open(UdpBinding binding, DatagramListener listener) throws IOException {
        if (closing.get()) {
            throw new IOException("the loop is closed");
        }
        DatagramPort port = datagrams.open(binding.ipv6());
        NettyUdpSocket socket = new NettyUdpSocket(this, port, listener);
        try {
            new UdpOpening(binding, port).open(netty, socket);
            socket.opened(port.localAddress(), port.receiveBufferBytes());
        } catch (IOException | RuntimeException e) {
            port.close();
            throw e;
        }
        sockets.add(socket);
        gatherWhereThereIsRoom();
        return socket;
    }

    private TcpListener.Port open(InetSocketAddress local, TcpListener listener) throws IOException {
        if (closing.get()) {
            throw new IOException("the loop is closed");
        }
        NettyTcpPort port = new NettyTcpPort(this, netty, listener);
        port.open(local, epoll);
        ports.add(port);
        return port;
    }

    void closePort(NettyTcpPort port) {
        if (netty.inEventLoop()) {
            ports.remove(port);
            port.closeNow();
        } else {
            tryExecute(() -> closePort(port)); // a closed loop has closed the port
        }
    }

    void closeSocket(NettyUdpSocket socket) {
        if (netty.inEventLoop()) {
            sockets.remove(socket);
            socket.closeNow();
            gatherWhereThereIsRoom();
        } else {
            tryExecute(() -> closeSocket(socket)); // a closed loop has closed the socket
        }
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            netty.execute(this::closeAll);
            Future<?> unused = group.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        if (!netty.inEventLoop()) {
            group.terminationFuture().awaitUninterruptibly();
        }
    }

    private void closeAll() {
        endTurn();
        timers.clear();
        gatherNs = 0;
        gatherWhereThereIsRoom();
        for (NettyUdpSocket socket : List.copyOf(sockets)) {
            closeSocket(socket);
        }
        List.copyOf(ports).forEach(this::closePort);
        // Tasks queued behind this one still run, without sockets.
        datagrams.close();
    }
}
