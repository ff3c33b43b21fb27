package io.mediatool.core.signalling.client;

import io.mediatool.core.ice.IceCandidate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Looks up the names that servers write in place of addresses (RFC 8839 §5.1 allows it), away from the loop. */
final class CandidateNames {
    private CandidateNames() {}

    /** Those that we can go to: by UDP, with addresses. A name that nobody knows is left out. */
    static CompletionStage<List<IceCandidate>> resolve(List<IceCandidate> candidates) {
        List<IceCandidate> usable = candidates.stream()
                .filter(each -> each.transport().equals("udp") && each.port() > 0)
                .toList();
        boolean plain = usable.stream().allMatch(each -> each.address() != null);
        return plain ? CompletableFuture.completedFuture(usable) : CompletableFuture.supplyAsync(() -> lookUp(usable));
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
