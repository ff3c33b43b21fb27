package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The packets of an SSRC that may be about to replace the current one, kept so that the change loses nothing. */
final class CandidateSource {
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

    CandidateSource(int ssrc) {
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
