package io.mediatool.ingest.forward;

import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The two sockets of a forwarder, RTP and RTCP, or the one that both share. All tracks use them: ports tell them apart. */
final class ForwardSockets implements AutoCloseable {
    private final ForwardTarget target;
    private final UdpSocket rtp;
    private final UdpSocket rtcp;

    /** Where a track goes. */
    record Destination(InetSocketAddress rtp, InetSocketAddress rtcp) {}

    private ForwardSockets(ForwardTarget target, UdpSocket rtp, UdpSocket rtcp) {
        this.target = target;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /** Binds them to free ports, RTCP next to RTP where that is free: some receivers answer to that. */
    static ForwardSockets open(EventLoop loop, ForwardTarget target, DatagramListener receiver) throws IOException {
        InetAddress any = InetAddress.getByName(target.address() instanceof Inet4Address ? "0.0.0.0" : "::");
        UdpSocket rtp;
        try {
            rtp = loop.bind(binding(target, any, 0), receiver);
        } catch (IOException e) {
            throw new IOException(target.text() + ": no socket to send from: " + e.getMessage(), e);
        }
        if (target.rtcpMux()) {
            return new ForwardSockets(target, rtp, rtp);
        }
        try {
            return new ForwardSockets(target, rtp, besides(loop, target, any, rtp, receiver));
        } catch (IOException e) {
            rtp.close();
            throw new IOException(target.text() + ": no socket for RTCP: " + e.getMessage(), e);
        }
    }

    private static UdpSocket besides(
            EventLoop loop, ForwardTarget target, InetAddress any, UdpSocket rtp, DatagramListener receiver)
            throws IOException {
        int next = rtp.localAddress().getPort() + 1;
        if (next <= 65_535) {
            try {
                return loop.bind(binding(target, any, next), receiver);
            } catch (IOException e) {
                // Taken: any other will do.
                return loop.bind(binding(target, any, 0), receiver);
            }
        }
        return loop.bind(binding(target, any, 0), receiver);
    }

    private static UdpBinding binding(ForwardTarget target, InetAddress any, int port) {
        UdpBinding binding = UdpBinding.of(new InetSocketAddress(any, port))
                .withBuffers(64 << 10, UdpBinding.DEFAULT_SEND_BUFFER_BYTES); // only reports come in
        return target.address().isMulticastAddress()
                ? binding.withMulticastSending(target.networkInterface(), target.ttl(), true)
                : binding;
    }

    /** To be asked once for each track: sockets batch by destination. */
    Destination destination(int rtpPort) {
        InetSocketAddress to = new InetSocketAddress(target.address(), rtpPort);
        return new Destination(to, target.rtcpMux() ? to : new InetSocketAddress(target.address(), rtpPort + 1));
    }

    void sendRtp(byte[] header, byte[] payload, int offset, int length, Destination to) {
        rtp.send(header, header.length, payload, offset, length, to.rtp());
    }

    void sendRtcp(byte[] data, Destination to) {
        rtcp.send(data, 0, data.length, to.rtcp());
    }

    long sendFailed() {
        return rtp.stats().sendFailed() + (rtcp == rtp ? 0 : rtcp.stats().sendFailed());
    }

    long sendDropped() {
        return rtp.stats().sendDropped() + (rtcp == rtp ? 0 : rtcp.stats().sendDropped());
    }

    /** Sends what is queued of RTP. On the loop. */
    void flushRtp() {
        rtp.flush();
    }

    /** Sends what is queued. On the loop. */
    void flush() {
        rtp.flush();
        rtcp.flush();
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
