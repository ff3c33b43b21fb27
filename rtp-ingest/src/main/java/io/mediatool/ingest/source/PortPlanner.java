package io.mediatool.ingest.source;

import io.mediatool.core.loop.UdpBinding;
import io.mediatool.core.loop.address.AddressText;
import io.mediatool.core.sdp.MediaDescription;
import io.mediatool.core.sdp.SdpConnection;
import io.mediatool.core.sdp.SdpWarning;
import io.mediatool.core.signalling.MediaFormats;
import io.mediatool.core.signalling.SdpFormats;
import io.mediatool.ingest.port.MediumPlan;
import io.mediatool.ingest.port.PortPlan;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** From sources to ports: where to bind, and what to expect there. May block on host names. */
final class PortPlanner {
    private final IngestOptions options;
    private final Map<InetSocketAddress, PortPlan> plans = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    PortPlanner(IngestOptions options) {
        this.options = options;
    }

    /** What was left out or decided, for people. */
    List<String> warnings() {
        return warnings;
    }

    List<PortPlan> plan(List<SourceSpec> sources) throws IOException {
        for (SourceSpec source : sources) {
            if (source instanceof RtpSource rtp) {
                add(rtp);
            } else if (source instanceof UdpTsSource udp) {
                UdpBinding binding = binding(
                        udp.argument(),
                        listenOn(udp.address()),
                        udp.port(),
                        udp.networkInterface(),
                        udp.multicastSource());
                add(new PortPlan(udp.argument(), binding, null, false, true, List.of(), List.of(), false));
            } else if (source instanceof SdpSource sdp) {
                add(sdp);
            }
        }
        if (plans.isEmpty()) {
            throw new IOException("nothing to receive: no source has a usable medium");
        }
        return withoutClashes();
    }

    private void add(RtpSource rtp) throws IOException {
        InetAddress address = listenOn(rtp.address());
        UdpBinding binding =
                binding(rtp.argument(), address, rtp.port(), rtp.networkInterface(), rtp.multicastSource());
        boolean mux = rtp.rtcpPort() == rtp.port();
        UdpBinding rtcp = mux || rtp.rtcpPort() == 0
                ? null
                : binding(rtp.argument(), address, rtp.rtcpPort(), rtp.networkInterface(), rtp.multicastSource());
        List<MediumPlan> media =
                rtp.format() == null ? List.of() : List.of(new MediumPlan(List.of(rtp.format()), rtp.anyPayloadType()));
        List<Integer> everyType = IntStream.range(0, 128).boxed().toList();
        boolean open = rtp.format() == null && !rtp.transportStream();
        add(new PortPlan(
                rtp.argument(), binding, rtcp, mux, false, media, rtp.transportStream() ? everyType : List.of(), open));
    }

    private void add(SdpSource source) throws IOException {
        String name = source.argument().equals("-") ? "standard input" : source.argument();
        for (SdpWarning warning : source.sdp().warnings()) {
            warnings.add(name + ": " + warning);
        }
        for (MediaDescription medium : source.sdp().description().media()) {
            MediaFormats formats = SdpFormats.read(medium);
            String refusal = SourceArgument.refusal(medium, formats);
            if (refusal != null) {
                warnings.add(name + ": left out: " + refusal);
                continue;
            }
            formats.warnings().forEach(warning -> warnings.add(name + ": " + medium.kind() + " " + warning));
            InetAddress address = listenOn(name, medium.connection());
            UdpBinding binding = binding(name, address, medium.port(), null, null);
            UdpBinding rtcp = medium.rtcpMux() || medium.rtcpPort() == medium.port() || medium.rtcpPort() == 0
                    ? null
                    : binding(name, address, medium.rtcpPort(), null, null);
            add(new PortPlan(
                    name,
                    binding,
                    rtcp,
                    medium.rtcpMux(),
                    false,
                    formats.formats().isEmpty() ? List.of() : List.of(new MediumPlan(formats.formats(), false)),
                    formats.transportStreams(),
                    !formats.undescribed().isEmpty()));
        }
    }

    /** Media that share a port are told apart by payload type. */
    private void add(PortPlan plan) throws IOException {
        PortPlan before = plans.get(plan.binding().local());
        if (before == null) {
            plans.put(plan.binding().local(), plan);
            return;
        }
        if (before.bare() != plan.bare()) {
            throw new IOException(
                    plan.argument() + ": port " + plan.binding().local().getPort()
                            + " cannot be both RTP and bare MPEG-TS; give one of them another port");
        }
        List<MediumPlan> media = new ArrayList<>(before.media());
        media.addAll(plan.media());
        List<Integer> transportStreams = new ArrayList<>(before.transportStreams());
        transportStreams.addAll(plan.transportStreams());
        plans.put(
                plan.binding().local(),
                new PortPlan(
                        before.argument(),
                        before.binding(),
                        before.rtcpBinding() == null ? plan.rtcpBinding() : before.rtcpBinding(),
                        before.rtcpMux() || plan.rtcpMux(),
                        before.bare(),
                        media,
                        transportStreams,
                        before.open() || plan.open()));
    }

    /** A port is RTP's before it is RTCP's. */
    private List<PortPlan> withoutClashes() {
        List<PortPlan> result = new ArrayList<>();
        for (PortPlan plan : plans.values()) {
            UdpBinding rtcp = plan.rtcpBinding();
            if (rtcp == null || !plans.containsKey(rtcp.local())) {
                result.add(plan);
                continue;
            }
            warnings.add(plan.argument() + ": port " + rtcp.local().getPort()
                    + " is another source's, so there is no RTCP here; use even ports, or ?rtcp-port=");
            result.add(new PortPlan(
                    plan.argument(),
                    plan.binding(),
                    null,
                    plan.rtcpMux(),
                    plan.bare(),
                    plan.media(),
                    plan.transportStreams(),
                    plan.open()));
        }
        return result;
    }

    private static InetAddress listenOn(@Nullable InetAddress address) {
        return address == null ? any(true) : address;
    }

    private static InetAddress any(boolean ip6) {
        try {
            return InetAddress.getByAddress(new byte[ip6 ? 16 : 4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    /**
     * Where a description's {@code c=} makes us listen. It names the receiver (FFmpeg) or the sender (VLC), so a unicast
     * address only tells the family; loopback is believed, because nothing from outside is meant then.
     */
    private InetAddress listenOn(String name, @Nullable SdpConnection connection) {
        if (connection == null) {
            return any(true);
        }
        InetAddress address;
        try {
            address = InetAddress.getAllByName(connection.address())[0];
        } catch (UnknownHostException e) {
            warnings.add(name + ": no address for '" + connection.address() + "' of c=: listens on any");
            return any(true);
        }
        if (address.isMulticastAddress() || address.isLoopbackAddress()) {
            return address;
        }
        return any(!(address instanceof Inet4Address));
    }

    private UdpBinding binding(
            String argument,
            InetAddress address,
            int port,
            @Nullable String interfaceName,
            @Nullable InetAddress multicastSource)
            throws IOException {
        NetworkInterface network =
                interfaceName == null ? options.multicastInterface() : named(argument, interfaceName);
        UdpBinding binding;
        if (address.isMulticastAddress()) {
            binding = UdpBinding.multicast(address, port, network).withMulticastSource(multicastSource);
        } else {
            if (!address.isAnyLocalAddress() && !isOurs(address)) {
                throw new IOException(argument + ": " + AddressText.of(address)
                        + " is no address of this machine; write rtp://:" + port + " to listen on all of them");
            }
            binding = UdpBinding.of(new InetSocketAddress(address, port));
        }
        return binding.withBuffers(options.receiveBufferBytes(), binding.sendBufferBytes());
    }

    private static boolean isOurs(InetAddress address) throws SocketException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private static NetworkInterface named(String argument, String name) throws IOException {
        NetworkInterface network = NetworkInterface.getByName(name);
        if (network == null) {
            String known = String.join(
                    ", ",
                    NetworkInterface.networkInterfaces()
                            .map(NetworkInterface::getName)
                            .toList());
            throw new IOException(argument + ": no network interface '" + name + "'; there are " + known);
        }
        return network;
    }
}
