package io.mediatool.core.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IceCandidateTest {

    @Test
    void readsWhatBrowsersSend() throws Exception {
        IceCandidate candidate = IceCandidate.parse("candidate:1467250027 1 udp 2122260223 192.168.0.196 46243 typ host"
                + " generation 0 ufrag xyz network-id 1");
        assertNotNull(candidate);
        assertEquals(2122260223L, candidate.priority());
        assertEquals(new InetSocketAddress("192.168.0.196", 46243), candidate.address());
        IceCandidate tcp = IceCandidate.parse("1 1 TCP 1518280447 2001:db8::1 9 typ host tcptype active");
        assertNotNull(tcp);
        assertEquals("tcp", tcp.transport());
        assertEquals("active", tcp.tcpType());
        assertEquals(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 9), tcp.address());
    }

    @Test
    void namesHaveNoAddress() {
        for (String host : List.of("4f9b3f0e-6d0c-4c7e-a7b9-1e6f7a6f5f5b.local", "example.org", "1.2.3", "999.1.1.1")) {
            IceCandidate candidate = IceCandidate.parse("candidate:1 1 udp 1 " + host + " 5000 typ host");
            assertNotNull(candidate);
            assertNull(candidate.address(), host);
        }
    }

    @Test
    void refusesOthers() {
        for (String bad : List.of(
                "",
                "candidate:1 1 udp 1 1.2.3.4 5000",
                "candidate:1 1 udp x 1.2.3.4 5000 typ host",
                "candidate:1 1 udp 1 1.2.3.4 70000 typ host",
                "candidate:1 1 udp 1 1.2.3.4 5000 type host")) {
            assertNull(IceCandidate.parse(bad), bad);
        }
    }

    @Test
    void writesHostCandidates() {
        IceCandidate host = IceCandidate.host("udp", new InetSocketAddress("203.0.113.5", 8189), 65535);
        assertEquals("candidate:165535 1 udp 2130706431 203.0.113.5 8189 typ host", host.toSdp());
        assertEquals(host, IceCandidate.parse(host.toSdp()));
        IceCandidate tcp = IceCandidate.host("tcp", new InetSocketAddress("203.0.113.5", 8189), 1);
        assertEquals(tcp, IceCandidate.parse(tcp.toSdp()));
    }

    /** FFmpeg 8.0 takes a line for UDP from its first "udp" on, and reads protocol, priority, host and port from there. */
    @Test
    void foundationsAreDigits() {
        var address = new InetSocketAddress("203.0.113.5", 8189);
        for (IceCandidate ours : List.of(
                IceCandidate.host("udp", address, 65535),
                IceCandidate.host("tcp", address, 65535),
                IceCandidate.reflexive(address, address, 65535))) {
            assertTrue(ours.foundation().matches("[0-9]{1,32}"), ours.toSdp());
        }
        assertNotEquals(
                IceCandidate.host("udp", address, 1).foundation(),
                IceCandidate.host("tcp", address, 1).foundation());
    }

    @Test
    void credentials() {
        IceCredentials one = IceCredentials.random(new Random(1));
        assertEquals(8, one.ufrag().length());
        assertEquals(24, one.password().length());
        assertEquals(one, IceCredentials.random(new Random(1)));
        assertThrows(IllegalArgumentException.class, () -> new IceCredentials("abc", "x".repeat(22)));
        assertThrows(IllegalArgumentException.class, () -> new IceCredentials("abcd", "x".repeat(21)));
        assertThrows(IllegalArgumentException.class, () -> new IceCredentials("a:cd", "x".repeat(22)));
    }
}
