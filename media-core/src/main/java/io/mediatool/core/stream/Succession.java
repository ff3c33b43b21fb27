package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Tells when another SSRC takes the place of a source's current one: it sends, and the current one does not any more. */
final class Succession {
    /** Packets of a new SSRC kept while it is unclear whether the old one has gone. */
    private static final int MAX_CANDIDATE_PACKETS = 512;
    /** A sender that was silent this long while another one sends has been replaced by it. */
    private static final long REPLACED_AFTER_NS = 100_000_000L;
    /** The same for one at another address: who starts anew is where it was, strangers are elsewhere. */
    private static final long REPLACED_FROM_ELSEWHERE_AFTER_NS = 1_000_000_000L;
    /**
     * For so long it has to be silent still: on a machine that has stood still itself, what the sender has sent meanwhile waits behind what
     * others have.
     */
    private static final long CONFIRMED_AFTER_NS = 50_000_000L;
    /** Kept packets of a new SSRC that are older than this belong to no change of SSRC. */
    private static final long CANDIDATE_AGE_NS = 1_100_000_000L;

    private @Nullable CandidateSource candidate;
    private long dueNs = Long.MAX_VALUE; // since when the candidate might take its place
    private long lastArrivalNs;
    private @Nullable InetAddress lastFrom;
    private long strays;

    /** The current one has sent, from an address that may be unknown. */
    void onCurrent(@Nullable InetAddress from, long nowNs) {
        lastArrivalNs = nowNs;
        lastFrom = from;
        dueNs = Long.MAX_VALUE;
    }

    /** Another one has sent; its packets are kept. @return it, when it has to take the place from here on */
    @Nullable CandidateSource onOther(RtpPacket packet, @Nullable InetAddress from, long nowNs) {
        boolean elsewhere = isElsewhere(from);
        CandidateSource other = candidate;
        if (other == null || other.ssrc() != packet.ssrc()) {
            if (other != null && other.hasSentSince(nowNs - REPLACED_AFTER_NS) && stays(other, elsewhere)) {
                strays++;
                return null;
            }
            strays += other == null ? 0 : other.size();
            other = new CandidateSource(packet.ssrc());
            candidate = other;
            dueNs = Long.MAX_VALUE;
        }
        other.add(packet, from, nowNs);
        strays += other.trim(MAX_CANDIDATE_PACKETS, nowNs - CANDIDATE_AGE_NS);
        long silenceNs = elsewhere ? REPLACED_FROM_ELSEWHERE_AFTER_NS : REPLACED_AFTER_NS;
        if (!other.isProven() || nowNs - lastArrivalNs < silenceNs) {
            return null;
        }
        dueNs = Math.min(dueNs, nowNs);
        return nowNs - dueNs >= CONFIRMED_AFTER_NS ? take(other, nowNs) : null;
    }

    /** The current one has said goodbye. @return who takes its place, or null */
    @Nullable CandidateSource onBye(long nowNs) {
        CandidateSource other = candidate;
        return other != null && other.hasSentSince(nowNs - CANDIDATE_AGE_NS) ? take(other, nowNs) : null;
    }

    /** Nothing more comes. @return whoever would have taken the place, or null */
    @Nullable CandidateSource onEnd(long nowNs) {
        CandidateSource other = candidate;
        return other != null && other.isProven() ? take(other, nowNs) : null;
    }

    private CandidateSource take(CandidateSource next, long nowNs) {
        candidate = null;
        onCurrent(next.from(), nowNs);
        return next;
    }

    /** Whether {@code other} is not displaced by a packet of one more SSRC: what comes from where the current one is goes first. */
    private boolean stays(CandidateSource other, boolean elsewhere) {
        return isElsewhere(other.from()) == elsewhere ? other.isProven() : elsewhere;
    }

    private boolean isElsewhere(@Nullable InetAddress from) {
        InetAddress before = lastFrom;
        return from != null && before != null && !from.equals(before);
    }

    /** Packets that belonged to nobody. */
    long strays() {
        return strays;
    }
}
