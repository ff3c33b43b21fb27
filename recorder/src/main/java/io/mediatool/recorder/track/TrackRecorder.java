package io.mediatool.recorder.track;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.GopCache;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import io.mediatool.core.stream.RtpReorderBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens to one incoming track and makes timed frames of its packets. On the loop. */
public final class TrackRecorder implements RtpIncomingSourceGroup.Listener {
    private static final int REORDER_BYTES = 16 << 20;
    private static final long WARN_EVERY_NS = 10_000_000_000L;

    private final String id;
    private final RtpIncomingSourceGroup source;
    private final Function<Codec, CodecModule> codecs;
    private final Listener listener;
    private final RtpReorderBuffer reorder;
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<Lane.Event, Warning> warnings = new EnumMap<>(Lane.Event.class);
    private @Nullable Lane lane;
    private @Nullable SenderReport newestReport;
    private long newestReportNs;
    private boolean ended;

    private long newest = Long.MIN_VALUE;
    private long newestTimestamp;
    private boolean newestEndsFrame;
    private boolean finishing;
    /** Sequence number of the first packet known that belongs to a frame after the last one to be taken. */
    private long beyond = Long.MAX_VALUE;

    /** Takes what comes out, on the loop. */
    public interface Listener {
        /**
         * A frame in decoding order.
         *
         * @param frame with its configuration
         * @param dts decoding time in ticks of the lane's media time, strictly increasing
         * @param pts presentation time likewise
         * @param duration in ticks, as far as known; a hint
         * @param arrivalNs when its first packet arrived
         */
        void onFrame(Lane lane, MediaFrame frame, long dts, long pts, long duration, long arrivalNs);

        /** A sender report of {@code lane} was taken: it may be placed anew. */
        void onReport(Lane lane, long nowNs);

        /** {@code lane} gets no more frames: another codec has come, or the source has ended. */
        void onLaneEnded(Lane lane);

        /** {@code lane}, which had ended, gets frames again: its codec has come back. */
        void onLaneResumed(Lane lane);

        /** A line for the user, without the track's name. Rate-limited. */
        void onWarning(String trackId, String line);

        /** Something was taken in: {@link #nextDeadlineNs} may have changed. */
        void onWork(TrackRecorder track);

        /** Packets are missing for good: what follows is broken until a key frame comes. */
        void onLoss(TrackRecorder track);

        /** Another sender, or the same anew: what its reports said may hold no longer. */
        void onRestart(TrackRecorder track);

        void onEnded(TrackRecorder track, long nowNs);
    }

    private static final class Warning {
        long nextNs = Long.MIN_VALUE;
        long hidden;
    }

    /**
     * Starts listening to {@code source}.
     *
     * @param reorderNs how long to wait for missing packets
     */
    public TrackRecorder(
            String id,
            RtpIncomingSourceGroup source,
            long reorderNs,
            Function<Codec, CodecModule> codecs,
            Listener listener) {
        this.id = id;
        this.source = source;
        this.codecs = codecs;
        this.listener = listener;
        this.reorder = new RtpReorderBuffer(reorderNs, REORDER_BYTES, new RtpReorderBuffer.Output() {
            @Override
            public void onPacket(RtpPacket packet, long sequence, long timestamp, long arrivalNs) {
                inOrder(packet, timestamp, arrivalNs);
            }

            @Override
            public void onLoss(long count) {
                if (lane != null) {
                    lane.onLoss(count);
                    listener.onLoss(TrackRecorder.this);
                }
            }
        });
        newestReport = source.lastSenderReport();
        source.addListener(this);
    }

    /**
     * Takes what somebody has kept since the last key frame, before anything else comes.
     *
     * @param kept of the same source
     */
    public void onPast(GopCache kept, int clockRate, long nowNs) {
        for (int i = 0; i < kept.size(); i++) {
            kept.give(i, (packet, sequence, timestamp) -> {
                long sinceNs = (kept.newestTimestamp() - timestamp) * 1_000_000_000L / clockRate;
                take(packet, sequence, timestamp, nowNs - Math.max(0, sinceNs));
            });
        }
        listener.onWork(this);
    }

    public String id() {
        return id;
    }

    /** The codecs that have come, oldest first. */
    public List<Lane> lanes() {
        return lanes;
    }

    /** The codec that comes now, null before the first packet. */
    public @Nullable Lane lane() {
        return lane;
    }

    public RtpIncomingSourceGroup.Snapshot packets() {
        return source.snapshot();
    }

    /** Packets that are missing in what was taken. */
    public long lost() {
        return finishing ? reorder.lost() : source.snapshot().lost() + reorder.late();
    }

    /** Packets that came too late to be used. */
    public long late() {
        return reorder.late();
    }

    public boolean isEnded() {
        return ended;
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup from, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (finishing && sequence > newest && timestamp != newestTimestamp) {
            beyond = Math.min(beyond, sequence);
        } else {
            take(packet, sequence, timestamp, nowNs);
        }
        listener.onWork(this);
    }

    private void take(RtpPacket packet, long sequence, long timestamp, long nowNs) {
        if (sequence > newest) {
            newest = sequence;
            newestTimestamp = timestamp;
            newestEndsFrame = packet.marker();
        }
        reorder.onRtp(packet, sequence, timestamp, nowNs);
    }

    /** From now on takes only what is missing of the frames that have come, up to the end of the newest. */
    public void finish() {
        finishing = true;
    }

    /** After {@link #finish}: whether all of that is there or given up. */
    public boolean isWhole() {
        if (ended || newest == Long.MIN_VALUE) {
            return true;
        }
        boolean frameEnds = source.kind() == MediaKind.AUDIO || newestEndsFrame || beyond == newest + 1;
        return frameEnds && reorder.nextDeadlineNs() == Long.MAX_VALUE;
    }

    @Override
    public void onSenderReport(RtpIncomingSourceGroup from, SenderReport report, long nowNs) {
        newestReport = report;
        newestReportNs = nowNs;
        Lane current = lane;
        if (current != null && current.onSenderReport(report, nowNs)) {
            listener.onReport(current, nowNs);
        }
    }

    @Override
    public void onRestart(RtpIncomingSourceGroup from, boolean sameClock, long nowNs) {
        reorder.flush();
        newestReport = null;
        Lane current = lane;
        if (current != null) {
            current.onRestart(sameClock);
        }
        listener.onRestart(this);
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup from, long nowNs) {
        end(nowNs);
    }

    /** Stops listening; all that is under way comes out. Harmless when repeated. */
    public void end(long nowNs) {
        if (ended) {
            return;
        }
        ended = true;
        source.removeListener(this);
        reorder.flush();
        Lane current = lane;
        if (current != null) {
            current.flush();
            listener.onLaneEnded(current);
        }
        listener.onEnded(this, nowNs);
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        if (ended) {
            return Long.MAX_VALUE;
        }
        long deadlineNs = reorder.nextDeadlineNs();
        return lane == null ? deadlineNs : Math.min(deadlineNs, lane.nextDeadlineNs());
    }

    public void onDeadline(long nowNs) {
        if (!ended) {
            reorder.onDeadline(nowNs);
            if (lane != null) {
                lane.onDeadline(nowNs);
            }
        }
    }

    private void inOrder(RtpPacket packet, long timestamp, long arrivalNs) {
        RtpFormat format = source.formatOf(packet.payloadType());
        if (format == null) {
            return;
        }
        CodecModule module = codecs.apply(format.codec());
        Lane current = lane;
        if (current == null || !current.takes(format)) {
            current = change(format, module);
        }
        current.onPacket(packet, format, module, timestamp, arrivalNs);
    }

    private Lane change(RtpFormat format, CodecModule module) {
        Lane before = lane;
        if (before != null) {
            before.flush();
            listener.onLaneEnded(before);
        }
        for (Lane known : lanes) {
            if (known.takes(format)) {
                known.onRestart(false);
                lane = known;
                listener.onLaneResumed(known);
                return known;
            }
        }
        String name = before == null ? id : id + "-" + format.codec().label();
        var made = new Lane(name, format, module, new Lane.Output() {
            @Override
            public void onFrame(Lane of, MediaFrame frame, long dts, long pts, long duration, long arrivalNs) {
                listener.onFrame(of, frame, dts, pts, duration, arrivalNs);
            }

            @Override
            public void onWarning(Lane of, Lane.Event event, String detail, long nowNs) {
                warn(event, detail, nowNs);
            }
        });
        lane = made;
        lanes.add(made);
        if (newestReport != null) {
            made.onSenderReport(newestReport, newestReportNs);
        }
        return made;
    }

    private void warn(Lane.Event event, String detail, long nowNs) {
        Warning warning = warnings.computeIfAbsent(event, key -> new Warning());
        if (nowNs < warning.nextNs) {
            warning.hidden++;
            return;
        }
        String more = warning.hidden == 0 ? "" : " (and " + warning.hidden + " more times)";
        warning.nextNs = nowNs + WARN_EVERY_NS;
        warning.hidden = 0;
        listener.onWarning(id, text(event, detail) + more);
    }

    private static String text(Lane.Event event, String detail) {
        return switch (event) {
            case TIME -> detail + "; its time goes on by arrival";
            case LEFT_OUT -> detail;
            case MALFORMED -> "packet broken, left out: " + detail;
        };
    }
}
