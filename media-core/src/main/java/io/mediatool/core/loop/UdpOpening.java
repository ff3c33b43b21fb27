package io.mediatool.core.loop;

import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.loop.kernel.DatagramPort;
import io.mediatool.core.loop.kernel.MulticastRoute;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Locale;

/** Opens a port as a {@link UdpBinding} says, on the loop. */
final class UdpOpening {
    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

    private final UdpBinding binding;
    private final DatagramPort port;

    UdpOpening(UdpBinding binding, DatagramPort port) {
        this.binding = binding;
        this.port = port;
    }

    /** Sets the options, registers, binds and joins. */
    void open(IoEventLoop loop, DatagramPort.Listener listener) throws IOException {
        port.setBuffers(binding.receiveBufferBytes(), binding.sendBufferBytes());
        port.setReuse(binding.multicastGroup() != null, binding.reusePort());
        port.setMulticast(binding.multicastInterface(), binding.multicastTtl(), binding.multicastLoop());
        port.register(loop, listener);
        InetSocketAddress local = binding.local();
        InetAddress group = binding.multicastGroup();
        if (group == null) {
            bind(local);
            return;
        }
        NetworkInterface named = binding.multicastInterface();
        NetworkInterface networkInterface = named != null ? named : MulticastRoute.interfaceFor(group);
        if (group.equals(local.getAddress())) {
            // Only Linux binds to a group's address everywhere.
            local = new InetSocketAddress(LINUX ? scoped(group, networkInterface) : wildcard(), local.getPort());
        }
        bind(local);
        join(group, networkInterface);
    }

    private void bind(InetSocketAddress local) throws IOException {
        try {
            port.bind(local);
        } catch (IOException | RuntimeException e) {
            BindException taken = new BindException(reason(e) + ": " + AddressText.of(binding.local()));
            taken.initCause(e);
            throw taken;
        }
    }

    /** A group that is local to a link or node means one on one interface (RFC 4007 §6): bind asks for it. */
    private static InetAddress scoped(InetAddress group, NetworkInterface networkInterface) throws IOException {
        boolean local = group.isMCLinkLocal() || group.isMCNodeLocal();
        return group instanceof Inet6Address six && local && six.getScopeId() == 0
                ? Inet6Address.getByAddress(null, six.getAddress(), networkInterface.getIndex())
                : group;
    }

    private void join(InetAddress group, NetworkInterface networkInterface) throws IOException {
        try {
            port.join(group, networkInterface, binding.multicastSource());
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "cannot join " + AddressText.of(group) + " on " + networkInterface.getName() + ": " + reason(e), e);
        }
    }

    private InetAddress wildcard() throws IOException {
        return InetAddress.getByAddress(new byte[binding.ipv6() ? 16 : 4]);
    }

    private static String reason(Throwable e) {
        String message = String.valueOf(e.getMessage());
        // "bind(..) failed with error(-98): Address already in use"
        int colon = message.lastIndexOf("): ");
        return colon < 0 ? message : message.substring(colon + 3);
    }
}
