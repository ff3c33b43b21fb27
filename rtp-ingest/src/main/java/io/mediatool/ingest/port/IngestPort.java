package io.mediatool.ingest.port;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.DatagramListener;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.rtcp.RtcpPackets;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.ingest.program.ProgramTracks;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One port of an ingest, with its RTCP port. Single-threaded: all methods on the loop's thread. */
public final class IngestPort {
    /** A transport stream silent for so long has paused: its last frames wait no longer for their end to show. */
    private static final long PAUSE_NS = 1_000_000_000L;
    /** Packets a second from a second sender that are worth a line. */
    private static final long STRAYS_WORTH_TELLING = 20;
    /** Less than this loses packets in the bursts of an ordinary key frame. */
    private static final int SMALL_BUFFER_BYTES = 1 << 20;
    /** How often the kernel is asked what it dropped: where it cannot be asked about one socket it lists them all. */
    private static final long DROPS_NS = 5_000_000_000L;

    private final PortPlan plan;
    private final PortContext context;
    private final PortCounters rtpCounters = new PortCounters();
    private final PortCounters rtcpCounters = new PortCounters();
    private final PayloadRoutes routes;
    private final UnknownPayloads unknown;
    private final RtcpSession rtcp;
    private final RtpPacket view = new RtpPacket();
    private @Nullable UdpSocket rtpSocket;
    private @Nullable UdpSocket rtcpSocket;
    private @Nullable ProgramTracks bare;
    private long bareLastNs;
    private boolean bareFlushed = true;
    private long kernelDropped;
    private long dropsAskedNs;

    /** @param onGoodbye called after an RTCP BYE */
    public IngestPort(PortPlan plan, PortContext context, Runnable onGoodbye) {
        this.plan = plan;
        this.context = context;
        this.routes = new PayloadRoutes(plan, context);
        this.unknown = new UnknownPayloads(plan, context, routes);
        this.rtcp = new RtcpSession(plan, context, routes, onGoodbye);
    }

    /**
     * Binds the sockets; nothing is published yet.
     *
     * @throws IOException with one clear line when RTP cannot be received; without an RTCP port it goes on
     */
    public void bind() throws IOException {
        UdpSocket bound = bind(plan.binding(), new RtpDatagrams());
        rtpSocket = bound;
        UdpBinding rtcpBinding = plan.rtcpBinding();
        if (rtcpBinding != null) {
            try {
                rtcpSocket = bind(rtcpBinding, new RtcpDatagrams());
            } catch (IOException e) {
                context.publisher()
                        .line(e.getMessage()
                                + ": goes on without RTCP; tracks are aligned by arrival, and the end is not noticed");
            }
        }
    }

    private UdpSocket bind(UdpBinding binding, DatagramListener listener) throws IOException {
        InetSocketAddress local = binding.local();
        try {
            return context.loop().bind(binding, listener);
        } catch (BindException e) {
            throw new IOException("udp port " + local.getPort() + ": cannot listen on " + text(local.getAddress())
                    + ": " + reason(e) + (isTaken(e) ? "; another program, or another mediatool, receives there" : ""));
        } catch (IOException e) {
            if (local.getAddress().isAnyLocalAddress() && !(local.getAddress() instanceof Inet4Address)) {
                // A machine without IPv6.
                var ip4 = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), local.getPort());
                return bind(
                        UdpBinding.of(ip4).withBuffers(binding.receiveBufferBytes(), binding.sendBufferBytes()),
                        listener);
            }
            throw new IOException("udp port " + local.getPort() + ": cannot listen on " + text(local.getAddress())
                    + ": " + reason(e));
        }
    }

    private static boolean isTaken(IOException e) {
        return reason(e).toLowerCase(Locale.ROOT).contains("in use");
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static String text(InetAddress address) {
        return address.isAnyLocalAddress() ? "any address" : AddressText.of(address);
    }

    /** Publishes what is described and begins to report. */
    public void start(long nowNs) {
        dropsAskedNs = nowNs;
        plan.media().forEach(medium -> routes.addTrack(medium.formats()));
        UdpSocket bound = rtpSocket;
        if (bound != null) {
            if (!plan.bare()) {
                rtcp.start(bound, nowNs);
            }
            int granted = bound.receiveBufferBytes();
            if (granted < SMALL_BUFFER_BYTES && granted < context.receiveBufferBytes()) {
                context.publisher()
                        .line("the system grants a receive buffer of only " + granted / 1024
                                + " kB, so bursts may be lost; allow more: " + sysctl());
            }
        }
    }

    private String sysctl() {
        return "sysctl -w net.core.rmem_max=" + context.receiveBufferBytes();
    }

    private void onRtpDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
        rtpCounters.onDatagram(length, remote, nowNs);
        UdpSocket bound = rtpSocket;
        try {
            if (plan.bare() && !isWrapped(data, offset, length)) {
                onBare(data, offset, length, nowNs);
            } else if (bound != null && RtcpPackets.isRtcp(data, offset, length)) {
                rtcp.onRtcp(data, offset, length, remote, bound, nowNs);
                rtpCounters.onRtcp();
            } else if (plan.open() && TransportStreamBytes.areWhole(data, offset, length)) {
                onUnwrapped(data, offset, length, nowNs);
            } else {
                view.wrap(data, offset, length);
                rtpCounters.onRtp(view);
                rtcp.onRtpFrom(remote, nowNs);
                if (!routes.deliver(view, remote.getAddress(), nowNs)) {
                    onUnknown(nowNs);
                }
            }
        } catch (MalformedException e) {
            onMalformed(rtpCounters, e, remote);
        }
    }

    private void onUnknown(long nowNs) {
        int tracksBefore = routes.all().size();
        unknown.onRtp(view, nowNs);
        if (routes.all().size() > tracksBefore) {
            rtcp.onTrackAdded(nowNs);
        }
    }

    private void onMalformed(PortCounters counters, MalformedException cause, InetSocketAddress remote) {
        counters.onMalformed(cause);
        context.publisher()
                .line(
                        plan.name() + " malformed",
                        plan.name() + ": dropped what is no " + (plan.bare() ? "MPEG-TS" : "RTP") + " from "
                                + AddressText.of(remote.getAddress()) + " (" + cause.reason() + ")");
    }

    /** RTP on a port that was said to be bare. */
    private boolean isWrapped(byte[] data, int offset, int length) {
        boolean foundBefore = !routes.all().isEmpty();
        if (!foundBefore && bare != null) {
            return false;
        }
        boolean wrapped = length > RtpPacket.HEADER_BYTES
                && (data[offset] & 0xff) == 0x80
                && TransportStreamBytes.areWhole(
                        data, offset + RtpPacket.HEADER_BYTES, length - RtpPacket.HEADER_BYTES);
        if (wrapped && !foundBefore) {
            context.publisher()
                    .line(plan.argument() + " brings its MPEG-TS in RTP; to say so yourself: 'rtp"
                            + plan.argument().substring(3) + "'");
        }
        return wrapped;
    }

    /** A bare transport stream on a port that was said to be RTP. */
    private void onUnwrapped(byte[] data, int offset, int length, long nowNs) {
        if (bare == null) {
            int query = plan.argument().indexOf('?');
            String base = query < 0 ? plan.argument() : plan.argument().substring(0, query);
            context.publisher()
                    .line(plan.argument() + " brings MPEG-TS without RTP"
                            + (base.startsWith("rtp://")
                                    ? "; to say so yourself: 'udp" + base.substring(3) + "'"
                                    : ""));
        }
        onBare(data, offset, length, nowNs);
    }

    private void onBare(byte[] data, int offset, int length, long nowNs) {
        ProgramTracks tracks = bare;
        if (tracks == null) {
            tracks = new ProgramTracks(plan.name(), context.publisher(), context.wallClock(), context.random());
            bare = tracks;
        }
        bareLastNs = nowNs;
        bareFlushed = false;
        tracks.feed(data, offset, length, nowNs);
    }

    /** To be called about once a second. */
    public void onTick(long nowNs) {
        unknown.onTick(nowNs);
        ProgramTracks tracks = bare;
        if (tracks != null && !bareFlushed && nowNs - bareLastNs >= PAUSE_NS) {
            bareFlushed = true;
            tracks.onPause();
        }
        for (MediaRoute route : routes.all()) {
            if (route.newStrays() >= STRAYS_WORTH_TELLING) {
                context.publisher()
                        .line(plan.name() + ": a second sender sends the same payload type at the same time;"
                                + " it is left out");
            }
        }
        if (nowNs - dropsAskedNs >= DROPS_NS) {
            dropsAskedNs = nowNs;
            tellDrops();
        }
    }

    private void tellDrops() {
        UdpSocket bound = rtpSocket;
        long drops = bound == null ? 0 : Math.max(0, bound.stats().kernelDropped());
        if (bound != null && drops > kernelDropped) {
            context.publisher()
                    .line(plan.name() + ": the kernel dropped packets because its receive buffer ("
                            + bound.receiveBufferBytes() / 1024 + " kB) was full; "
                            + (bound.receiveBufferBytes() < context.receiveBufferBytes()
                                    ? "allow more: " + sysctl()
                                    : "this machine has too much to do"));
            kernelDropped = drops;
        }
    }

    /** What was seen on the port and on its RTCP port. */
    public List<PortSnapshot> snapshots(long nowNs) {
        List<PortSnapshot> snapshots = new ArrayList<>();
        UdpSocket rtp = rtpSocket;
        if (rtp != null) {
            long packets = routes.programs().stream()
                    .mapToLong(tracks -> tracks.statistics().packets())
                    .sum();
            ProgramTracks tracks = bare;
            packets += tracks == null ? 0 : tracks.statistics().packets();
            snapshots.add(rtpCounters.snapshot(
                    rtp.localAddress(),
                    plan.bare() ? "MPEG-TS" : plan.rtcpMux() ? "RTP and RTCP" : "RTP",
                    packets,
                    rtp.stats().kernelDropped(),
                    nowNs));
        }
        UdpSocket control = rtcpSocket;
        if (control != null) {
            snapshots.add(rtcpCounters.snapshot(
                    control.localAddress(), "RTCP", 0, control.stats().kernelDropped(), nowNs));
        }
        return snapshots;
    }

    /** Ends what transport streams still hold, takes leave and closes the sockets; harmless when repeated. */
    public void close(long nowNs) {
        routes.all().forEach(route -> route.source().end(nowNs));
        ProgramTracks tracks = bare;
        if (tracks != null) {
            tracks.end(nowNs);
        }
        rtcp.close();
        tellDrops();
        UdpSocket rtp = rtpSocket;
        if (rtp != null) {
            rtp.flush();
            rtp.close();
        }
        UdpSocket control = rtcpSocket;
        if (control != null) {
            control.flush();
            control.close();
        }
    }

    private final class RtpDatagrams implements DatagramListener {
        @Override
        public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
            onRtpDatagram(data, offset, length, remote, nowNs);
        }
    }

    private final class RtcpDatagrams implements DatagramListener {
        @Override
        public void onDatagram(byte[] data, int offset, int length, InetSocketAddress remote, long nowNs) {
            rtcpCounters.onDatagram(length, remote, nowNs);
            UdpSocket bound = rtcpSocket;
            if (bound == null) {
                return;
            }
            try {
                rtcp.onRtcp(data, offset, length, remote, bound, nowNs);
                rtcpCounters.onRtcp();
            } catch (MalformedException e) {
                onMalformed(rtcpCounters, e, remote);
            }
        }
    }
}
