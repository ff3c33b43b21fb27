package io.mediatool.core.server.outgoing;

import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.congestion.SendSideEstimate;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.ReportBlock;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.server.Renditions;
import io.mediatool.core.stream.PayloadTypes;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.forward.RtpStreamTransponder;
import io.mediatool.core.stream.repair.Retransmitter;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One track as a viewer gets it: the layer that is best for it, in a number space of its own, with repair. For the loop's thread. */
public final class OutgoingStreamTrack {
    private static final long LEAST_REPAIR_BPS = 200_000;
    private static final long MOST_REPAIR_BPS = 40_000_000;
    private static final long REPAIR_PAUSE_NS = 2_000_000L;

    private final Carrier transport;
    private final OutgoingTerms terms;
    private final RtpStreamTransponder transponder;
    private final Retransmitter retransmitter;
    private final TimeService time;
    private @Nullable Timer repairs;
    private final OutgoingReports reports;
    private final LayerSelector selector;
    private final PictureReplay replay;
    private final ExtensionWriter writer;
    private final byte[] mid;
    private final boolean resends;
    private final boolean stamped;
    private final LayerEvents layerEvents = new LayerEvents();
    private final FormatEvents formatEvents = new FormatEvents();
    private @Nullable IncomingStreamTrack source;
    private @Nullable IncomingStreamTrack carried;
    private Renditions.@Nullable Rendition rendition;
    private @Nullable LayerStep step;
    private long budgetBps = Long.MAX_VALUE;
    private SendSideEstimate.Basis basis = SendSideEstimate.Basis.UNLIMITED;
    private @Nullable IncomingLayer forwarded;
    private PayloadTypes payloadTypes = new PayloadTypes();

    private long nackMessages;
    private long plis;
    private long firs;

    /** @param scratch packets are made in it: one for all tracks of a loop; 4 KiB */
    public OutgoingStreamTrack(
            Carrier transport, OutgoingTerms terms, TimeService time, RandomGenerator random, byte[] scratch) {
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
        this.transponder = new RtpStreamTransponder(target, random, scratch, this::writeExtensions, new Packets());
        this.retransmitter = new Retransmitter(transponder);
        this.reports = new OutgoingReports(terms.ssrc(), first.format().clockRate(), transponder);
        this.replay = new PictureReplay(transponder, time, transport);
        this.time = time;
        this.selector = new LayerSelector(media.extensions().idOf(RtpExtension.DEPENDENCY_DESCRIPTOR) != 0);
        this.writer = new ExtensionWriter(media.extensions(), media.mixed());
        String name = media.mid();
        this.mid = (name == null ? "" : name).getBytes(StandardCharsets.UTF_8);
        this.resends = media.has(MediaTerms.Feedback.NACK);
        // A packet that may have to be sent again as it was must not carry what changes each time.
        this.stamped =
                !resends || media.payloads().stream().allMatch(each -> each.rtxPayloadType() != MediaTerms.NO_RTX);
    }

    public OutgoingTerms terms() {
        return terms;
    }

    public MediaKind kind() {
        return terms.media().kind();
    }

    /** What is watched, or null. */
    public @Nullable IncomingStreamTrack source() {
        return source;
    }

    /** The layer that is forwarded or waited for, or null. */
    public @Nullable IncomingLayer layer() {
        LayerStep chosen = step;
        return chosen == null ? null : chosen.layer();
    }

    /** Whether the viewer has agreed to what is sent now; true when nothing is. */
    public boolean isPlayable() {
        IncomingLayer chosen = layer();
        return chosen == null || terms.match().of(chosen.format()) != null;
    }

    /** Watches {@code track} from its next key frame on, instead of what was watched before. */
    void attachTo(IncomingStreamTrack track, long nowNs) {
        if (source == track) {
            return;
        }
        leave();
        source = track;
        IncomingStreamTrack taken = taken(track);
        carried = taken;
        payloadTypes = payloadTypes(taken.source());
        taken.layers().forEach(each -> each.addWatcher(layerEvents));
        if (taken != track) {
            track.layers().forEach(each -> each.addWatcher(formatEvents));
        }
        choose(nowNs);
    }

    /** The track itself where the viewer takes what is sent, else what is made of it. */
    private IncomingStreamTrack taken(IncomingStreamTrack track) {
        if (terms.match().of(track.layers().get(0).format()) != null) {
            return track;
        }
        for (RtpFormat each : track.renditions().formats()) {
            if (terms.match().of(each) != null) {
                Renditions.Rendition opened = track.renditions().open(each);
                rendition = opened;
                return opened == null ? track : opened.track();
            }
        }
        return track;
    }

    /** What is sent is of another codec than when it was chosen: perhaps the viewer takes it now, perhaps something else is to be made of it. */
    private void takeAgain(long nowNs) {
        IncomingStreamTrack track = source;
        if (track != null) {
            leave();
            attachTo(track, nowNs);
        }
    }

    /** What is sent is made of, {@code mp4a.40.2}; null when it is sent as it comes. */
    public @Nullable String transcodedFrom() {
        Renditions.Rendition opened = rendition;
        return opened == null ? null : opened.from();
    }

    private PayloadTypes payloadTypes(RtpIncomingSourceGroup of) {
        PayloadTypes types = new PayloadTypes();
        for (RtpFormat format : of.formats()) {
            MediaTerms.Payload match = terms.match().of(format);
            if (match != null) {
                types.map(format.payloadType(), match.format().payloadType(), match.rtxPayloadType());
                if (format.isRedundant() && !match.format().isRedundant()) {
                    types.unwrap(format.payloadType());
                }
            }
        }
        return types;
    }

    private void leave() {
        IncomingStreamTrack before = source;
        IncomingStreamTrack taken = carried;
        if (before != null) {
            before.layers().forEach(each -> each.removeWatcher(formatEvents));
        }
        if (taken != null) {
            taken.layers().forEach(each -> each.removeWatcher(layerEvents));
        }
        Renditions.Rendition opened = rendition;
        rendition = null;
        if (opened != null) {
            opened.release();
        }
        source = null;
        carried = null;
        step = null;
        replay.cancel();
    }

    /** Now packets can be sent. */
    void onConnected(long nowNs) {
        step = null;
        choose(nowNs);
    }

    void close() {
        leave();
        Timer waiting = repairs;
        repairs = null;
        if (waiting != null) {
            waiting.cancel();
        }
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
        IncomingStreamTrack track = carried;
        LayerSteps.Limit limit = LayerSteps.Limit.of(track, name, spatial, temporal);
        if (limit == null) {
            return false;
        }
        selector.want(limit.within(width, height));
        choose(nowNs);
        return true;
    }

    /** What the path has for it from now on, {@link Long#MAX_VALUE} while nothing limits it. */
    void onBudget(long bps, SendSideEstimate.Basis why, long nowNs) {
        budgetBps = bps;
        basis = why;
        choose(nowNs);
    }

    /** Adds the size of the pictures that are sent now, as far as it is known. */
    public void addSize(Counters counters) {
        LayerStep chosen = step;
        IncomingLayer now = forwarded == null ? layer() : forwarded;
        if (chosen == null || now == null) {
            return;
        }
        int spatial = chosen.layer() == now ? chosen.spatial() : LayerStep.ALL;
        if (now.width(spatial) > 0) {
            counters.max("width", now.width(spatial));
            counters.max("height", now.height(spatial));
        }
    }

    /** Bits a second of what is sent now. */
    public long neededBps(long nowNs) {
        LayerStep chosen = step;
        return chosen == null ? 0 : LayerSteps.bitrateBps(chosen.layer(), chosen.spatial(), chosen.temporal(), nowNs);
    }

    /** What the next better layer would take, 0 when it is not bandwidth that is missing. */
    long wantsBps(long nowNs) {
        return selector.wantsBps(nowNs);
    }

    /** Sends something again that the viewer has already, to see whether there is room for it. @return its bytes, 0 when it cannot */
    int pad(long nowNs) {
        return resends && stamped && transport.isConnected() ? transponder.pad(nowNs) : 0;
    }

    /** What is sent, and why it is no better; null for sound and while nothing is watched. */
    public @Nullable Selection selection(long nowNs) {
        LayerStep chosen = step;
        if (chosen == null || kind() != MediaKind.VIDEO) {
            return null;
        }
        long available = budgetBps == Long.MAX_VALUE ? 0 : budgetBps;
        String limit = selector.limit().toString();
        return new Selection(chosen.name(), limit, reason(), neededBps(nowNs), available);
    }

    private String reason() {
        return switch (selector.why()) {
            case BEST -> "best";
            case ASKED -> "asked";
            case WAITING -> "waiting";
            case BANDWIDTH ->
                switch (basis) {
                    case LOSS -> "loss";
                    case REMB -> "remb";
                    default -> "bandwidth";
                };
        };
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
        IncomingStreamTrack track = carried;
        LayerStep chosen = track == null ? null : selector.choose(track, step, budgetBps, nowNs);
        IncomingLayer before = layer();
        if (chosen == null) {
            return;
        }
        step = chosen;
        transponder.limit(chosen.spatial(), chosen.temporal(), nowNs);
        IncomingLayer best = chosen.layer();
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
                of.source(), of.codec(), resends ? of.history() : null, payloadTypes, of::layers);
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
            if (other && changed == layer() && !changedSource().formats().isEmpty()) {
                takeAgain(nowNs);
            } else if (changed == layer()) {
                replay.cancel();
                transponder.onCodec(inputOf(changed), nowNs);
            }
        }
    }

    private Renditions changedSource() {
        IncomingStreamTrack track = source;
        return track == null ? Renditions.NONE : track.renditions();
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
            if (stamped) {
                transport.stamp(
                        data,
                        length,
                        writer.offsetOf(RtpExtension.TRANSPORT_SEQUENCE),
                        writer.offsetOf(RtpExtension.ABS_SEND_TIME),
                        nowNs);
            }
            transport.sendRtp(data, offset, length);
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
            IncomingLayer chosen = layer();
            forwarded = chosen != null && chosen.source() == to ? chosen : forwarded;
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

    private int writeExtensions(RtpPacket packet, byte[] bytes, int offset) {
        writer.begin();
        if (mid.length > 0) {
            writer.put(RtpExtension.MID, mid, 0, mid.length);
        }
        IncomingLayer of = forwarded;
        if (stamped) {
            writer.reserve(RtpExtension.TRANSPORT_SEQUENCE, 2);
            writer.reserve(RtpExtension.ABS_SEND_TIME, 3);
            if (of != null) {
                writer.putForwarded(of.extensions(packet));
            }
        }
        return writer.write(bytes, offset);
    }

    /** The viewer misses packets. */
    public void onNack(Nack nack, long nowNs) {
        nackMessages++;
        if (resends) {
            retransmitter.onNack(nack, repairBps(nowNs), nowNs);
            scheduleRepairs(nowNs);
        }
    }

    private long repairBps(long nowNs) {
        return Math.max(LEAST_REPAIR_BPS, Math.min(MOST_REPAIR_BPS, transport.burstBps(nowNs)));
    }

    private void scheduleRepairs(long nowNs) {
        long nextNs = retransmitter.nextDeadlineNs(repairBps(nowNs), nowNs);
        if (repairs == null && nextNs != Long.MAX_VALUE) {
            repairs = time.schedule(Math.max(nextNs, nowNs + REPAIR_PAUSE_NS), laterNs -> {
                repairs = null;
                retransmitter.onDeadline(repairBps(laterNs), laterNs);
                scheduleRepairs(laterNs);
            });
        }
    }

    /**
     * The viewer wants a key frame.
     *
     * @param full by FIR
     */
    public void onPictureLoss(boolean full, long nowNs) {
        plis += full ? 0 : 1;
        firs += full ? 1 : 0;
        transponder.requestKeyFrame(nowNs);
    }

    /** What the viewer says of it. */
    public void onReport(ReportBlock block, long nowNs) {
        reports.onReport(block, nowNs);
        if (reports.rttNs() > 0) {
            retransmitter.onRtt(reports.rttNs());
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
        counters.add("nacks", nackMessages);
        counters.add("nackedPackets", retransmitter.asked());
        counters.add("nackMissing", retransmitter.missing());
        counters.add("nackOverBudget", retransmitter.overBudget());
        counters.add("plis", plis);
        counters.add("firs", firs);
        reports.addCounters(counters);
    }
}
