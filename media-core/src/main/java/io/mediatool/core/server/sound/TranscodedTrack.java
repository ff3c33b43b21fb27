package io.mediatool.core.server.sound;

import io.mediatool.core.audio.catalog.AudioCatalog;
import io.mediatool.core.audio.transcode.Transcoder;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.loop.EventLoop;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.Counters;
import io.mediatool.core.server.IncomingLayer;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.Renditions;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import io.mediatool.core.stream.RtpReorderBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One track in another codec, while somebody listens and a little longer. For the loop's thread; the work is done by {@link SoundWork}. */
final class TranscodedTrack implements Renditions.Rendition {
    /** Who comes back soon finds it running. */
    static final long LINGER_NS = 5_000_000_000L;
    /** A packet may be so late. */
    private static final long REORDER_NS = 60_000_000L;

    private static final int REORDER_BYTES = 1 << 20;

    private final IncomingLayer source;
    private final RtpFormat format;
    private final EventLoop loop;
    private final SoundWork work;
    private final Runnable onStopped;
    private final IncomingStreamTrack track;
    private final Arrivals arrivals = new Arrivals();
    private final RtpPacket packet = new RtpPacket();
    private RtpReorderBuffer reorder = reorderBuffer();
    private RtpFormat sent;
    private Depacketizer depacketizer;
    private boolean afterLoss;
    private @Nullable Timer late;
    private @Nullable Timer linger;
    private int users;
    private boolean stopped;
    private long sequence;
    private long broken;

    TranscodedTrack(IncomingStreamTrack of, RtpFormat format, EventLoop loop, Executor workers, Runnable onStopped) {
        this.source = of.layers().get(0);
        this.format = format;
        this.loop = loop;
        this.onStopped = onStopped;
        this.track = IncomingStreamTrack.made(of.id(), format, loop);
        this.work = new SoundWork(format, workers, this::onMade);
        this.sent = source.format();
        this.depacketizer = CodecCatalog.of(sent.codec()).depacketizer(sent);
        work.begin(sent.clockRate());
        source.source().addListener(arrivals);
        RtpIncomingSourceGroup.SenderReport report = source.report();
        if (report != null) {
            relay(report, loop.nowNs());
        }
    }

    private RtpReorderBuffer reorderBuffer() {
        return new RtpReorderBuffer(REORDER_NS, REORDER_BYTES, new InOrder());
    }

    void use() {
        users++;
        Timer pending = linger;
        linger = null;
        if (pending != null) {
            pending.cancel();
        }
    }

    @Override
    public void release() {
        if (--users == 0 && !stopped) {
            linger = loop.schedule(loop.nowNs() + LINGER_NS, nowNs -> {
                linger = null;
                stop(nowNs);
            });
        }
    }

    private void stop(long nowNs) {
        if (stopped) {
            return;
        }
        stopped = true;
        source.source().removeListener(arrivals);
        Timer pending = late;
        late = null;
        if (pending != null) {
            pending.cancel();
        }
        work.stop();
        onStopped.run();
        track.source().end(nowNs);
    }

    @Override
    public IncomingStreamTrack track() {
        return track;
    }

    @Override
    public String from() {
        return AudioCatalog.nameOf(sent);
    }

    @Override
    public void addCounters(Counters counters) {
        work.addCounters(counters);
        counters.add("framesBroken", broken);
    }

    private void relay(RtpIncomingSourceGroup.SenderReport report, long nowNs) {
        long timestamp = Transcoder.timestamp(report.timestamp(), sent.clockRate(), format.clockRate());
        track.source().relayReport(new RtpIncomingSourceGroup.SenderReport(report.ntpTime(), timestamp), nowNs);
    }

    private final class Arrivals implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket arrived, long number, long timestamp, long nowNs) {
            reorder.onRtp(arrived, number, timestamp, nowNs);
            arm();
        }

        @Override
        public void onSenderReport(RtpIncomingSourceGroup of, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
            relay(report, nowNs);
        }

        @Override
        public void onRestart(RtpIncomingSourceGroup of, boolean sameClock, long nowNs) {
            reorder.flush();
            reorder = reorderBuffer();
            depacketizer.flush(TranscodedTrack.this::onFrame);
            change(sent, sameClock);
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            reorder.flush();
            depacketizer.flush(TranscodedTrack.this::onFrame);
            work.end();
        }
    }

    private void arm() {
        long nextNs = reorder.nextDeadlineNs();
        if (late == null && nextNs != Long.MAX_VALUE && !stopped) {
            late = loop.schedule(nextNs, nowNs -> {
                late = null;
                reorder.onDeadline(nowNs);
                arm();
            });
        }
    }

    private final class InOrder implements RtpReorderBuffer.Output {
        @Override
        public void onPacket(RtpPacket next, long number, long timestamp, long arrivalNs) {
            RtpFormat its = next.payloadType() == sent.payloadType()
                    ? sent
                    : source.source().formatOf(next.payloadType());
            if (its == null || its.codec() == format.codec()) {
                return; // whoever listens takes the source itself now
            }
            if (!its.equals(sent)) {
                change(its, false);
            }
            try {
                depacketizer.onPacket(next, timestamp, TranscodedTrack.this::onFrame);
            } catch (MalformedException e) {
                broken++;
                afterLoss = true;
            }
        }

        @Override
        public void onLoss(long count) {
            afterLoss = true;
            depacketizer.onLoss();
        }
    }

    private void change(RtpFormat to, boolean sameClock) {
        sent = to;
        depacketizer = CodecCatalog.of(to.codec()).depacketizer(to);
        afterLoss = false;
        work.restart(to.clockRate(), sameClock);
    }

    private void onFrame(MediaFrame frame) {
        boolean first = afterLoss;
        afterLoss = false;
        work.frame(frame, first, loop.nowNs());
    }

    /** From any thread. */
    private void onMade(List<SoundWork.Made> made) {
        loop.tryExecute(() -> deliver(made));
    }

    private void deliver(List<SoundWork.Made> made) {
        long nowNs = loop.nowNs();
        for (SoundWork.Made each : made) {
            if (stopped) {
                return;
            }
            if (each instanceof SoundWork.Packet sound) {
                deliver(sound, nowNs);
            } else if (each instanceof SoundWork.Restart restart) {
                track.source().relayRestart(restart.sameClock(), nowNs);
            } else {
                stop(nowNs);
            }
        }
        work.onDelivered(made, nowNs);
    }

    private void deliver(SoundWork.Packet made, long nowNs) {
        byte[] data = made.data();
        RtpPacket.writeHeader(data, 0, made.marker(), format.payloadType(), (int) sequence, made.timestamp(), 0);
        try {
            track.source().relay(packet.wrap(data, 0, data.length), sequence++, made.timestamp(), nowNs);
        } catch (MalformedException e) {
            throw new IllegalStateException("a header of our own", e);
        }
    }
}
