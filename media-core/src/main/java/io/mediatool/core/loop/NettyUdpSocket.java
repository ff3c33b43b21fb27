package io.mediatool.core.loop;

import io.mediatool.core.loop.kernel.DatagramPort;
import io.mediatool.core.loop.kernel.SendCounters;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A socket on a {@link NettyEventLoop}, whichever the engine. */
final class NettyUdpSocket implements UdpSocket, NettyEventLoop.Output, DatagramPort.Listener {
    private static final int MAX_KNOWN_SENDERS = 4_096;

    private final NettyEventLoop loop;
    private final DatagramPort port;
    private final DatagramListener listener;
    private final Map<InetSocketAddress, InetSocketAddress> senders = new HashMap<>();
    private @Nullable InetSocketAddress lastSender;
    private @Nullable InetSocketAddress localAddress;
    private int receiveBufferBytes;
    private boolean reading;
    private boolean dirty; // to be flushed at the turn's end
    private boolean queued;
    private boolean closed;
    private long received;
    private long receivedBytes;
    private long receiveFailed;
    private @Nullable Stats lastStats;

    NettyUdpSocket(NettyEventLoop loop, DatagramPort port, DatagramListener listener) {
        this.loop = loop;
        this.port = port;
        this.listener = listener;
    }

    /** Notes what the kernel made of the binding. */
    void opened(InetSocketAddress address, int grantedReceiveBytes) {
        localAddress = address;
        receiveBufferBytes = grantedReceiveBytes;
    }

    @Override
    public InetSocketAddress localAddress() {
        InetSocketAddress address = localAddress;
        if (address == null) {
            throw new IllegalStateException("not bound yet");
        }
        return address;
    }

    @Override
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    @Override
    public void send(byte[] data, int offset, int length, InetSocketAddress remote) {
        send(data, 0, data, offset, length, remote);
    }

    @Override
    public void send(byte[] head, int headLength, byte[] data, int offset, int length, InetSocketAddress remote) {
        loop.requireInLoop();
        if (closed) {
            return;
        }
        if (!dirty) {
            dirty = true;
            loop.flushAtTurnEnd(this);
        }
        queued = true;
        port.send(head, headLength, data, offset, length, remote);
        loop.onQueued(headLength + length);
    }

    @Override
    public void addTo(InetSocketAddress remote, Consumer<Object> parts) {
        port.addTo(remote, parts);
    }

    @Override
    public void flush() {
        loop.requireInLoop();
        if (queued) {
            queued = false;
            port.flush();
        }
    }

    @Override
    public void onTurnEnd() {
        dirty = false;
        flush();
    }

    @Override
    public Stats stats() {
        loop.requireInLoop();
        Stats last = lastStats;
        return last != null ? last : stats(port.kernelDrops());
    }

    @Override
    public long unsent(InetSocketAddress remote) {
        loop.requireInLoop();
        return port.counters().unsent(remote);
    }

    private Stats stats(long kernelDropped) {
        SendCounters sending = port.counters();
        return new Stats(
                received,
                receivedBytes,
                kernelDropped,
                sending.sent(),
                sending.sentBytes(),
                sending.failed() + receiveFailed,
                sending.dropped());
    }

    @Override
    public void close() {
        loop.closeSocket(this);
    }

    /** On the loop: sends what is queued, keeps the counters readable, lets go of the port. */
    void closeNow() {
        if (closed) {
            return;
        }
        port.flush();
        long drops = port.kernelDrops();
        closed = true;
        port.close();
        lastStats = stats(drops);
        if (reading) {
            reading = false; // Netty may not tell the end of this burst any more
            loop.endTurnSoon();
        }
    }

    @Override
    public void onDatagram(byte[] data, int length, InetSocketAddress sender) {
        if (closed) {
            return;
        }
        if (!reading) {
            reading = true;
            loop.beginReadTurn();
        }
        received++;
        receivedBytes += length;
        try {
            listener.onDatagram(data, 0, length, known(sender), loop.turnNs());
        } catch (Throwable bug) {
            loop.report(bug);
        }
    }

    @Override
    public void onBurstEnd(boolean more) {
        if (!reading) {
            return;
        }
        reading = false;
        if (!closed) {
            try {
                listener.onTurnEnd(loop.turnNs());
            } catch (Throwable bug) {
                loop.report(bug);
            }
        }
        loop.endReadTurn(more);
    }

    @Override
    public void onReceiveFailed() {
        receiveFailed++;
    }

    /** Engines may make an address per datagram; listeners get the one they saw before. */
    private InetSocketAddress known(InetSocketAddress sender) {
        InetSocketAddress last = lastSender;
        if (last != null && last.equals(sender)) {
            return last;
        }
        if (senders.size() >= MAX_KNOWN_SENDERS) {
            senders.clear();
        }
        InetSocketAddress first = senders.putIfAbsent(sender, sender);
        InetSocketAddress known = first == null ? sender : first;
        lastSender = known;
        return known;
    }
}
