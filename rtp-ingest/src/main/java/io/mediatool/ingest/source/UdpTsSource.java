package io.mediatool.ingest.source;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An MPEG transport stream in bare UDP datagrams.
 *
 * @param argument what the user wrote
 * @param address where to listen, or the multicast group; null is every address of this machine
 * @param port 1 to 65535
 * @param networkInterface where to join the group, or null
 * @param multicastSource the one sender to take (RFC 4607), or null
 */
public record UdpTsSource(
        String argument,
        @Nullable InetAddress address,
        int port,
        @Nullable String networkInterface,
        @Nullable InetAddress multicastSource)
        implements SourceSpec {}
