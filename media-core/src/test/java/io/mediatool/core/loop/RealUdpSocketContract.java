package io.mediatool.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What only the kernel's sockets do. */
abstract class RealUdpSocketContract extends UdpSocketContract {
    private static NetworkInterface loopbackInterface() throws Exception {
        return NetworkInterface.networkInterfaces()
                .filter(candidate -> {
                    try {
                        return candidate.isLoopback();
                    } catch (SocketException e) {
                        return false;
                    }
                })
                .findFirst()
                .orElseThrow();
    }

    private void multicast(
            InetAddress groupA, InetAddress groupB, InetAddress wildcard, NetworkInterface networkInterface)
            throws Exception {
        Inbox first = new Inbox(driver);
        Inbox second = new Inbox(driver);
        Inbox other = new Inbox(driver);
        UdpSocket a = driver.loop.bind(UdpBinding.multicast(groupA, 0, networkInterface), first);
        int port = a.localAddress().getPort();
        driver.loop.bind(UdpBinding.multicast(groupA, port, networkInterface), second);
        driver.loop.bind(UdpBinding.multicast(groupB, port, networkInterface), other);
        UdpSocket from = driver.loop.bind(
                UdpBinding.ephemeral(wildcard).withMulticastSending(networkInterface, 0, true), new Inbox(driver));
        driver.run(() -> from.send(new byte[] {1}, 0, 1, new InetSocketAddress(groupA, port)));
        driver.run(() -> from.send(new byte[] {2}, 0, 1, new InetSocketAddress(groupB, port)));
        driver.until(
                "all",
                () -> first.datagrams.size() == 1 && second.datagrams.size() == 1 && other.datagrams.size() == 1);
        assertEquals(1, first.payloads().get(0)[0]);
        assertEquals(1, second.payloads().get(0)[0]);
        assertEquals(2, other.payloads().get(0)[0]);
    }

    @Test
    void receivesItsMulticastGroupAndNoOther() throws Exception {
        multicast(
                UdpSocketContract.literal("239.255.77.1"),
                UdpSocketContract.literal("239.255.77.2"),
                UdpSocketContract.literal("0.0.0.0"),
                loopbackInterface());
    }

    @Test
    void receivesItsIpv6MulticastGroupAndNoOther() throws Exception {
        multicast(
                UdpSocketContract.literal("ff11::77:1"),
                UdpSocketContract.literal("ff11::77:2"),
                UdpSocketContract.literal("::"),
                ipv6MulticastInterface());
    }

    /** One that does IPv6 multicast (loopback does not); groups of node scope and no hops keep all on this machine. */
    private static NetworkInterface ipv6MulticastInterface() throws Exception {
        for (NetworkInterface candidate : NetworkInterface.networkInterfaces().toList()) {
            boolean six = candidate.inetAddresses().anyMatch(Inet6Address.class::isInstance);
            if (six && candidate.isUp() && candidate.supportsMulticast() && !candidate.isLoopback()) {
                return candidate;
            }
        }
        throw new AssertionError("this machine lacks an interface that does IPv6 multicast");
    }

    @Test
    // All hosts: joining it is not reported to the network (RFC 2236 §6).
    void joinsOnTheDefaultInterface() throws Exception {
        UdpSocket joined =
                driver.loop.bind(UdpBinding.multicast(UdpSocketContract.literal("224.0.0.1"), 0, null), inbox);
        assertTrue(joined.localAddress().getPort() > 0);
    }

    private static boolean ipv6() throws Exception {
        return loopbackInterface().inetAddresses().anyMatch(Inet6Address.class::isInstance);
    }

    @Test
    void speaksIpv6AndBothOnTheWildcard() throws Exception {
        assertTrue(ipv6(), "this machine lacks IPv6");
        Inbox both = new Inbox(driver);
        UdpSocket wildcard = driver.loop.bind(UdpBinding.ephemeral(UdpSocketContract.literal("::")), both);
        UdpSocket six = driver.loop.bind(UdpBinding.ephemeral(UdpSocketContract.literal("::1")), new Inbox(driver));
        int port = wildcard.localAddress().getPort();
        driver.run(() -> {
            for (int i = 0; i < 5; i++) {
                six.send(new byte[1_000], 0, 1_000, new InetSocketAddress(UdpSocketContract.literal("::1"), port));
                send(new byte[900], new InetSocketAddress(LOOPBACK, port));
            }
        });
        driver.until("ten", () -> both.datagrams.size() == 10);
        InetSocketAddress four = driver.on(() -> both.datagrams.stream()
                .filter(datagram -> datagram.payload().length == 900)
                .findFirst()
                .orElseThrow()
                .remote());
        assertEquals(sender.localAddress(), four);
        // And back to a sender that came by IPv4.
        driver.run(() -> wildcard.send(new byte[] {4}, 0, 1, receiver.localAddress()));
        assertReceived(List.of(new byte[] {4}));
    }

    @Test
    @EnabledOnOs(OS.LINUX) // the others do not tell
    void countsWhatTheKernelDropped() throws Exception {
        Inbox small = new Inbox(driver);
        UdpSocket narrow = driver.loop.bind(UdpBinding.ephemeral(LOOPBACK).withBuffers(8_192, 1 << 20), small);
        assertEquals(8_192, narrow.receiveBufferBytes());
        assertTrue(receiver.receiveBufferBytes() >= 100_000);
        CountDownLatch sent = new CountDownLatch(1);
        driver.loop.execute(() -> {
            try {
                assertTrue(sent.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try (DatagramSocket plain = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                plain.send(new DatagramPacket(new byte[1_000], 1_000, narrow.localAddress()));
            }
        }
        sent.countDown();
        driver.until("all counted", () -> {
            UdpSocket.Stats stats = narrow.stats();
            return stats.received() + stats.kernelDropped() == 500;
        });
        assertTrue(driver.on(() -> narrow.stats().kernelDropped()) > 100);
    }
}
