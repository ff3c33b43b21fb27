package io.mediatool.ingest.port;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtp.RtpPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came to one socket. What the network chooses (senders, SSRCs) is kept up to a bound. */
final class PortCounters {
    private static final int MAX_SENDERS = 8;
    private static final int MAX_SSRCS = 8;
    private static final int MAX_REASONS = 32;

    private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[MAX_SENDERS];
    private final long[] senderDatagrams = new long[MAX_SENDERS];
    private final int[] ssrcs = new int[MAX_SSRCS];
    private final boolean[] payloadTypes = new boolean[128];
    private final SortedMap<String, Long> malformed = new TreeMap<>();
    private int lastSender;
    private int ssrcCount;
    private long datagrams;
    private long bytes;
    private long rtpPackets;
    private long rtcpPackets;
    private long lastArrivalNs;

    void onDatagram(int length, InetSocketAddress remote, long nowNs) {
        datagrams++;
        bytes += length;
        lastArrivalNs = nowNs;
        InetSocketAddress last = senders[lastSender];
        if (last == null || !last.equals(remote)) {
            lastSender = indexOf(remote);
        }
        senderDatagrams[lastSender]++;
    }

    /** Senders beyond the bound are counted with the last one. */
    private int indexOf(InetSocketAddress remote) {
        for (int i = 0; i < MAX_SENDERS; i++) {
            InetSocketAddress known = senders[i];
            if (known == null) {
                senders[i] = remote;
                return i;
            }
            if (known.equals(remote)) {
                senders[i] = remote;
                return i;
            }
        }
        return MAX_SENDERS - 1;
    }

    void onRtp(RtpPacket packet) {
        rtpPackets++;
        payloadTypes[packet.payloadType()] = true;
        int ssrc = packet.ssrc();
        for (int i = 0; i < ssrcCount; i++) {
            if (ssrcs[i] == ssrc) {
                return;
            }
        }
        if (ssrcCount < MAX_SSRCS) {
            ssrcs[ssrcCount++] = ssrc;
        }
    }

    void onRtcp() {
        rtcpPackets++;
    }

    void onMalformed(MalformedException cause) {
        count(cause.reason());
    }

    void count(String reason) {
        if (malformed.size() < MAX_REASONS || malformed.containsKey(reason)) {
            malformed.merge(reason, 1L, Long::sum);
        }
    }

    long rtpPackets() {
        return rtpPackets;
    }

    PortSnapshot snapshot(
            InetSocketAddress local, String carries, long transportStreamPackets, long kernelDropped, long nowNs) {
        List<Integer> types = new ArrayList<>();
        for (int type = 0; type < payloadTypes.length; type++) {
            if (payloadTypes[type]) {
                types.add(type);
            }
        }
        List<String> hexSsrcs = new ArrayList<>();
        for (int i = 0; i < ssrcCount; i++) {
            hexSsrcs.add(Integer.toHexString(ssrcs[i]));
        }
        List<InetSocketAddress> from = new ArrayList<>();
        for (InetSocketAddress sender : senders) {
            if (sender != null) {
                from.add(sender);
            }
        }
        return new PortSnapshot(
                local,
                carries,
                datagrams,
                bytes,
                rtpPackets,
                types,
                hexSsrcs,
                rtcpPackets,
                transportStreamPackets,
                new TreeMap<>(malformed),
                kernelDropped,
                from,
                datagrams == 0 ? -1 : nowNs - lastArrivalNs);
    }
}
