package io.mediatool.core.server.peer;

import io.mediatool.core.ice.IceCandidate;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Under which addresses clients are told to find a port. */
final class LocalCandidates {
    private static final int BEST = 65_535;

    private LocalCandidates() {}

    /**
     * The candidates of a bound port, best first. Names are resolved and doubles left out: Firefox takes no names, and
     * some pair a double twice.
     *
     * @throws IOException when a name cannot be resolved; the message names it
     */
    static List<IceCandidate> of(EndpointOptions options, int port) throws IOException {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String host : options.advertise()) {
            addresses.addAll(resolve(host));
        }
        if (addresses.isEmpty()) {
            for (InetAddress bound : options.bind()) {
                addresses.addAll(bound.isAnyLocalAddress() ? machine(bound) : List.of(bound));
            }
        }
        List<IceCandidate> candidates = new ArrayList<>();
        for (String transport : options.tcp() ? List.of("udp", "tcp") : List.of("udp")) {
            for (InetAddress address : addresses) {
                candidates.add(
                        IceCandidate.host(transport, new InetSocketAddress(address, port), BEST - candidates.size()));
            }
        }
        return List.copyOf(candidates);
    }

    private static List<InetAddress> resolve(String host) throws IOException {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new IOException("cannot advertise " + host + ": the name has no address", e);
        }
    }

    /** IPv4 before IPv6, since FFmpeg takes the first only; the loopback only where there is nothing else. */
    private static List<InetAddress> machine(InetAddress wildcard) throws IOException {
        List<InetAddress> found = new ArrayList<>();
        List<InetAddress> loopback = new ArrayList<>();
        for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!one.isUp()) {
                continue;
            }
            for (InetAddress address : Collections.list(one.getInetAddresses())) {
                boolean reachable = address instanceof Inet4Address || !(wildcard instanceof Inet4Address);
                if (address.isLoopbackAddress() && reachable) {
                    loopback.add(address);
                } else if (reachable && !address.isLinkLocalAddress() && !address.isMulticastAddress()) {
                    found.add(address);
                }
            }
        }
        List<InetAddress> usable = found.isEmpty() ? loopback : found;
        usable.sort(Comparator.comparing(address -> address instanceof Inet4Address ? 0 : 1));
        return usable;
    }
}
