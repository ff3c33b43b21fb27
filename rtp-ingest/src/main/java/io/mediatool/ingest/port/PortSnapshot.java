package io.mediatool.ingest.port;

import io.mediatool.core.loop.address.AddressText;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What one UDP socket has seen.
 *
 * @param local where it listens
 * @param carries {@code RTP}, {@code RTCP} or {@code MPEG-TS}: what it is there for
 * @param datagrams that arrived
 * @param bytes of them
 * @param rtpPackets that were well formed
 * @param payloadTypes of those, ascending
 * @param ssrcs of those, as unsigned hexadecimal, the first few
 * @param rtcpPackets well-formed RTCP datagrams
 * @param transportStreamPackets of 188 bytes
 * @param malformed dropped datagrams or packets by reason
 * @param kernelDropped dropped by the kernel because we were too slow, -1 where it does not tell
 * @param senders who sent, the first few
 * @param lastArrivalAgeNs how long ago the last datagram came, -1 when none did
 */
public record PortSnapshot(
        InetSocketAddress local,
        String carries,
        long datagrams,
        long bytes,
        long rtpPackets,
        List<Integer> payloadTypes,
        List<String> ssrcs,
        long rtcpPackets,
        long transportStreamPackets,
        SortedMap<String, Long> malformed,
        long kernelDropped,
        List<InetSocketAddress> senders,
        long lastArrivalAgeNs) {

    /** Whether media come there, and not RTCP alone. */
    public boolean isOfMedia() {
        return !carries.equals("RTCP");
    }

    /** One line for people. */
    public String describe() {
        String name = "udp port " + local.getPort() + " (" + carries + ")";
        if (datagrams == 0) {
            return name + ": nothing arrived";
        }
        List<String> parts = new ArrayList<>();
        parts.add(
                datagrams + (datagrams == 1 ? " datagram, " : " datagrams, ") + bytes + " bytes from " + senderList());
        if (rtpPackets > 0) {
            parts.add(rtpPackets + " RTP packets of payload type "
                    + payloadTypes.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        if (rtcpPackets > 0) {
            parts.add(rtcpPackets + " RTCP");
        }
        if (transportStreamPackets > 0) {
            parts.add(transportStreamPackets + " transport stream packets");
        }
        malformed.forEach((reason, count) -> parts.add(count + " dropped (" + reason + ")"));
        if (kernelDropped > 0) {
            parts.add(kernelDropped + " lost in the kernel");
        }
        if (lastArrivalAgeNs >= 0) {
            parts.add("the last " + lastArrivalAgeNs / 1_000_000_000L + "." + lastArrivalAgeNs / 100_000_000L % 10
                    + " s ago");
        }
        return name + ": " + String.join("; ", parts);
    }

    private String senderList() {
        String text = senders.stream().limit(3).map(AddressText::of).collect(Collectors.joining(", "));
        return senders.size() > 3 ? text + " and others" : text;
    }
}
