package io.mediatool.core.loop;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop in virtual time, for tests: nothing happens except inside {@link #advanceTo}, {@link #advanceBy} and
 * {@link #runUntilIdle}, everything in one order, on the thread that made it (which counts as the loop's). Its sockets
 * meet over a {@link FakeNetwork}.
 *
 * <p>Tasks of other threads are taken in when the loop next runs.
 */
public final class VirtualEventLoop implements EventLoop {
    private final Thread thread = Thread.currentThread();
    private final FakeNetwork network;
    private final Consumer<Throwable> onBug;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TimerHeap timers = new TimerHeap();
    private final List<VirtualUdpSocket> sockets = new ArrayList<>();
    private final List<VirtualUdpSocket> toFlush = new ArrayList<>();
    private @Nullable VirtualUdpSocket reading;
    private final Deque<Delivery> gathered = new ArrayDeque<>();
    private long gatherNs;
    private long gatherUntilNs;
    private long nowNs;
    private double busyShare;
    private volatile boolean closed;

    /** On a perfect network; a bug is thrown out of the advancing call. */
    public VirtualEventLoop() {
        this(new FakeNetwork(0, FakeNetwork.Link.PERFECT), bug -> {
            throw new AssertionError("bug on the virtual loop", bug);
        });
    }

    public VirtualEventLoop(FakeNetwork network, Consumer<Throwable> onBug) {
        this.network = network;
        this.onBug = onBug;
    }

    /** Moves time to {@code timeNs}; what is due until then happens at its own time. */
    public void advanceTo(long timeNs) {
        requireInLoop();
        runTasks();
        for (TimerHeap.Entry first = timers.first();
                first != null && first.deadlineNs <= timeNs;
                first = timers.first()) {
            step(first);
        }
        nowNs = Math.max(nowNs, timeNs);
    }

    /** As {@link #advanceTo}, relative. */
    public void advanceBy(long durationNs) {
        advanceTo(nowNs + durationNs);
    }

    /** Time goes by in which the loop's thread does not run, as on a busy machine: what is due then comes late. */
    public void hang(long durationNs) {
        requireInLoop();
        nowNs += durationNs;
    }

    /**
     * Goes from event to event until none is left, or {@code limitNs} is reached: periodic timers never end.
     *
     * @return whether nothing is left
     */
    public boolean runUntilIdle(long limitNs) {
        requireInLoop();
        runTasks();
        for (TimerHeap.Entry first = timers.first(); first != null; first = timers.first()) {
            if (first.deadlineNs > limitNs) {
                return false;
            }
            step(first);
        }
        return true;
    }

    /** Work takes no virtual time: as busy as {@link #busyShare} said. */
    @Override
    public long busyNs() {
        return (long) (nowNs * busyShare);
    }

    /** What part of its time the loop says it was at work; none unless told. Before anybody asks. */
    public void busyShare(double share) {
        busyShare = share;
    }

    /** A datagram from outside, such as one of a capture, at {@code timeNs} to whoever is bound to {@code to}. */
    public void inject(long timeNs, InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        byte[] copy = payload.clone();
        schedule(timeNs, now -> network.carry(this, from, to, copy));
    }

    private void step(TimerHeap.Entry first) {
        nowNs = Math.max(nowNs, first.deadlineNs);
        timers.runDue(nowNs, this::runTimer);
        endRead();
        endTurn();
        runTasks();
    }

    private void runTimer(Task task, long turnNs) {
        if (task instanceof Delivery delivery) {
            if (!gathered.isEmpty()) {
                gathered.add(delivery);
            } else if (turnNs < gatherUntilNs) {
                gathered.add(delivery);
                timers.schedule(gatherUntilNs, new GatheredDeliveries());
            } else {
                take(delivery, turnNs);
            }
            return;
        }
        if (task instanceof GatheredDeliveries) {
            takeGathered();
            return;
        }
        endRead();
        guarded(() -> task.run(turnNs));
    }

    private void take(Delivery delivery, long turnNs) {
        if (reading != delivery.to) {
            endRead();
            reading = delivery.to;
        }
        delivery.run(turnNs);
        if (gathers()) {
            gatherUntilNs = turnNs + windowNs();
        }
    }

    private void takeGathered() {
        for (Delivery next = gathered.poll(); next != null; next = gathered.poll()) {
            take(next, nowNs);
        }
    }

    /** As on a real loop: after each delivery what comes within the window waits for its end, and keeps its order. */
    @Override
    public void gather(long windowNs) {
        requireInLoop();
        gatherNs = windowNs;
        stopWhereThereIsNoRoom();
    }

    private void stopWhereThereIsNoRoom() {
        if (gathers()) {
            return;
        }
        gatherUntilNs = 0;
        if (!gathered.isEmpty()) {
            timers.schedule(nowNs, new GatheredDeliveries());
        }
    }

    private boolean gathers() {
        return windowNs() > 0;
    }

    private long windowNs() {
        return sockets.stream()
                .mapToLong(socket -> EventLoop.gatherNs(gatherNs, socket.receiveBufferBytes()))
                .min()
                .orElse(gatherNs);
    }

    private void endRead() {
        VirtualUdpSocket socket = reading;
        reading = null;
        if (socket != null) {
            socket.onTurnEnd(nowNs);
            endTurn();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
        endTurn();
    }

    private void endTurn() {
        List<VirtualUdpSocket> flushing = List.copyOf(toFlush);
        toFlush.clear();
        flushing.forEach(VirtualUdpSocket::flush);
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable bug) {
            report(bug);
        }
    }

    void report(Throwable bug) {
        onBug.accept(bug);
    }

    void flushAtTurnEnd(VirtualUdpSocket socket) {
        toFlush.add(socket);
    }

    void deliver(long timeNs, VirtualUdpSocket to, byte[] payload, InetSocketAddress from) {
        timers.schedule(timeNs, new Delivery(to, payload, from));
    }

    void requireInLoop() {
        if (!inLoop()) {
            throw new IllegalStateException("only on the loop's thread, not on "
                    + Thread.currentThread().getName());
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nowNs() {
        requireInLoop();
        return nowNs;
    }

    @Override
    public Timer schedule(long deadlineNs, Task task) {
        requireInLoop();
        return timers.schedule(deadlineNs, task);
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the loop is closed");
        }
        tasks.add(task);
    }

    @Override
    public UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
        requireInLoop();
        if (closed) {
            throw new IOException("the loop is closed");
        }
        VirtualUdpSocket socket = new VirtualUdpSocket(this, network, binding, listener);
        sockets.add(socket);
        stopWhereThereIsNoRoom();
        return socket;
    }

    /** There is no TCP on the fake network. */
    @Override
    public TcpListener.Port listen(InetSocketAddress local, TcpListener listener) throws IOException {
        throw new BindException("no TCP in virtual time: " + local);
    }

    void closeSocket(VirtualUdpSocket socket) {
        if (inLoop()) {
            sockets.remove(socket);
            socket.closeNow();
        } else if (!closed) {
            execute(() -> closeSocket(socket));
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        requireInLoop();
        runTasks();
        closed = true;
        List.copyOf(sockets).forEach(this::closeSocket);
        timers.clear();
    }

    private record Delivery(VirtualUdpSocket to, byte[] payload, InetSocketAddress from) implements Task {
        @Override
        public void run(long nowNs) {
            to.onDatagram(payload, from, nowNs);
        }
    }

    /** The end of a window. */
    private record GatheredDeliveries() implements Task {
        @Override
        public void run(long nowNs) {
            throw new AssertionError("taken by the loop");
        }
    }
}
