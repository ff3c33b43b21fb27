package io.mediatool.ingest.forward;

import io.mediatool.core.codec.MediaKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream is sent:
 * {@code rtp://HOST:PORT[?rtcp-mux][&ttl=N][&interface=NAME][&video-port=P][&audio-port=P]}.
 *
 * <p>Ports do not depend on which track comes first: the first picture track goes to {@code PORT}, the first sound track to
 * {@code PORT+2}, further ones to {@code PORT+4}, {@code PORT+6} and so on as they come; RTCP to the port after each.
 *
 * @param text as the user wrote it
 * @param address the receiver or the multicast group, resolved
 * @param videoPort of the first picture track, 1 to 65535
 * @param audioPort of the first sound track, 1 to 65535
 * @param furtherPort of the next track
 * @param rtcpMux whether RTCP shares the port of RTP (RFC 5761)
 * @param ttl hops of multicast, 0 to 255
 * @param networkInterface where multicast leaves; null for the system's choice
 */
public record ForwardTarget(
        String text,
        InetAddress address,
        int videoPort,
        int audioPort,
        int furtherPort,
        boolean rtcpMux,
        int ttl,
        @Nullable NetworkInterface networkInterface) {

    /** One subnet: what multicast is sent over unless the target says more. */
    public static final int DEFAULT_TTL = 1;

    /**
     * Reads a target and resolves its host; may block on DNS.
     *
     * @throws ForwardException in one line, with the form that is expected
     */
    public static ForwardTarget parse(String argument) throws ForwardException {
        return new ForwardTargetParser(argument).parse();
    }

    /** Whether the first track of {@code kind} would be received by a socket of this machine that is bound to {@code local}. */
    public boolean reaches(InetSocketAddress local, MediaKind kind) {
        InetAddress bound = local.getAddress();
        return port(kind, 0, 0) == local.getPort()
                && (bound.isAnyLocalAddress() ? isOurs(address) : bound.equals(address));
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * The RTP port of a track.
     *
     * @param sameKind how many tracks of its kind came before it
     * @param further how many tracks came before that were not the first of their kind
     * @return above 65535 when there are too many tracks
     */
    int port(MediaKind kind, int sameKind, int further) {
        if (sameKind > 0) {
            return furtherPort + 2 * further;
        }
        return kind == MediaKind.VIDEO ? videoPort : audioPort;
    }
}
