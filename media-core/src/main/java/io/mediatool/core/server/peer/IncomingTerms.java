package io.mediatool.core.server.peer;

import io.mediatool.core.server.MediaTerms;
import java.util.List;

/**
 * What a publisher sends in one m-line.
 *
 * @param rids simulcast layers by name (RFC 8853); empty without simulcast
 * @param sources SSRCs that it told before; may be empty. With simulcast by SSRC alone one for each layer
 */
public record IncomingTerms(MediaTerms media, List<String> rids, List<Source> sources) {

    /**
     * @param rtxSsrc of its retransmissions, or {@link #NO_RTX}
     */
    public record Source(long ssrc, long rtxSsrc) {
        /** In place of an SSRC. */
        public static final long NO_RTX = -1;
    }

    public IncomingTerms {
        rids = List.copyOf(rids);
        sources = List.copyOf(sources);
    }
}
