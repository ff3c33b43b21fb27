package io.mediatool.core.server.peer;

import io.mediatool.core.server.MediaTerms;
import java.util.List;

/**
 * What a publisher sends in one m-line.
 *
 * @param rids simulcast layers by name (RFC 8853); empty without simulcast
 * @param sources SSRCs that it told before; may be empty. With simulcast by SSRC alone one for each layer
 * @param patienceNs how long a missing packet is asked for
 * @param reducedSize whether feedback may come without a report before it (RFC 5506)
 */
public record IncomingTerms(
        MediaTerms media, List<String> rids, List<Source> sources, long patienceNs, boolean reducedSize) {
    /** A packet that is later than this is of no use to a player; 400 ms of round trip still leave time for two tries. */
    public static final long PLAYERS_PATIENCE_NS = 1_000_000_000L;

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

    /** For those who watch it live, with a report before all feedback. */
    public IncomingTerms(MediaTerms media, List<String> rids, List<Source> sources) {
        this(media, rids, sources, PLAYERS_PATIENCE_NS, false);
    }

    /** For those who want it whole rather than soon. */
    public IncomingTerms withPatience(long ns) {
        return new IncomingTerms(media, rids, sources, ns, reducedSize);
    }

    public IncomingTerms withReducedSize(boolean agreed) {
        return new IncomingTerms(media, rids, sources, patienceNs, agreed);
    }
}
