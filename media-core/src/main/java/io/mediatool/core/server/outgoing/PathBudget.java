package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.congestion.SendSideEstimate;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.feedback.TransportFeedback;
import io.mediatool.core.server.Counters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer's path carries, shared by the tracks that it is sent: sound first, the rest among pictures. When a better layer
 * lacks nothing but proof that there is room for it, a few retransmissions that nobody asked for are sent as a probe, at first each
 * other second and then ever more rarely. For the loop's thread.
 */
public final class PathBudget {
    private static final long TICK_NS = 5_000_000L;
    private static final long PROBE_NS = 60_000_000L;
    private static final int PROBE_PACKETS = 15;
    private static final int MAX_PROBE_PACKETS = 250;
    private static final int PACKET_BITS = 9_600;
    private static final double MORE = 1.25;
    private static final long FIRST_PAUSE_NS = 2_000_000_000L;
    private static final long MAX_PAUSE_NS = 30_000_000_000L;

    private final TimeService time;
    private final List<OutgoingStream> streams;
    private final SendSideEstimate estimate = new SendSideEstimate();
    private @Nullable Timer timer;
    private long probeBps;
    private long probeBits;
    private long probeStartNs;
    private long probeEndNs;
    private long pauseNs = FIRST_PAUSE_NS;
    private long nextProbeNs = Long.MIN_VALUE;
    private @Nullable OutgoingStreamTrack padded;

    /** @param streams of the transport, as they are at each time */
    public PathBudget(TimeService time, List<OutgoingStream> streams) {
        this.time = time;
        this.streams = streams;
    }

    /** A packet leaves. @return its transport-wide number */
    public long onSent(int length, long nowNs) {
        return estimate.onSent(length, nowNs);
    }

    public void onFeedback(TransportFeedback feedback, long nowNs) {
        estimate.onFeedback(feedback, nowNs);
        share(nowNs);
    }

    /** REMB. */
    public void onRemote(long bitrateBps, long nowNs) {
        estimate.onRemote(bitrateBps, nowNs);
        share(nowNs);
    }

    /** A receiver report on video. */
    public void onReport(double fractionLost, long rttNs, long sentBps, long nowNs) {
        if (rttNs > 0) {
            estimate.onRtt(rttNs);
        }
        estimate.onReport(fractionLost, sentBps, nowNs);
        share(nowNs);
    }

    /** Tells each track what there is for it. */
    private void share(long nowNs) {
        boolean limited = estimate.basis(nowNs) != SendSideEstimate.Basis.UNLIMITED;
        long rest = limited ? estimate.bitrateBps(nowNs) : Long.MAX_VALUE;
        int videos = 0;
        for (int i = 0; i < streams.size(); i++) {
            for (OutgoingStreamTrack track : streams.get(i).tracks()) {
                if (track.kind() == MediaKind.VIDEO) {
                    videos++;
                } else if (limited) {
                    rest = Math.max(0, rest - track.neededBps(nowNs));
                }
            }
        }
        long sent = 0;
        long wanted = 0;
        OutgoingStreamTrack wants = null;
        for (int i = 0; i < streams.size(); i++) {
            for (OutgoingStreamTrack track : streams.get(i).tracks()) {
                if (track.kind() != MediaKind.VIDEO) {
                    sent += track.neededBps(nowNs);
                    continue;
                }
                track.onBudget(limited ? rest / videos : Long.MAX_VALUE, estimate.basis(nowNs), nowNs);
                long needed = track.neededBps(nowNs);
                rest = limited ? Math.max(0, rest - needed) : rest;
                videos--;
                sent += needed;
                long more = track.wantsBps(nowNs) - needed;
                if (more > 0 && (wants == null || more < wanted)) {
                    wants = track;
                    wanted = more;
                }
            }
        }
        if (limited && wants != null && estimate.hasFeedback(nowNs)) {
            probe(wants, sent + wanted, nowNs);
        }
    }

    private void probe(OutgoingStreamTrack track, long targetBps, long nowNs) {
        if (estimate.bitrateBps(nowNs) >= targetBps) {
            pauseNs = FIRST_PAUSE_NS; // there is room: it goes up
            return;
        }
        if (timer != null || nowNs < nextProbeNs || estimate.isOverused()) {
            return;
        }
        nextProbeNs = nowNs + pauseNs;
        pauseNs = Math.min(MAX_PAUSE_NS, 2 * pauseNs);
        padded = track;
        probeBps = (long) (MORE * (double) targetBps);
        probeBits = 0;
        probeStartNs = nowNs;
        long least = (long) PROBE_PACKETS * PACKET_BITS * 1_000_000L / Math.max(1, probeBps / 1_000);
        probeEndNs = nowNs + Math.max(PROBE_NS, least);
        estimate.beginProbe();
        step(nowNs);
    }

    private void step(long nowNs) {
        timer = null;
        OutgoingStreamTrack track = padded;
        long due = probeBps / 1_000 * ((nowNs - probeStartNs + TICK_NS) / 1_000_000L);
        while (track != null && probeBits < Math.min(due, (long) MAX_PROBE_PACKETS * PACKET_BITS)) {
            int bytes = track.pad(nowNs);
            track = bytes == 0 ? null : track;
            probeBits += 8L * bytes;
        }
        if (track == null || nowNs >= probeEndNs) {
            estimate.endProbe();
            padded = null;
            return;
        }
        timer = time.schedule(nowNs + TICK_NS, this::step);
    }

    /** What GOP replays and bursts of retransmissions may take: somewhat more than the path is known to carry. */
    public long burstBps(long nowNs) {
        return estimate.basis(nowNs) == SendSideEstimate.Basis.UNLIMITED ? Long.MAX_VALUE : estimate.bitrateBps(nowNs);
    }

    public void addCounters(Counters counters, long nowNs) {
        if (estimate.basis(nowNs) != SendSideEstimate.Basis.UNLIMITED) {
            counters.max("estimateBps", (double) estimate.bitrateBps(nowNs));
        }
        counters.max("arrivedBps", (double) estimate.arrivedBps());
        counters.max("pathLoss", estimate.lossFraction());
        counters.add("probes", estimate.probes());
        if (estimate.probeBps() > 0) {
            counters.max("probeBps", (double) estimate.probeBps());
        }
    }

    /** Sends nothing more of its own. */
    public void close() {
        Timer pending = timer;
        timer = null;
        padded = null;
        if (pending != null) {
            pending.cancel();
        }
    }
}
