package io.mediatool.core.server.peer;

import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.srtp.AesGcm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * How an {@link Endpoint} meets the network.
 *
 * @param bind addresses of this machine, or wildcards: {@code ::} takes IPv4 as well; at least one, the first the best
 * @param port 0 for a free one
 * @param advertise addresses or names under which clients reach the port, best first; names are resolved when it is opened. Empty:
 *     the bound address, with a wildcard those of the machine's interfaces
 * @param tcp whether peers may come by TCP on the same port number as well (RFC 6544)
 * @param maxTransports peers at once, those that still connect included
 * @param receiveBufferBytes what to ask the kernel for
 * @param sendBufferBytes likewise
 * @param gcm what encrypts packets
 */
public record EndpointOptions(
        List<InetAddress> bind,
        int port,
        List<String> advertise,
        boolean tcp,
        int maxTransports,
        int receiveBufferBytes,
        int sendBufferBytes,
        AesGcm gcm) {
    /** Peers of one endpoint, unless told otherwise. */
    public static final int MAX_TRANSPORTS = 10_000;

    public EndpointOptions {
        bind = List.copyOf(bind);
        advertise = List.copyOf(advertise);
        if (bind.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to 65535");
        }
        if (maxTransports <= 0) {
            throw new IllegalArgumentException("no peer could connect");
        }
    }

    /** Advertising what is bound, TCP too, on the JDK's ciphers, with the usual buffers and limits. */
    public static EndpointOptions of(InetSocketAddress bind) {
        return new EndpointOptions(
                List.of(bind.getAddress()),
                bind.getPort(),
                List.of(),
                true,
                MAX_TRANSPORTS,
                UdpBinding.DEFAULT_RECEIVE_BUFFER_BYTES,
                UdpBinding.DEFAULT_SEND_BUFFER_BYTES,
                AesGcm.jdk());
    }

    public EndpointOptions withBind(List<InetAddress> addresses) {
        return new EndpointOptions(
                addresses, port, advertise, tcp, maxTransports, receiveBufferBytes, sendBufferBytes, gcm);
    }

    public EndpointOptions withAdvertise(List<String> hosts) {
        return new EndpointOptions(bind, port, hosts, tcp, maxTransports, receiveBufferBytes, sendBufferBytes, gcm);
    }

    public EndpointOptions withMaxTransports(int max) {
        return new EndpointOptions(bind, port, advertise, tcp, max, receiveBufferBytes, sendBufferBytes, gcm);
    }

    public EndpointOptions withTcp(boolean enabled) {
        return new EndpointOptions(
                bind, port, advertise, enabled, maxTransports, receiveBufferBytes, sendBufferBytes, gcm);
    }

    /** Instead of the JDK's: see {@link io.mediatool.core.srtp.foreign.FastestGcm}. */
    public EndpointOptions withGcm(AesGcm aesGcm) {
        return new EndpointOptions(
                bind, port, advertise, tcp, maxTransports, receiveBufferBytes, sendBufferBytes, aesGcm);
    }

    /** One for each address. */
    List<UdpBinding> bindings(int boundPort, boolean shared) {
        return bind.stream()
                .map(address -> UdpBinding.of(new InetSocketAddress(address, boundPort))
                        .withBuffers(receiveBufferBytes, sendBufferBytes))
                .map(binding -> shared ? binding.withReusePort() : binding)
                .toList();
    }
}
