package io.mediatool.core.transport;

import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.UdpBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A free port of the loopback, shared by several loops. */
final class LoopbackPort {
    private LoopbackPort() {}

    /** Each loop's part of it, in the order of the loops. */
    static List<RtpBundleTransport> open(List<EventLoop> loops, DtlsFactory dtls, SharedPort port) throws IOException {
        List<RtpBundleTransport> bundles = new ArrayList<>();
        UdpBinding binding = UdpBinding.ephemeral(InetAddress.getLoopbackAddress());
        for (EventLoop loop : loops) {
            bundles.add(RtpBundleTransport.open(loop, List.of(binding.withReusePort()), dtls, port));
            binding = UdpBinding.of(bundles.get(0).localAddress());
        }
        return bundles;
    }
}
