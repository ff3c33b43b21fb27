package io.mediatool.core.server.peer;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.MediaServer;
import io.mediatool.core.server.TransitTimes;
import io.mediatool.core.server.outgoing.Carrier;
import io.mediatool.core.server.outgoing.OutgoingStream;
import io.mediatool.core.server.outgoing.PathBudget;
import io.mediatool.core.transport.DtlsIceTransport;
import java.util.function.Consumer;

/** A peer as those see it who send to it. What is counted for each packet lies here, beside what sends it. For the loop's thread. */
final class Outlet implements Carrier {
    private final Transport transport;
    private final DtlsIceTransport peer;
    private final PathBudget budget;
    private final TransitTimes transit;
    private final EventLoop loop;
    private long packets;
    private long bytes;

    Outlet(Transport transport, DtlsIceTransport peer, MediaServer server) {
        this.transport = transport;
        this.peer = peer;
        this.budget = transport.budget();
        this.transit = server.transit();
        this.loop = server.loop();
    }

    @Override
    public void addTo(Consumer<Object> parts) {
        parts.accept(this);
        peer.addTo(parts);
    }

    @Override
    public boolean isConnected() {
        return !transport.isClosed() && peer.state() == DtlsIceTransport.State.CONNECTED;
    }

    @Override
    public long nowNs() {
        return loop.nowNs();
    }

    @Override
    public long burstBps(long nowNs) {
        return budget.burstBps(nowNs);
    }

    @Override
    public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
        packets++;
        bytes += length;
        transit.onQueued(loop.nowNs());
        peer.sendRtp(data, offset, length, mayPad);
    }

    @Override
    public void sendRtpAgain(byte[] data, int offset, int length) {
        packets++;
        bytes += length;
        peer.sendRtpAgain(data, offset, length);
    }

    @Override
    public void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {
        if (sequenceAt >= 0) {
            long number = budget.onSent(length, nowNs);
            data[sequenceAt] = (byte) (number >> 8);
            data[sequenceAt + 1] = (byte) number;
        }
        if (timeAt >= 0) {
            // 6.18 fixed point seconds
            long time = (nowNs / 1_000_000_000L & 63) << 18 | (nowNs % 1_000_000_000L << 18) / 1_000_000_000L;
            data[timeAt] = (byte) (time >> 16);
            data[timeAt + 1] = (byte) (time >> 8);
            data[timeAt + 2] = (byte) time;
        }
    }

    @Override
    public void fail(RuntimeException bug, long nowNs) {
        transport.fail(bug, nowNs);
    }

    @Override
    public void remove(OutgoingStream stream) {
        transport.remove(stream);
    }

    void addCounters(Counters counters) {
        counters.add("packetsSent", packets);
        counters.add("bytesSent", bytes);
    }
}
