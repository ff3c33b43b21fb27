package io.mediatool.core.signalling.client;

import io.mediatool.core.ice.IceCandidate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks up the names that servers write in place of addresses (RFC 8839 §5.1 allows it), away from the loop. */
final class CandidateNames {
    private static final Pattern STUN = Pattern.compile("stun:(\\[[0-9a-fA-F:.]+\\]|[^:?\\[\\]]+)(?::([0-9]{1,5}))?");
    private static final int STUN_PORT = 3_478;
    private static final int MAX_STUN_ADDRESSES = 4;

    private CandidateNames() {}

    /** Those that we can go to: by UDP, with addresses. A name that nobody knows is left out. */
    static CompletionStage<List<IceCandidate>> resolve(List<IceCandidate> candidates) {
        List<IceCandidate> usable = candidates.stream()
                .filter(each -> each.transport().equals("udp") && each.port() > 0)
                .toList();
        boolean plain = usable.stream().allMatch(each -> each.address() != null);
        return plain ? CompletableFuture.completedFuture(usable) : CompletableFuture.supplyAsync(() -> lookUp(usable));
    }

    /** Where {@code stun:HOST[:PORT]} addresses lead to (RFC 7064), three at most. */
    static CompletionStage<List<InetSocketAddress>> stunServers(List<String> addresses) {
        List<Matcher> plain = addresses.stream()
                .map(STUN::matcher)
                .filter(Matcher::matches)
                .limit(3)
                .toList();
        boolean literal = plain.stream().allMatch(each -> each.group(1).matches("[0-9.]+|\\[.*"));
        return literal
                ? CompletableFuture.completedFuture(lookUpServers(plain))
                : CompletableFuture.supplyAsync(() -> lookUpServers(plain));
    }

    private static List<InetSocketAddress> lookUpServers(List<Matcher> servers) {
        List<InetSocketAddress> found = new ArrayList<>();
        for (Matcher server : servers) {
            int port = server.group(2) == null ? STUN_PORT : Integer.parseInt(server.group(2));
            for (InetAddress address : addresses(server.group(1))) {
                if (port > 0 && port <= 65_535 && found.size() < MAX_STUN_ADDRESSES) {
                    found.add(new InetSocketAddress(address, port));
                }
            }
        }
        return found;
    }

    private static List<IceCandidate> lookUp(List<IceCandidate> candidates) {
        List<IceCandidate> found = new ArrayList<>();
        for (IceCandidate candidate : candidates) {
            if (candidate.address() != null) {
                found.add(candidate);
            } else {
                addresses(candidate.host())
                        .forEach(address -> found.add(new IceCandidate(
                                candidate.foundation(),
                                candidate.component(),
                                candidate.transport(),
                                candidate.priority(),
                                address.getHostAddress(),
                                candidate.port(),
                                candidate.type(),
                                candidate.tcpType())));
            }
        }
        return found;
    }

    private static List<InetAddress> addresses(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            return List.of(); // a .local name of another network: other candidates may do
        }
    }
}
