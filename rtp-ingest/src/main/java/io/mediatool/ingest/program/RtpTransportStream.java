package io.mediatool.ingest.program;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.RtpReorderBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transport stream in RTP (RFC 2250 §2): put in order, without the duplicates, then taken apart. */
public final class RtpTransportStream {
    /** Held while a packet is missing: more than 200 ms of 100 Mbit/s. */
    private static final int MAX_HELD_BYTES = 4 << 20;

    private final RtpIncomingSourceGroup source;
    private final RtpReorderBuffer reorder;
    private final ProgramTracks programs;
    private final TimeService time;
    private @Nullable Timer alarm;
    private long alarmNs = Long.MAX_VALUE;

    /**
     * @param payloadType that carries it
     * @param reorderNs how long a missing packet is waited for
     */
    public RtpTransportStream(int payloadType, long reorderNs, ProgramTracks programs, TimeService time) {
        // The container is no codec: the format only tells the source which payload type is its own.
        var format = new RtpFormat(Codec.H264, payloadType, "MP2T", 90_000, 1, Map.of());
        this.source = new RtpIncomingSourceGroup(MediaKind.VIDEO, List.of(format));
        this.programs = programs;
        this.time = time;
        this.reorder = new RtpReorderBuffer(reorderNs, MAX_HELD_BYTES, new InOrder());
        source.addListener(new AsReceived());
    }

    /** Where its packets go in. */
    public RtpIncomingSourceGroup source() {
        return source;
    }

    private void watch() {
        long deadlineNs = reorder.nextDeadlineNs();
        if (deadlineNs == Long.MAX_VALUE || deadlineNs >= alarmNs) {
            return; // an alarm that comes too early sets the next one
        }
        Timer before = alarm;
        if (before != null) {
            before.cancel();
        }
        alarmNs = deadlineNs;
        alarm = time.schedule(deadlineNs, this::onAlarm);
    }

    private void onAlarm(long nowNs) {
        alarm = null;
        alarmNs = Long.MAX_VALUE;
        reorder.onDeadline(nowNs);
        watch();
    }

    private final class InOrder implements RtpReorderBuffer.Output {
        @Override
        public void onPacket(RtpPacket packet, long sequence, long timestamp, long arrivalNs) {
            programs.feed(packet.data(), packet.payloadOffset(), packet.payloadLength(), arrivalNs);
        }

        @Override
        public void onLoss(long count) {
            programs.onLoss();
        }
    }

    private final class AsReceived implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup from, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            reorder.onRtp(packet, sequence, timestamp, nowNs);
            watch();
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup from, boolean sameClock, long nowNs) {
            reorder.flush();
            programs.onLoss();
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup from, long nowNs) {
            reorder.flush();
            programs.end(nowNs);
            Timer last = alarm;
            if (last != null) {
                last.cancel();
            }
        }
    }
}
