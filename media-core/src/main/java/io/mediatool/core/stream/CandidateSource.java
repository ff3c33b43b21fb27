package io.mediatool.core.stream;

import io.mediatool.core.rtp.RtpPacket;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/** The packets of an SSRC that may be about to replace the current one, kept so that the change loses nothing. */
final class CandidateSource {
    private record Kept(RtpPacket packet, long arrivalNs) {}

    private final int ssrc;
    private final Deque<Kept> packets = new ArrayDeque<>();

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

    /** Keeps a copy. */
    void add(RtpPacket packet, long nowNs) {
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
