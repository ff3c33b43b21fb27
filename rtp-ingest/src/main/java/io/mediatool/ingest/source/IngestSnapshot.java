package io.mediatool.ingest.source;

import io.mediatool.ingest.port.PortSnapshot;
import java.util.List;

/**
 * What was and was not seen, port by port, at one moment.
 *
 * @param ports in the order of the sources, each RTP port followed by its RTCP port where that is its own
 */
public record IngestSnapshot(List<PortSnapshot> ports) {
    public IngestSnapshot {
        ports = List.copyOf(ports);
    }

    /** Whether any datagram came at all. */
    public boolean sawAnything() {
        return ports.stream().anyMatch(port -> port.datagrams() > 0);
    }

    /** Whether anything has come within {@code ns} before. */
    public boolean isComing(long ns) {
        return ports.stream().anyMatch(port -> port.datagrams() > 0 && port.lastArrivalAgeNs() < ns);
    }

    /** One line a port for people: {@code udp 5004: nothing arrived}. */
    public List<String> lines() {
        return ports.stream().map(PortSnapshot::describe).toList();
    }
}
