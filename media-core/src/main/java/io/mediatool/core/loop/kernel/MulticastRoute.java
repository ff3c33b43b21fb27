package io.mediatool.core.loop.kernel;

import io.mediatool.core.loop.address.AddressText;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which interface a group is joined on when none is named: the one the routing table sends it to. */
public final class MulticastRoute {
    private static final int ANY_PORT = 9;

    private MulticastRoute() {}

    /** @throws IOException when there is none */
    public static NetworkInterface interfaceFor(InetAddress group) throws IOException {
        NetworkInterface routed = routed(group);
        if (routed != null) {
            return routed;
        }
        List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
        for (NetworkInterface candidate : all) {
            if (candidate.isUp() && candidate.supportsMulticast() && !candidate.isLoopback()) {
                return candidate;
            }
        }
        // A machine without a network still has its loopback.
        for (NetworkInterface candidate : all) {
            if (candidate.isUp() && candidate.isLoopback()) {
                return candidate;
            }
        }
        throw new IOException("no network interface to join " + AddressText.of(group) + " on");
    }

    /** Connecting a UDP socket sends nothing; it asks the routing table. */
    private static @Nullable NetworkInterface routed(InetAddress group) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.connect(new InetSocketAddress(group, ANY_PORT));
            InetAddress local = socket.getLocalAddress();
            return local == null || local.isAnyLocalAddress() ? null : NetworkInterface.getByInetAddress(local);
        } catch (SocketException | RuntimeException e) {
            return null; // no route
        }
    }
}
