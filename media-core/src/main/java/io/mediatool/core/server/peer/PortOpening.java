package io.mediatool.core.server.peer;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.UdpSocket;
import io.mediatool.core.transport.DtlsFactory;
import io.mediatool.core.transport.RtpBundleTransport;
import io.mediatool.core.transport.SharedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gets the port of an {@link Endpoint}: on all its addresses, for all its loops, by UDP and TCP. */
final class PortOpening {
    private static final int MAX_ATTEMPTS = 20;

    private PortOpening() {}

    /**
     * One bundle for each loop. When any port will do, it is one that is free everywhere.
     *
     * @throws IOException when there is none; nothing is open then
     */
    static List<RtpBundleTransport> open(List<EventLoop> loops, EndpointOptions options, DtlsFactory dtls)
            throws IOException {
        for (int attempt = 1; true; attempt++) {
            try {
                return attempt(loops, options, dtls);
            } catch (IOException e) {
                if (options.port() != 0 || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static List<RtpBundleTransport> attempt(List<EventLoop> loops, EndpointOptions options, DtlsFactory dtls)
            throws IOException {
        boolean several = loops.size() > 1;
        int port = several || options.bind().size() > 1 ? free(loops.get(0), options) : options.port();
        @Nullable SharedPort shared = several ? new SharedPort() : null;
        List<RtpBundleTransport> bundles = new ArrayList<>();
        try {
            for (EventLoop loop : loops) {
                bundles.add(
                        RtpBundleTransport.open(loop, options.bindings(port, several), dtls, options.gcm(), shared));
            }
            if (options.tcp()) {
                for (InetAddress address : options.bind()) {
                    InetSocketAddress unused = bundles.get(0)
                            .listen(new InetSocketAddress(
                                    address, bundles.get(0).localAddress().getPort()));
                }
            }
            return bundles;
        } catch (IOException e) {
            bundles.forEach(RtpBundleTransport::close);
            throw e;
        }
    }

    /** A socket that is shared is shared with whoever else does so: first see that nobody has the port. */
    private static int free(EventLoop loop, EndpointOptions options) throws IOException {
        InetSocketAddress first = new InetSocketAddress(options.bind().get(0), options.port());
        try (UdpSocket probe = loop.bind(UdpBinding.of(first), (data, offset, length, remote, nowNs) -> {})) {
            return probe.localAddress().getPort();
        }
    }
}
