package io.mediatool.ingest.port;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.rtcp.Goodbye;
import io.mediatool.core.rtcp.ReceiverReport;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.RtcpPacket;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtcp.RtcpWriter;
import io.mediatool.core.rtcp.SenderReport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RTCP of one port (RFC 3550 §6): sender reports and goodbyes in, receiver reports out. Reports go to where RTCP came from,
 * or to where RTP came from when the two share a port: to nobody who has not sent first.
 */
final class RtcpSession {
    /** RFC 3550 §6.2: with two participants the interval is the minimum. */
    private static final long INTERVAL_NS = 5_000_000_000L;
    /** RFC 3550 §6.3.1: e − 3/2, because randomising alone would make the interval shorter than meant. */
    private static final double COMPENSATION = 1.21828;

    private static final int MAX_BLOCKS = 31;
    private static final long GOODBYE_DELAY_NS = 500_000_000L;
    /** And then so long without packets, because a loop that was kept from running reads its sockets after its timers. */
    private static final long QUIET_NS = 100_000_000L;

    private static final int MAX_QUIET_CHECKS = 20;
    /** Goodbyes that wait, and reports, of SSRCs not known yet. */
    private static final int MAX_PENDING = 8;

    private final PortPlan plan;
    private final PortContext context;
    private final PayloadRoutes routes;
    private final Runnable onGoodbye;
    private @Nullable InetSocketAddress remote;
    private @Nullable UdpSocket socket;
    private @Nullable InetSocketAddress rtpRemote;
    private @Nullable UdpSocket rtpSocket;
    private @Nullable Timer timer;
    private final List<SenderReport> early = new ArrayList<>();
    private final Set<Integer> leaving = new HashSet<>();
    private long lastRtpNs = Long.MIN_VALUE;
    private boolean closed;

    /** @param onGoodbye called after a BYE of any SSRC */
    RtcpSession(PortPlan plan, PortContext context, PayloadRoutes routes, Runnable onGoodbye) {
        this.plan = plan;
        this.context = context;
        this.routes = routes;
        this.onGoodbye = onGoodbye;
    }

    /** Starts reporting. RFC 3550 §6.2: the first report comes after half the interval. */
    void start(UdpSocket boundRtpSocket, long nowNs) {
        rtpSocket = boundRtpSocket;
        schedule(nowNs, INTERVAL_NS / 2);
    }

    /** Notes who sent RTP. */
    void onRtpFrom(InetSocketAddress sender, long nowNs) {
        rtpRemote = sender;
        lastRtpNs = nowNs;
    }

    /**
     * Takes one RTCP datagram.
     *
     * @param via the socket it came by
     * @throws MalformedException when it breaks its format; nothing of it was used
     */
    void onRtcp(byte[] data, int offset, int length, InetSocketAddress sender, UdpSocket via, long nowNs)
            throws MalformedException {
        List<RtcpPacket> packets = RtcpPackets.parse(data, offset, length);
        remote = sender;
        socket = via;
        for (RtcpPacket packet : packets) {
            if (packet instanceof SenderReport report) {
                onSenderReport(report, nowNs);
            } else if (packet instanceof Goodbye bye) {
                onGoodbye(bye, nowNs);
            }
        }
    }

    /**
     * RTP and RTCP come by two sockets, so the last packets may still be unread: RFC 3550 §6.2.1 has members that said BYE
     * forgotten after a delay.
     */
    private void onGoodbye(Goodbye bye, long nowNs) {
        for (int ssrc : bye.ssrcs()) {
            if ((isHere(ssrc) || hasRoomForStrangers()) && leaving.add(ssrc)) {
                context.loop()
                        .schedule(
                                nowNs + GOODBYE_DELAY_NS,
                                thenNs -> leaveWhenQuiet(ssrc, MAX_QUIET_CHECKS, Long.MAX_VALUE, thenNs));
            }
        }
    }

    private boolean isHere(int ssrc) {
        return routes.all().stream().anyMatch(route -> route.source().ssrc() == ssrc);
    }

    /** A BYE may be read before the packets that it follows; those that nobody sent for must not take the place of one. */
    private boolean hasRoomForStrangers() {
        return leaving.stream().filter(ssrc -> !isHere(ssrc)).count() < MAX_PENDING;
    }

    private void leaveWhenQuiet(int ssrc, int checks, long lastSeenNs, long nowNs) {
        if (!closed && checks > 0 && lastSeenNs != lastRtpNs) {
            long seenNs = lastRtpNs;
            context.loop().schedule(nowNs + QUIET_NS, thenNs -> leaveWhenQuiet(ssrc, checks - 1, seenNs, thenNs));
            return;
        }
        leaving.remove(ssrc);
        if (closed) {
            return;
        }
        routes.all().forEach(route -> route.source().onBye(ssrc, nowNs));
        onGoodbye.run();
    }

    /** The report goes to the medium of its SSRC. When no packet told whose that is, each keeps it until one does. */
    private void onSenderReport(SenderReport report, long nowNs) {
        boolean known = routes.all().stream().anyMatch(route -> route.isOf(report.ssrc()));
        for (MediaRoute route : routes.all()) {
            if (!known || route.isOf(report.ssrc())) {
                route.onSenderReport(report.ssrc(), report.ntpTime(), report.rtpTimestamp(), nowNs);
            }
        }
        if (!known) {
            early.removeIf(before -> before.ssrc() == report.ssrc());
            if (early.size() == MAX_PENDING) {
                early.remove(0);
            }
            early.add(report);
        }
    }

    /** A track was recognised: reports that came while its packets were held belong to it. */
    void onTrackAdded(long nowNs) {
        List<SenderReport> before = List.copyOf(early);
        early.clear();
        before.forEach(report -> onSenderReport(report, nowNs));
    }

    private void schedule(long nowNs, long intervalNs) {
        double factor = (0.5 + context.random().nextDouble()) / COMPENSATION;
        timer = context.loop().schedule(nowNs + (long) (intervalNs * factor), this::onReportTime);
    }

    private void onReportTime(long nowNs) {
        if (closed) {
            return;
        }
        List<ReportBlock> blocks = new ArrayList<>();
        for (MediaRoute route : routes.all()) {
            ReportBlock block = route.report(nowNs);
            if (block != null && blocks.size() < MAX_BLOCKS) {
                blocks.add(block);
            }
        }
        if (!blocks.isEmpty()) {
            send(RtcpWriter.receiver(new ReceiverReport(context.ownSsrc(), blocks), context.cname()));
        }
        schedule(nowNs, INTERVAL_NS);
    }

    private void send(byte[] datagram) {
        InetSocketAddress to = remote;
        UdpSocket via = socket;
        if (to == null && plan.rtcpMux()) {
            to = rtpRemote;
            via = rtpSocket;
        }
        if (to != null && via != null) {
            via.send(datagram, 0, datagram.length, to);
        }
    }

    /** Takes leave (RFC 3550 §6.6) and stops reporting. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        Timer next = timer;
        if (next != null) {
            next.cancel();
        }
        send(RtcpWriter.goodbye(context.ownSsrc(), context.cname(), ""));
    }
}
