package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.congestion.SendSideEstimate;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.stream.GopCache;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One track as a viewer gets it: the layer that is best for it, in a number space of its own, with repair. For the loop's thread. */
public final class OutgoingStreamTrack {
    /** For so long a viewer that wants a key frame may have lost the beginning. */
    private static final long BEGINNING_NS = 2_000_000_000L;

    private final Carrier transport;
    private final OutgoingTerms terms;
    private final RtpStreamTransponder transponder;
    private final Repairs repairs;
    private final OutgoingReports reports;
    private final PictureReplay replay;
    private final OutgoingExtensions extensions;
    private final boolean resends;
    private final TakenTrack taken;
    private final ChosenLayer chosen;
    private @Nullable IncomingLayer forwarded;

    private long beginningEndsNs = Long.MIN_VALUE; // not after that are kept pictures given once more
    private long plis;
    private long firs;

    /**
     * @param scratch packets are made in it: one for all tracks of a loop; 4 KiB
     * @param writer of their extensions: likewise
     */
    public OutgoingStreamTrack(
            Carrier transport,
            OutgoingTerms terms,
            TimeService time,
            RandomGenerator random,
            byte[] scratch,
            ExtensionWriter writer) {
        this.transport = transport;
        this.terms = terms;
        MediaTerms media = terms.media();
        MediaTerms.Payload first = media.payloads().get(0);
        var target = new RtpStreamTransponder.Target(
                terms.ssrc(),
                first.format().payloadType(),
                first.format().clockRate(),
                terms.rtxSsrc(),
                first.rtxPayloadType());
        this.extensions = new OutgoingExtensions(media, writer);
        this.transponder = new RtpStreamTransponder(
                target,
                random,
                scratch,
                (packet, bytes, offset) -> extensions.write(packet, forwarded, bytes, offset),
                new Packets());
        this.resends = media.has(MediaTerms.Feedback.NACK);
        this.repairs = new Repairs(transponder, transport, time, resends);
        this.reports = new OutgoingReports(terms.ssrc(), first.format().clockRate(), transponder);
        this.replay = new PictureReplay(transponder, time, transport);
        this.taken = new TakenTrack(terms, new LayerEvents(), new FormatEvents());
        this.chosen =
                new ChosenLayer(new LayerSelector(media.extensions().idOf(RtpExtension.DEPENDENCY_DESCRIPTOR) != 0));
    }

    public OutgoingTerms terms() {
        return terms;
    }

    public MediaKind kind() {
        return terms.media().kind();
    }

    /** What is watched, or null. */
    public @Nullable IncomingStreamTrack source() {
        return taken.source();
    }

    /** The layer that is forwarded or waited for, or null. */
    public @Nullable IncomingLayer layer() {
        return chosen.layer();
    }

    /** Whether the viewer has agreed to what is sent now; true when nothing is. */
    public boolean isPlayable() {
        IncomingLayer now = layer();
        return now == null || terms.match().of(now.format()) != null;
    }

    /** Watches {@code track} from its next key frame on, instead of what was watched before. */
    void attachTo(IncomingStreamTrack track, long nowNs) {
        if (taken.source() == track) {
            return;
        }
        leave();
        taken.take(track);
        choose(nowNs);
    }

    /** What is sent is of another codec than when it was chosen: perhaps the viewer takes it now, perhaps something else is to be made of it. */
    private void takeAgain(long nowNs) {
        IncomingStreamTrack track = taken.source();
        if (track != null) {
            leave();
            attachTo(track, nowNs);
        }
    }

    /** What is sent is made of, {@code mp4a.40.2}; null when it is sent as it comes. */
    public @Nullable String transcodedFrom() {
        return taken.transcodedFrom();
    }

    private void leave() {
        taken.leave();
        chosen.forget();
        replay.cancel();
    }

    /** Now packets can be sent. */
    void onConnected(long nowNs) {
        beginningEndsNs = nowNs + BEGINNING_NS;
        chosen.forget();
        choose(nowNs);
    }

    void close() {
        leave();
        repairs.close();
        forwarded = null;
        transponder.close();
    }

    /**
     * At most this layer from its next key frame on.
     *
     * @param name a rid, or {@code S1T0}, {@code S1} or {@code T0} for scalable layers; null for the best
     * @param spatial −1 for what the name says, or the best
     * @param temporal likewise
     * @return false when there is no such layer
     */
    public boolean select(@Nullable String name, int spatial, int temporal, long nowNs) {
        return select(name, spatial, temporal, 0, 0, nowNs);
    }

    /**
     * As above.
     *
     * @param width in pixels, the widest that there is use for, 0 for any; where all layers are larger the smallest is sent
     * @param height likewise
     */
    public boolean select(@Nullable String name, int spatial, int temporal, int width, int height, long nowNs) {
        LayerSteps.Limit limit = LayerSteps.Limit.of(taken.carried(), name, spatial, temporal);
        if (limit == null) {
            return false;
        }
        chosen.want(limit.within(width, height));
        choose(nowNs);
        return true;
    }

    /** What the path has for it from now on, {@link Long#MAX_VALUE} while nothing limits it. */
    void onBudget(long bps, SendSideEstimate.Basis why, long nowNs) {
        chosen.onBudget(bps, why);
        choose(nowNs);
    }

    /** Adds the size of the pictures that are sent now, as far as it is known. */
    public void addSize(Counters counters) {
        chosen.addSize(forwarded, counters);
    }

    /** Bits a second of what is sent now. */
    public long neededBps(long nowNs) {
        return chosen.neededBps(nowNs);
    }

    /** What the next better layer would take, 0 when it is not bandwidth that is missing. */
    long wantsBps(long nowNs) {
        return chosen.wantsBps(nowNs);
    }

    /** Sends something again that the viewer has already, to see whether there is room for it. @return its bytes, 0 when it cannot */
    int pad(long nowNs) {
        return resends && extensions.stamped() && transport.isConnected() ? transponder.pad(nowNs) : 0;
    }

    /** What is sent, and why it is no better; null for sound and while nothing is watched. */
    public @Nullable Selection selection(long nowNs) {
        return kind() == MediaKind.VIDEO ? chosen.selection(nowNs) : null;
    }

    /**
     * @param layer its rid, with spatial and temporal layer where it has some ({@code f S1T2}); empty where there is but one
     * @param limit what the viewer asked for at most, likewise; empty for the best
     * @param reason {@code best}, {@code asked}, {@code bandwidth}, {@code loss} or {@code remb} (the path carries no more, by its delay,
     *     its losses or the viewer's own word), {@code waiting} (nothing comes)
     * @param availableBps what the path has for the track, 0 while nothing limits it
     */
    public record Selection(String layer, String limit, String reason, long bitrateBps, long availableBps) {}

    /** Takes another layer when that is better now. */
    void choose(long nowNs) {
        IncomingLayer before = layer();
        LayerStep step = chosen.of(taken.carried(), nowNs);
        if (step == null) {
            return;
        }
        transponder.limit(step.spatial(), step.temporal(), nowNs);
        IncomingLayer best = step.layer();
        if (best == before) {
            return;
        }
        replay.cancel();
        if (!transport.isConnected()) {
            // What would be sent now is lost; but a key frame that is asked for now may be there when it is needed.
            if (best.pictures() == null || best.pictures().size() == 0) {
                best.requestKeyFrame(nowNs);
            }
            return;
        }
        RtpStreamTransponder.Input input = inputOf(best);
        if (transponder.source() != null || !transport.wantsPast() || !replay.start(input, best, nowNs)) {
            transponder.select(input, nowNs);
        }
    }

    private RtpStreamTransponder.Input inputOf(IncomingLayer of) {
        return new RtpStreamTransponder.Input(
                of.source(), of.codec(), resends ? of.history() : null, taken.payloadTypes(), of::layers);
    }

    private final class LayerEvents implements IncomingLayer.Watcher {
        @Override
        public void onActive(IncomingLayer active, long nowNs) {
            choose(nowNs);
        }

        @Override
        public void onSilent(IncomingLayer silent, long nowNs) {
            choose(nowNs);
        }

        @Override
        public void onCodec(IncomingLayer changed, long nowNs) {
            boolean other = kind() == MediaKind.AUDIO && terms.match().of(changed.format()) == null;
            if (other && changed == layer() && taken.hasRenditions()) {
                takeAgain(nowNs);
            } else if (changed == layer() && replay.cancel()) {
                transponder.select(inputOf(changed), nowNs);
            } else if (changed == layer()) {
                transponder.onCodec(inputOf(changed), nowNs);
            }
        }
    }

    /** Of the track that something else is made of. */
    private final class FormatEvents implements IncomingLayer.Watcher {
        @Override
        public void onCodec(IncomingLayer changed, long nowNs) {
            takeAgain(nowNs);
        }
    }

    private final class Packets implements RtpStreamTransponder.Listener {
        @Override
        public void sendRtp(byte[] data, int offset, int length, boolean retransmission, long nowNs) {
            if (retransmission
                    && RtpPacket.ssrcOf(data, offset) == transponder.target().ssrc()) {
                transport.sendRtpAgain(data, offset, length); // without RTX it must stay the same
                return;
            }
            extensions.stamp(transport, data, length, nowNs);
            // Padded, a packet could not be sent again as it was: the same condition as for what changes each time.
            transport.sendRtp(data, offset, length, extensions.stamped() && !retransmission);
        }

        @Override
        public void addTo(Consumer<Object> parts) {
            parts.accept(this);
            parts.accept(OutgoingStreamTrack.this);
            extensions.addTo(parts);
            transport.addTo(parts);
        }

        @Override
        public void onKeyFrameWanted(RtpIncomingSourceGroup of, long nowNs) {
            IncomingLayer wanted = layer();
            if (wanted != null && wanted.source() == of && kind() == MediaKind.VIDEO) {
                wanted.requestKeyFrame(nowNs);
            }
        }

        @Override
        public void onSwitched(RtpIncomingSourceGroup to, long nowNs) {
            IncomingLayer now = layer();
            forwarded = now != null && now.source() == to ? now : forwarded;
        }

        @Override
        public void onEnded(long nowNs) {
            replay.cancel();
        }

        @Override
        public void onBug(RuntimeException bug, long nowNs) {
            transport.fail(bug, nowNs);
        }
    }

    /** The viewer misses packets. */
    public void onNack(Nack nack, long nowNs) {
        repairs.onNack(nack, nowNs);
    }

    /**
     * The viewer wants a key frame.
     *
     * @param full by FIR
     */
    public void onPictureLoss(boolean full, long nowNs) {
        plis += full ? 0 : 1;
        firs += full ? 1 : 0;
        if (!beginAgain(nowNs)) {
            transponder.requestKeyFrame(nowNs);
        }
    }

    /**
     * Gives a viewer that lost the beginning the kept pictures once more. Firefox 153 does: when DTLS has finished it makes its receivers of sound
     * and pictures anew, so as to play them in step, and forgets what the old ones had. The source, which has just made a key frame,
     * would be asked for another half a second later, or cannot be asked at all.
     */
    private boolean beginAgain(long nowNs) {
        IncomingLayer now = layer();
        if (nowNs >= beginningEndsNs || now == null || transponder.source() != now.source() || !transport.wantsPast()) {
            return false;
        }
        GopCache pictures = now.pictures();
        if (pictures == null || pictures.size() == 0) {
            return false;
        }
        beginningEndsNs = nowNs;
        replay.cancel();
        return replay.start(inputOf(now), now, nowNs);
    }

    /** What the viewer says of it. */
    public void onReport(ReportBlock block, long nowNs) {
        reports.onReport(block, nowNs);
        if (reports.rttNs() > 0) {
            repairs.onRtt(reports.rttNs());
        }
    }

    /** To the viewer and back, 0 while unknown. */
    public long rttNs() {
        return reports.rttNs();
    }

    OutgoingReports reports() {
        return reports;
    }

    /** Whether the publisher has told its clock. */
    boolean isSynchronised() {
        IncomingLayer of = layer();
        return of == null || of.report() != null;
    }

    /** Adds what was sent and heard until now. */
    public void addCounters(Counters counters) {
        counters.add("packets", transponder.packets());
        counters.add("bytes", transponder.payloadBytes());
        counters.add("retransmitted", transponder.retransmitted());
        counters.add("dropped", transponder.dropped());
        counters.add("padding", transponder.padding());
        counters.add("switches", transponder.switches());
        counters.add("replays", replay.replays());
        repairs.addCounters(counters);
        counters.add("plis", plis);
        counters.add("firs", firs);
        reports.addCounters(counters);
    }
}
