package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
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

    /** The packets of an SSRC that may be about to replace the current one, kept so that the change loses nothing. */
    static final class Candidate {
        private record Kept(RtpPacket packet, long arrivalNs) {}

        /** Numbers of packets that follow each other lie no further apart, with losses and out of order. */
        private static final int MAX_STEP = 16;

        private final int ssrc;
        private final Deque<Kept> packets = new ArrayDeque<>();
        private boolean proven;
        private @Nullable InetAddress from;

        interface Output {
            void onPacket(RtpPacket packet, long arrivalNs);
        }

        Candidate(int ssrc) {
            this.ssrc = ssrc;
        }

        int ssrc() {
            return ssrc;
        }

        int size() {
            return packets.size();
        }

        /** Whether somebody counts: garbage has any number, as it has any SSRC (RFC 3550 A.1 wants two in sequence). */
        boolean isProven() {
            return proven;
        }

        /** Where its last packet came from, or null when that is not known. */
        @Nullable InetAddress from() {
            return from;
        }

        /** Whether its last packet came at {@code sinceNs} or later. */
        boolean hasSentSince(long sinceNs) {
            Kept last = packets.peekLast();
            return last != null && last.arrivalNs >= sinceNs;
        }

        /** Keeps a copy. */
        void add(RtpPacket packet, @Nullable InetAddress sender, long nowNs) {
            from = sender;
            Kept last = packets.peekLast();
            if (last != null) {
                int step = Math.abs((short) (packet.sequenceNumber() - last.packet.sequenceNumber()));
                proven |= step > 0 && step <= MAX_STEP;
            }
            packets.add(new Kept(packet.copy(), nowNs));
        }

        /** Drops the oldest packets beyond {@code max} and those that arrived before {@code oldestNs}; tells how many. */
        int trim(int max, long oldestNs) {
            int before = packets.size();
            while (packets.size() > max || packets.getFirst().arrivalNs < oldestNs) {
                packets.removeFirst();
            }
            return before - packets.size();
        }

        /** In order of sequence: the first to arrive need not be the first that was sent, and nothing may come before it. */
        void forEach(Output output) {
            int first = packets.getFirst().packet.sequenceNumber();
            packets.stream()
                    .sorted(Comparator.comparingInt(kept -> (short) (kept.packet.sequenceNumber() - first)))
                    .forEach(kept -> output.onPacket(kept.packet, kept.arrivalNs));
        }
    }

    private @Nullable Candidate candidate;
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
    @Nullable Candidate onOther(RtpPacket packet, @Nullable InetAddress from, long nowNs) {
        boolean elsewhere = isElsewhere(from);
        Candidate other = candidate;
        if (other == null || other.ssrc() != packet.ssrc()) {
            if (other != null && other.hasSentSince(nowNs - REPLACED_AFTER_NS) && stays(other, elsewhere)) {
                strays++;
                return null;
            }
            strays += other == null ? 0 : other.size();
            other = new Candidate(packet.ssrc());
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
    @Nullable Candidate onBye(long nowNs) {
        Candidate other = candidate;
        return other != null && other.hasSentSince(nowNs - CANDIDATE_AGE_NS) ? take(other, nowNs) : null;
    }

    /** Nothing more comes. @return whoever would have taken the place, or null */
    @Nullable Candidate onEnd(long nowNs) {
        Candidate other = candidate;
        return other != null && other.isProven() ? take(other, nowNs) : null;
    }

    private Candidate take(Candidate next, long nowNs) {
        candidate = null;
        onCurrent(next.from(), nowNs);
        return next;
    }

    /** Whether {@code other} is not displaced by a packet of one more SSRC: what comes from where the current one is goes first. */
    private boolean stays(Candidate other, boolean elsewhere) {
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
