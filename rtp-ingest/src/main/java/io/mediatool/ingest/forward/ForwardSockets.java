package io.mediatool.ingest.forward;

import io.mediatool.core.loop.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A forwarder's part in a {@link ForwardPort}. All its tracks use it: the receiver's ports tell them apart. */
final class ForwardSockets implements AutoCloseable {
    private final ForwardPorts ports;
    private final EventLoop loop;
    private final ForwardTarget target;
    private final ForwardPort port;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** What others could not send there before. */
    private final Map<InetSocketAddress, Long> unsentBefore = new LinkedHashMap<>();

    /** Where a track goes. */
    record Destination(InetSocketAddress rtp, InetSocketAddress rtcp) {}

    private ForwardSockets(ForwardPorts ports, EventLoop loop, ForwardTarget target, ForwardPort port) {
        this.ports = ports;
        this.loop = loop;
        this.target = target;
        this.port = port;
    }

    static ForwardSockets open(ForwardPorts ports, EventLoop loop, ForwardTarget target) throws IOException {
        return new ForwardSockets(ports, loop, target, ports.take(loop, target));
    }

    /** To be asked once for each track: sockets batch by destination. */
    Destination destination(int rtpPort) {
        InetSocketAddress rtp = new InetSocketAddress(target.address(), rtpPort);
        InetSocketAddress rtcp = target.rtcpMux() ? rtp : new InetSocketAddress(target.address(), rtpPort + 1);
        unsentBefore.putIfAbsent(rtp, unsent(rtp));
        unsentBefore.putIfAbsent(rtcp, unsent(rtcp));
        return new Destination(rtp, rtcp);
    }

    /** Tells the track what receivers say of it. */
    void add(ForwardTrack track) {
        port.add(track);
    }

    void remove(ForwardTrack track) {
        port.remove(track);
    }

    void sendRtp(byte[] header, byte[] payload, int offset, int length, Destination to) {
        port.rtp().send(header, header.length, payload, offset, length, to.rtp());
    }

    void sendRtcp(byte[] data, Destination to) {
        (target.rtcpMux() ? port.rtp() : port.rtcp()).send(data, 0, data.length, to.rtcp());
    }

    /** Datagrams that could not be sent, and those dropped because the network was slower than the stream. */
    long notSent() {
        long sum = 0;
        for (Map.Entry<InetSocketAddress, Long> each : unsentBefore.entrySet()) {
            sum += unsent(each.getKey()) - each.getValue();
        }
        return sum;
    }

    private long unsent(InetSocketAddress remote) {
        return port.rtp().unsent(remote) + port.rtcp().unsent(remote);
    }

    /** Sends what is queued of RTP. */
    void flushRtp() {
        port.rtp().flush();
    }

    /** Sends what is queued. */
    void flush() {
        port.rtp().flush();
        port.rtcp().flush();
    }

    /** Harmless when repeated. Any thread. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            ports.giveBack(loop, target);
        }
    }
}
