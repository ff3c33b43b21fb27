package io.mediatool.recorder.track;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.core.stream.RtpIncomingSourceGroup.SenderReport;
import io.mediatool.recorder.time.DecodeOrder;
import io.mediatool.recorder.time.TrackTimeline;
import org.jspecify.annotations.Nullable;

/** One codec on one incoming track: becomes one track of the file. */
public final class Lane {
    private final String id;
    private final Codec codec;
    private final TrackTimeline timeline;
    private final DecodeOrder decodeOrder;
    private final KeyFrameGate gate;
    private final Arrivals arrivals = new Arrivals();
    private final Depacketizer.Listener assembled = this::onFrame;
    private final Output output;
    private RtpFormat format;
    private Depacketizer depacketizer;

    private int number = -1;
    private long packetArrivalNs;
    private long lastDts;
    private long endPts = Long.MIN_VALUE;
    private long firstDts;
    private long lastDuration;
    private @Nullable DecoderConfig config;

    private boolean leavingOut;
    private long packets;
    private long frames;
    private long keyFrames;
    private long bytes;
    private long damagedFrames;
    private long droppedFrames;
    private long lost;
    private long malformedPackets;

    /** Takes the lane's frames and events. */
    interface Output {
        /** A frame that is ready for the file; its configuration is not null. */
        void onFrame(Lane lane, MediaFrame frame, long dts, long pts, long duration, long arrivalNs);

        /** Something worth a line. */
        void onWarning(Lane lane, Event event, String detail, long nowNs);
    }

    /** What warnings are about; each kind is rate-limited on its own. */
    enum Event {
        TIME,
        LEFT_OUT,
        MALFORMED
    }

    /**
     * @param module of the format's codec
     */
    Lane(String id, RtpFormat format, CodecModule module, Output output) {
        this.id = id;
        this.codec = format.codec();
        this.format = format;
        this.depacketizer = module.depacketizer(format);
        this.output = output;
        this.decodeOrder = new DecodeOrder(this::onOrdered);
        this.gate = new KeyFrameGate(module.configOf(format), new KeyFrameGate.Output() {
            @Override
            public void onFrame(MediaFrame frame, long pts, long arrivalNs) {
                decodeOrder.onFrame(frame, pts, arrivalNs);
            }

            @Override
            public void onLeftOut(int count, boolean configKnown) {
                leftOut(count, configKnown);
            }
        });
        boolean video = codec.kind() == MediaKind.VIDEO;
        this.timeline = new TrackTimeline(new Timescale(format.clockRate()), video, new TrackTimeline.Output() {
            @Override
            public void onFrame(MediaFrame frame, long pts, long arrivalNs) {
                gate.onFrame(frame, pts, arrivalNs);
            }

            @Override
            public void onCorrection(String why, long nowNs) {
                output.onWarning(Lane.this, Event.TIME, why, nowNs);
            }
        });
    }

    /** Name in summaries. */
    public String id() {
        return id;
    }

    public Codec codec() {
        return codec;
    }

    public TrackTimeline timeline() {
        return timeline;
    }

    /** Its number in the recording, or -1 before its first frame is ready. */
    public int number() {
        return number;
    }

    public void number(int value) {
        number = value;
    }

    /** The newest configuration that a frame came with, null before the first. */
    public @Nullable DecoderConfig config() {
        return config;
    }

    /** Packets of this codec, in order. */
    public long packets() {
        return packets;
    }

    public long frames() {
        return frames;
    }

    public long keyFrames() {
        return keyFrames;
    }

    public long bytes() {
        return bytes;
    }

    public long damagedFrames() {
        return damagedFrames;
    }

    public long droppedFrames() {
        return droppedFrames;
    }

    /** Packets whose payload breaks the format. */
    public long malformedPackets() {
        return malformedPackets;
    }

    /** Decoding time of its first frame, in ticks of its media time. */
    public long firstDts() {
        return firstDts;
    }

    /** Where its newest frame ends, likewise. */
    public long endDts() {
        return lastDts + lastDuration;
    }

    /** Where the last presentation of its frames ends, likewise. */
    public long endPts() {
        return endPts;
    }

    /** Counts a frame that has been handed to the file. */
    public void onWritten(MediaFrame frame) {
        leavingOut = false;
        frames++;
        bytes += frame.data().length;
        keyFrames += frame.keyFrame() ? 1 : 0;
        damagedFrames += frame.damaged() ? 1 : 0;
    }

    /** Counts a frame that did not get into the file; until a key frame the others cannot be decoded without it. */
    public void onDropped() {
        droppedFrames++;
        leavingOut = true;
    }

    /** Packets lost since this was last asked: before the frame that comes, or in it. */
    public long takeLost() {
        long taken = lost;
        lost = 0;
        return taken;
    }

    /** Whether frames are being left out because the disk is too slow. */
    public boolean isLeavingOut() {
        return leavingOut;
    }

    /** Whether frames have come, but nothing that tells how to decode them. */
    public boolean isConfigMissing() {
        return gate.isConfigMissing();
    }

    /** Whether packets of {@code other} belong to this lane. */
    boolean takes(RtpFormat other) {
        return other.codec() == codec && other.clockRate() == format.clockRate();
    }

    void onPacket(RtpPacket packet, RtpFormat of, CodecModule module, long timestamp, long arrivalNs) {
        packets++;
        packetArrivalNs = arrivalNs;
        if (of.payloadType() != format.payloadType()) {
            depacketizer.flush(assembled);
            depacketizer = module.depacketizer(of);
            format = of;
        }
        arrivals.onPacket(timestamp, arrivalNs);
        try {
            depacketizer.onPacket(packet, timestamp, assembled);
        } catch (MalformedException e) {
            malformedPackets++;
            output.onWarning(this, Event.MALFORMED, String.valueOf(e.getMessage()), arrivalNs);
        }
    }

    void onLoss(long count) {
        lost += count;
        depacketizer.onLoss();
    }

    void onRestart(boolean sameClock) {
        depacketizer.flush(assembled);
        timeline.onRestart(sameClock);
    }

    boolean onSenderReport(SenderReport report, long nowNs) {
        return timeline.onSenderReport(report, nowNs);
    }

    long nextDeadlineNs() {
        return Math.min(timeline.nextDeadlineNs(), gate.nextDeadlineNs());
    }

    void onDeadline(long nowNs) {
        timeline.onDeadline(nowNs);
        gate.onDeadline(nowNs);
    }

    /** The source ended or changed its codec: all that is under way comes out. */
    void flush() {
        depacketizer.flush(assembled);
        timeline.flush();
        gate.flush();
        decodeOrder.flush();
    }

    private void onFrame(MediaFrame frame) {
        timeline.onFrame(frame, arrivals.of(frame.timestamp(), packetArrivalNs));
    }

    private void onOrdered(MediaFrame frame, long dts, long pts, long arrivalNs) {
        boolean first = config == null;
        if (first) {
            firstDts = dts;
        }
        lastDuration = duration(frame, dts, first);
        lastDts = dts;
        config = frame.config();
        long shown = codec.kind() == MediaKind.AUDIO ? dts : pts;
        endPts = Math.max(endPts, shown + lastDuration);
        output.onFrame(this, frame, dts, shown, lastDuration, arrivalNs);
    }

    /** What the codec says, else until the next frame, else as before; 0 when nothing is known. */
    private long duration(MediaFrame frame, long dts, boolean first) {
        if (frame.duration() > 0) {
            return frame.duration();
        }
        long next = decodeOrder.nextDts();
        return next > dts ? next - dts : first ? 0 : dts - lastDts;
    }

    private void leftOut(int count, boolean configKnown) {
        droppedFrames += count;
        output.onWarning(
                this,
                Event.LEFT_OUT,
                configKnown
                        ? count + " frames before the first key frame cannot be decoded and are left out"
                        : count + " frames left out: no decoder configuration"
                                + (codec.kind() == MediaKind.VIDEO ? " (parameter sets)" : "") + " has come",
                packetArrivalNs);
    }
}
