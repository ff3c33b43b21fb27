package io.mediatool.ingest.forward;

import java.net.InetAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream is sent: {@code rtp://HOST:PORT[?rtcp-mux][&ttl=N][&interface=NAME][&video-port=P][&audio-port=P]}.
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

    /**
     * Reads a target and resolves its host; may block on DNS.
     *
     * @throws ForwardException in one line, with the form that is expected
     */
    public static ForwardTarget parse(String argument) throws ForwardException {
        throw new ForwardException(argument + ": not built yet");
    }
}
