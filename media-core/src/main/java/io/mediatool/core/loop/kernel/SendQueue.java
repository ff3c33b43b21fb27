package io.mediatool.core.loop.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one socket has yet to send: per destination a list of {@link Run}s, in order. A run of two or more leaves as one UDP
 * GSO write where the kernel and the way to the destination allow it, the rest datagram by datagram in sendmmsg batches.
 *
 * <p>Whether GSO works is found out with the first run to each destination, before anything more goes there: a refusal
 * sends the same run again datagram by datagram, and nothing has overtaken it.
 */
public final class SendQueue {
    /** The longest payload of a datagram. */
    public static final int MAX_DATAGRAM_BYTES = Run.MAX_BYTES;

    /** Segments above an Ethernet frame are refused by the kernel; do not try. */
    public static final int MAX_SEGMENT_BYTES = 1_472;

    /** Datagrams not yet taken by the kernel, those waiting in Netty included; further ones are dropped. */
    static final int MAX_PENDING_DATAGRAMS = 32_768;

    /** Their bytes. */
    static final int MAX_PENDING_BYTES = 32 << 20;

    // Buffers of about this many destinations stay in the cache between copy and system call.
    private static final int DESTINATIONS_PER_WRITE = 16;

    private static final int MAX_DESTINATIONS = 4_096;
    private static final int MAX_SPARE_RUNS = 64;
    private static final int FIRST_RUN_BYTES = 2_048;

    private static final int EINVAL = -22;
    private static final int EMSGSIZE = -90;
    private static final int EIO = -5;
    private static final int ENOPROTOOPT = -92;
    private static final int EOPNOTSUPP = -95;

    private final Channel channel;
    private final @Nullable Socket socket;
    private final SendBuffers buffers;
    private boolean gso;
    private final SendCounters counters = new SendCounters();
    private final Map<InetSocketAddress, Destination> destinations = new HashMap<>();
    private final List<Destination> active = new ArrayList<>();
    private final ArrayDeque<Run> refused = new ArrayDeque<>();
    private final ArrayDeque<Run> spare = new ArrayDeque<>();
    private @Nullable Destination last;
    private boolean flushing;
    private boolean written;
    private boolean closed;
    private int pendingDatagrams;
    private int pendingBytes;

    /** @param gso whether to try UDP GSO */
    SendQueue(Channel channel, boolean gso, SendBuffers buffers) {
        this.channel = channel;
        this.gso = gso;
        this.buffers = buffers;
        this.socket = channel instanceof EpollDatagramChannel epoll && epoll.fd() instanceof Socket fd ? fd : null;
    }

    void send(byte[] data, int offset, int length, InetSocketAddress remote) {
        send(data, 0, data, offset, length, remote);
    }

    /** Queues a datagram of two parts. */
    void send(byte[] head, int headLength, byte[] data, int offset, int dataLength, InetSocketAddress remote) {
        int length = headLength + dataLength;
        if (length < 1 || length > Run.MAX_BYTES || remote.isUnresolved() || closed) {
            counters.onFailed(1, remote);
            return;
        }
        if (pendingDatagrams >= MAX_PENDING_DATAGRAMS || pendingBytes + length > MAX_PENDING_BYTES) {
            counters.onDropped(remote);
            return;
        }
        run(destination(remote), length).append(head, headLength, data, offset, dataLength);
        pendingBytes += length;
        pendingDatagrams++;
    }

    @SuppressWarnings("ReferenceEquality") // mostly the same object, and this is faster than asking it
    private Destination destination(InetSocketAddress remote) {
        Destination to = last;
        if (to == null || (to.address != remote && !to.address.equals(remote))) {
            to = destinations.computeIfAbsent(remote, Destination::new);
            last = to;
        }
        if (to.runs.isEmpty()) {
            active.add(to);
        }
        return to;
    }

    private Run run(Destination to, int length) {
        Run open = to.runs.isEmpty() ? null : to.runs.get(to.runs.size() - 1);
        if (open != null && open.takes(length)) {
            return open;
        }
        Run run = spare.isEmpty() ? new Run(channel, this, buffers) : spare.pop();
        run.begin(to, length, Math.max(length, to.expectedBytes));
        to.runs.add(run);
        return run;
    }

    void addTo(InetSocketAddress remote, Consumer<Object> parts) {
        Destination known = destinations.get(remote);
        if (known != null) {
            parts.accept(known);
            parts.accept(known.runs);
        }
    }

    public void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        for (int i = 0; i < active.size(); i++) {
            handOver(active.get(i));
            if (i % DESTINATIONS_PER_WRITE == DESTINATIONS_PER_WRITE - 1) {
                write();
            }
        }
        active.clear();
        write();
        if (destinations.size() > MAX_DESTINATIONS) {
            destinations.clear();
            last = null;
        }
        flushing = false;
    }

    private void write() {
        if (written) {
            written = false;
            channel.flush();
        }
        for (Run run = refused.poll(); run != null; run = refused.poll()) {
            writeSingly(run);
            channel.flush();
        }
        written = false;
    }

    private void write(DatagramPacket packet, Run run) {
        written = true;
        Future<?> unused = channel.write(packet, run);
    }

    private void handOver(Destination to) {
        for (int i = 0; i < to.runs.size(); i++) {
            Run run = to.runs.get(i);
            to.expectedBytes = Math.max(FIRST_RUN_BYTES, Math.max(run.bytes(), to.expectedBytes / 2));
            boolean eligible = gso && run.count() > 1 && run.segmentBytes() <= MAX_SEGMENT_BYTES;
            if (eligible && to.gso == Gso.WORKS) {
                writeSegmented(run);
            } else if (eligible && to.gso == Gso.UNTRIED) {
                to.gso = Gso.TRYING;
                writeSegmented(run);
                write();
            } else {
                writeSingly(run);
            }
        }
        to.runs.clear();
    }

    private void writeSegmented(Run run) {
        run.expect(true);
        write(new SegmentedDatagramPacket(run.buffer().retain(), run.segmentBytes(), run.destination().address), run);
    }

    private void writeSingly(Run run) {
        run.expect(false);
        InetSocketAddress address = run.destination().address;
        int bytes = run.bytes();
        int step = run.segmentBytes();
        if (run.count() == 1) {
            if (sentAtOnce(run)) {
                return;
            }
            write(new DatagramPacket(run.buffer().retain(), address), run);
            return;
        }
        // The last outcome may recycle the run at once (closed channel): nothing of it is read after the last write.
        for (int at = 0; at < bytes; at += step) {
            int length = Math.min(step, bytes - at);
            write(new DatagramPacket(run.buffer().retainedSlice(at, length), address), run);
        }
    }

    /**
     * A datagram on its own goes straight to the kernel: Netty's way there costs as much again as the system call. Only
     * when nothing waits before it, and not when the kernel's buffer is full.
     */
    private boolean sentAtOnce(Run run) {
        Socket direct = socket;
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (direct == null || waiting == null || waiting.totalPendingWriteBytes() > 0) {
            return false;
        }
        InetSocketAddress to = run.destination().address;
        ByteBuf buffer = run.buffer();
        try {
            int outcome = direct.sendToAddress(
                    buffer.memoryAddress(), buffer.readerIndex(), buffer.writerIndex(), to.getAddress(), to.getPort());
            if (outcome < 0) {
                return false;
            }
            boolean unused = run.trySuccess(null);
        } catch (IOException e) {
            boolean unused = run.tryFailure(e);
        }
        return true;
    }

    void onSent(Run run, int datagrams, int bytes) {
        if (run.segmented()) {
            run.destination().gso = Gso.WORKS;
        }
        counters.onSent(datagrams, bytes);
        settled(datagrams, bytes);
    }

    void onFailed(Run run, int datagrams, int bytes) {
        counters.onFailed(datagrams, run.destination().address);
        settled(datagrams, bytes);
    }

    /** @return whether the run will be sent again, datagram by datagram */
    boolean onRunRefused(Run run, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return false;
        }
        int error = cause instanceof Errors.NativeIoException e ? e.expectedErr() : 0;
        Destination to = run.destination();
        switch (error) {
            case EINVAL, EMSGSIZE -> to.gso = Gso.REFUSED; // a path with a smaller MTU; other destinations may do
            case EIO, ENOPROTOOPT, EOPNOTSUPP -> gso = false; // a device without checksum offload, an old kernel
            default -> to.gso = to.gso == Gso.WORKS ? Gso.WORKS : Gso.UNTRIED; // no route and the like: not GSO's fault
        }
        refused.add(run);
        if (!flushing) {
            channel.eventLoop().execute(this::flush);
        }
        return true;
    }

    private void settled(int datagrams, int bytes) {
        pendingDatagrams -= datagrams;
        pendingBytes -= bytes;
    }

    void recycle(Run run) {
        run.end();
        if (!closed && spare.size() < MAX_SPARE_RUNS) {
            spare.push(run);
        }
    }

    /** Gives back what is kept; what waits in the channel is the channel's to end. */
    void close() {
        closed = true;
        for (Destination to : active) {
            for (Run run : to.runs) {
                onFailed(run, run.count(), run.bytes());
                run.end();
            }
            to.runs.clear();
        }
        active.clear();
        spare.clear();
    }

    public SendCounters counters() {
        return counters;
    }

    private enum Gso {
        UNTRIED,
        TRYING,
        WORKS,
        REFUSED
    }

    /** Who is sent to. */
    static final class Destination {
        private final InetSocketAddress address;
        private final List<Run> runs = new ArrayList<>();
        private int expectedBytes = FIRST_RUN_BYTES;
        private Gso gso = Gso.UNTRIED;

        private Destination(InetSocketAddress address) {
            this.address = address;
        }
    }
}
