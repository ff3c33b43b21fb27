package io.mediatool.core.server.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mediatool.core.ice.IceCandidate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LocalCandidatesTest {
    private static List<IceCandidate> of(String bind, String... advertise) throws IOException {
        InetSocketAddress bound = new InetSocketAddress(InetAddress.getByName(bind), 8_189);
        return LocalCandidates.of(EndpointOptions.of(bound).withAdvertise(List.of(advertise)), bound.getPort());
    }

    private static String shown(List<IceCandidate> candidates) {
        return String.join(
                " ",
                candidates.stream()
                        .map(each -> each.transport() + "/" + each.host() + ":" + each.port())
                        .toList());
    }

    @Test
    void whatIsAdvertisedComesInItsOrderUdpFirst() throws IOException {
        assertEquals(
                "udp/203.0.113.9:8189 udp/2001:db8:0:0:0:0:0:1:8189 tcp/203.0.113.9:8189 tcp/2001:db8:0:0:0:0:0:1:8189",
                shown(of("0.0.0.0", "203.0.113.9", "2001:db8::1", "203.0.113.9")));
    }

    @Test
    void prioritiesFallAndAreAllDifferent() throws IOException {
        List<IceCandidate> candidates = of("0.0.0.0", "203.0.113.9", "203.0.113.10");
        for (int i = 1; i < candidates.size(); i++) {
            assertTrue(candidates.get(i).priority() < candidates.get(i - 1).priority());
        }
        assertEquals(
                4, candidates.stream().map(IceCandidate::foundation).distinct().count());
    }

    @Test
    void aBoundAddressIsTheOnlyOne() throws IOException {
        assertEquals("udp/127.0.0.1:8189 tcp/127.0.0.1:8189", shown(of("127.0.0.1")));
    }

    @Test
    void aWildcardStandsForTheInterfaces() throws IOException {
        List<IceCandidate> candidates = of("0.0.0.0");
        assertTrue(candidates.size() >= 2, shown(candidates));
        for (IceCandidate each : candidates) {
            InetSocketAddress address = each.address();
            assertTrue(address != null && !address.getAddress().isAnyLocalAddress(), shown(candidates));
            assertTrue(each.host().indexOf(':') < 0, "IPv4 was bound: " + shown(candidates));
        }
    }

    @Test
    void aNameWithoutAddressIsNamed() {
        IOException e = assertThrows(IOException.class, () -> of("0.0.0.0", "no.such.name.invalid"));
        assertTrue(String.valueOf(e.getMessage()).contains("no.such.name.invalid"));
    }
}
