package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.server.MediaTerms;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer takes in one m-line.
 *
 * @param ssrc ours for it
 * @param rtxSsrc ours for retransmissions
 * @param cname of the whole stream, so that its tracks are played in step (RFC 3550 §6.5.1)
 * @param match which of the payloads fits what a publisher sends
 */
public record OutgoingTerms(MediaTerms media, int ssrc, int rtxSsrc, String cname, Match match) {

    /** Compares formats; a matter of signalling. */
    public interface Match {
        /** The viewer's payload for packets of {@code sent}, or null when it cannot play them. */
        MediaTerms.@Nullable Payload of(RtpFormat sent);
    }
}
