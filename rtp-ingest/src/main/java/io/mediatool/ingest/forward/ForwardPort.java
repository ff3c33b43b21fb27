package io.mediatool.ingest.forward;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.SenderReport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pair of sockets, RTP and RTCP, which the tracks of several forwarders leave by. What receivers say is told apart by the SSRC that it is
 * about: each track has its own. On its loop, except {@link #open} and {@link #close}.
 */
final class ForwardPort implements DatagramListener, AutoCloseable {
    private final Map<Integer, ForwardTrack> tracks = new HashMap<>();
    private final UdpSocket rtp;
    private final UdpSocket rtcp;

    private ForwardPort(EventLoop loop, ForwardTarget target) throws IOException {
        InetAddress any = InetAddress.getByName(target.address() instanceof Inet4Address ? "0.0.0.0" : "::");
        try {
            rtp = loop.bind(binding(target, any, 0), this);
        } catch (IOException e) {
            throw new IOException(target.text() + ": no socket to send from: " + e.getMessage(), e);
        }
        try {
            rtcp = besides(loop, target, any);
        } catch (IOException e) {
            rtp.close();
            throw new IOException(target.text() + ": no socket for RTCP: " + e.getMessage(), e);
        }
    }

    /** Binds them to free ports, RTCP next to RTP where that is free: some receivers answer to that. */
    static ForwardPort open(EventLoop loop, ForwardTarget target) throws IOException {
        return new ForwardPort(loop, target);
    }

    private UdpSocket besides(EventLoop loop, ForwardTarget target, InetAddress any) throws IOException {
        int next = rtp.localAddress().getPort() + 1;
        if (next <= 65_535) {
            try {
                return loop.bind(binding(target, any, next), this);
            } catch (IOException e) {
                // Taken: any other will do.
                return loop.bind(binding(target, any, 0), this);
            }
        }
        return loop.bind(binding(target, any, 0), this);
    }

    private static UdpBinding binding(ForwardTarget target, InetAddress any, int port) {
        UdpBinding binding = UdpBinding.of(new InetSocketAddress(any, port))
                .withBuffers(64 << 10, UdpBinding.DEFAULT_SEND_BUFFER_BYTES); // only reports come in
        return target.address().isMulticastAddress()
                ? binding.withMulticastSending(target.networkInterface(), target.ttl(), true)
                : binding;
    }

    UdpSocket rtp() {
        return rtp;
    }

    UdpSocket rtcp() {
        return rtcp;
    }

    /** Tells a track what receivers say of it. */
    void add(ForwardTrack track) {
        tracks.putIfAbsent(track.ssrc(), track);
    }

    void remove(ForwardTrack track) {
        tracks.remove(track.ssrc(), track);
    }

    /** Garbage is nobody's trouble. */
    @Override
    public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        if (!RtcpPackets.isRtcp(data, offset, length)) {
            return;
        }
        try {
            for (RtcpPacket packet : RtcpPackets.parse(data, offset, length)) {
                blocks(packet).forEach(this::tell);
            }
        } catch (MalformedException e) {
            return; // a broken report says nothing, and nothing depends on it
        }
    }

    private void tell(ReportBlock block) {
        ForwardTrack about = tracks.get(block.ssrc());
        if (about != null) {
            about.onReport(block);
        }
    }

    private static List<ReportBlock> blocks(RtcpPacket packet) {
        if (packet instanceof ReceiverReport report) {
            return report.reports();
        }
        return packet instanceof SenderReport report ? report.reports() : List.of();
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
