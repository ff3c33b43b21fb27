package io.mediatool.ingest.recognition;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.ingest.recognition.Recognition.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an undescribed payload type carries: H.264, H.265, VP8, VP9, Opus or an MPEG transport stream. Fed with the
 * packets of one SSRC and one payload type in order of arrival, until the answer is no longer pending.
 */
public final class PayloadRecognizer {
    /** Packets after which it answers in any case. */
    public static final int MAX_PACKETS = 50;
    /** Time after the first packet after which it answers in any case, with the next packet or {@link #onDeadline}. */
    public static final long MAX_NS = 1_000_000_000L;

    /** Points; a single structure that chance makes once in 2²⁴ times is worth as much. */
    private static final int ENOUGH = 8;

    /** A candidate that is not refuted yet. */
    private static final class Runner {
        final Candidate candidate;
        final @Nullable Codec codec;
        final String name;
        int points;

        Runner(Candidate candidate, @Nullable Codec codec, String name) {
            this.candidate = candidate;
            this.codec = codec;
            this.name = name;
        }
    }

    private static final String AAC = "AAC (mpeg4-generic)";

    private final List<Runner> runners = new ArrayList<>(List.of(
            new Runner(new TransportStreamCandidate(), null, "MPEG-TS"),
            new Runner(new H264Candidate(), Codec.H264, "H.264"),
            new Runner(new H265Candidate(), Codec.H265, "H.265"),
            new Runner(new Vp8Candidate(), Codec.VP8, "VP8"),
            new Runner(new Vp9Candidate(), Codec.VP9, "VP9"),
            new Runner(new OpusCandidate(), Codec.OPUS, "Opus"),
            new Runner(new AacCandidate(), Codec.AAC, AAC)));
    private int packets;
    private long firstNs;
    private int lastSequence;
    private int lastTimestamp;
    private byte[] lastHead = new byte[0];
    private Recognition recognition = new Recognition(Outcome.PENDING, null, 0, "");

    /**
     * Takes the next packet; nothing happens after the answer.
     *
     * @param packet borrowed; empty and late ones are passed over
     * @return the answer as of now
     */
    public Recognition onPacket(RtpPacket packet, long nowNs) {
        int sequence = packet.sequenceNumber();
        boolean late = packets > 0 && (short) (sequence - lastSequence) <= 0;
        if (recognition.outcome() != Outcome.PENDING || packet.payloadLength() == 0 || late) {
            return onDeadline(nowNs);
        }
        boolean first = packets == 0;
        if (first) {
            firstNs = nowNs;
        }
        packets++;
        boolean contiguous = !first && ((lastSequence + 1) & 0xffff) == sequence;
        int timestamp = (int) packet.timestamp();
        int step = first ? 0 : timestamp - lastTimestamp;
        lastSequence = sequence;
        lastTimestamp = timestamp;
        judge(new Observation(
                packet.data(),
                packet.payloadOffset(),
                packet.payloadLength(),
                packet.marker(),
                contiguous,
                first,
                step));
        if (packets >= MAX_PACKETS || runners.isEmpty()) {
            conclude();
        }
        return onDeadline(nowNs);
    }

    /** The answer at {@code nowNs}: no longer pending when the time is over. */
    public Recognition onDeadline(long nowNs) {
        if (recognition.outcome() == Outcome.PENDING && packets > 0 && nowNs - firstNs >= MAX_NS) {
            conclude();
        }
        return recognition;
    }

    /** When {@link #onDeadline} has to be called at the latest; {@link Long#MAX_VALUE} before the first packet and after the answer. */
    public long nextDeadlineNs() {
        boolean waiting = packets > 0 && recognition.outcome() == Outcome.PENDING;
        return waiting ? firstNs + MAX_NS : Long.MAX_VALUE;
    }

    private void judge(Observation packet) {
        // Silence in PCM looks like anything that its bytes happen to spell, again and again: it may refute, not prove.
        byte[] head =
                Arrays.copyOfRange(packet.data(), packet.offset(), packet.offset() + Math.min(16, packet.length()));
        boolean repeated = head.length == 16 && Arrays.equals(head, lastHead);
        lastHead = head;
        runners.removeIf(runner -> {
            int points = runner.candidate.judge(packet);
            runner.points += repeated ? 0 : Math.max(0, points);
            return points == Candidate.REFUTED;
        });
        Runner best = best();
        if (best != null && best.points >= ENOUGH && leads(best)) {
            decide(best);
        }
    }

    private @Nullable Runner best() {
        Runner best = null;
        for (Runner runner : runners) {
            if (best == null || runner.points > best.points) {
                best = runner;
            }
        }
        return best;
    }

    /** Whether no other reading is half as likely. */
    private boolean leads(Runner best) {
        return runners.stream().allMatch(runner -> runner == best || 2 * runner.points <= best.points);
    }

    /** Time is over: no less proof than before is enough, for a wrong guess makes garbage of the whole recording. */
    private void conclude() {
        String say = "say what it is with ?codec=h264 (h265, vp8, vp9, av1, opus …), or give its SDP file";
        recognition = new Recognition(
                Outcome.UNDECIDED, null, packets, "not recognised after " + packets + " packets: " + say);
    }

    private void decide(Runner best) {
        if (best.codec == null) {
            recognition = new Recognition(
                    Outcome.TRANSPORT_STREAM, null, packets, "recognised as MPEG-TS; say ?codec=ts to be explicit");
        } else if (best.name.equals(AAC)) {
            recognition = new Recognition(
                    Outcome.UNDECIDED,
                    null,
                    packets,
                    "looks like " + AAC + ", whose sample rate and channels are only in its SDP: give the SDP file");
        } else {
            String explicit = "?codec=" + best.codec.label();
            recognition = new Recognition(
                    Outcome.CODEC,
                    best.codec,
                    packets,
                    "recognised as " + best.name + "; say " + explicit + " to be explicit");
        }
    }
}
