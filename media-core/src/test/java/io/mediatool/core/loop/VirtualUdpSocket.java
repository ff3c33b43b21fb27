package io.mediatool.core.loop;

import io.mediatool.core.loop.kernel.SendQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A socket on a {@link FakeNetwork}. */
final class VirtualUdpSocket implements UdpSocket {
    private final VirtualEventLoop loop;
    private final FakeNetwork network;
    private final UdpBinding binding;
    private final DatagramListener listener;
    private final InetSocketAddress local;
    private final List<Runnable> queued = new ArrayList<>();
    private final Map<InetAddress, InetSocketAddress> sources = new HashMap<>();
    private boolean closed;
    private long received;
    private long receivedBytes;
    private long sent;
    private long sentBytes;
    private long failed;
    private final Map<InetSocketAddress, Long> unsent = new HashMap<>();

    VirtualUdpSocket(VirtualEventLoop loop, FakeNetwork network, UdpBinding binding, DatagramListener listener)
            throws IOException {
        this.loop = loop;
        this.network = network;
        this.binding = binding;
        this.listener = listener;
        this.local = network.attach(this, binding);
    }

    boolean hears(InetSocketAddress to) {
        if (closed || to.getPort() != local.getPort()) {
            return false;
        }
        InetAddress group = binding.multicastGroup();
        if (group != null && group.equals(to.getAddress())) {
            return true;
        }
        InetAddress address = local.getAddress();
        return !to.getAddress().isMulticastAddress()
                && (address.isAnyLocalAddress() || address.equals(to.getAddress()));
    }

    void onDatagram(byte[] payload, InetSocketAddress from, long nowNs) {
        if (closed) {
            return;
        }
        received++;
        receivedBytes += payload.length;
        // Lent: a copy that is spoiled afterwards, so that a listener which keeps it is found out.
        byte[] lent = payload.clone();
        try {
            listener.onDatagram(lent, 0, lent.length, from, nowNs);
        } catch (Throwable bug) {
            loop.report(bug);
        }
        Arrays.fill(lent, (byte) 0xDD);
    }

    void onTurnEnd(long nowNs) {
        if (closed) {
            return;
        }
        try {
            listener.onTurnEnd(nowNs);
        } catch (Throwable bug) {
            loop.report(bug);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public int receiveBufferBytes() {
        return binding.receiveBufferBytes();
    }

    @Override
    public void send(byte[] data, int offset, int length, InetSocketAddress remote) {
        loop.requireInLoop();
        if (closed) {
            return;
        }
        if (length < 1 || length > SendQueue.MAX_DATAGRAM_BYTES || remote.isUnresolved()) {
            failed++;
            unsent.merge(remote, 1L, Long::sum);
            return;
        }
        byte[] payload = Arrays.copyOfRange(data, offset, offset + length);
        if (queued.isEmpty()) {
            loop.flushAtTurnEnd(this);
        }
        sent++;
        sentBytes += length;
        queued.add(() -> network.carry(loop, source(remote), remote, payload));
    }

    /** A socket on the wildcard sends from the address that it sends to: this network is one machine. */
    private InetSocketAddress source(InetSocketAddress remote) {
        InetAddress address = local.getAddress();
        boolean own = !address.isAnyLocalAddress() && !address.isMulticastAddress();
        boolean toGroup = remote.getAddress().isMulticastAddress();
        InetAddress from = own ? address : toGroup ? InetAddress.getLoopbackAddress() : remote.getAddress();
        return sources.computeIfAbsent(from, one -> new InetSocketAddress(one, local.getPort()));
    }

    @Override
    public void flush() {
        List<Runnable> leaving = List.copyOf(queued);
        queued.clear();
        leaving.forEach(Runnable::run);
    }

    @Override
    public long unsent(InetSocketAddress remote) {
        loop.requireInLoop();
        return unsent.getOrDefault(remote, 0L);
    }

    @Override
    public Stats stats() {
        return new Stats(received, receivedBytes, 0, sent, sentBytes, failed, 0);
    }

    @Override
    public void close() {
        loop.closeSocket(this);
    }

    void closeNow() {
        if (!closed) {
            flush();
            closed = true;
            network.detach(this);
        }
    }
}
