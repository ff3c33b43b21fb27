package io.mediatool.core.server.outgoing;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.loop.TimeService;
import io.mediatool.core.loop.Timer;
import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.server.IncomingStreamTrack;
import io.mediatool.core.server.MediaTerms;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A track of several layers as one source: the best layer that comes, as a viewer gets it whose path carries everything. Layers change
 * at key frames, numbers and times go on. For sinks in this process, on the loop's thread.
 */
public final class BestLayer implements Carrier, AutoCloseable {
    private static final long TICK_NS = 500_000_000L;
    private static final int SSRC = 1;
    private static final int SCRATCH_BYTES = 4096;

    private final IncomingStreamTrack track;
    private final TimeService time;
    private final RtpIncomingSourceGroup source;
    private final OutgoingStreamTrack out;
    private final RtpPacket view = new RtpPacket();
    private final Ends ends = new Ends();
    private @Nullable Timer tick;
    private boolean closed;

    public BestLayer(IncomingStreamTrack track, TimeService time) {
        this.track = track;
        this.time = time;
        List<MediaTerms.Payload> payloads = track.source().formats().stream()
                .map(format -> new MediaTerms.Payload(format, MediaTerms.NO_RTX, Set.of()))
                .toList();
        var media = new MediaTerms(null, track.kind(), payloads, ExtensionMap.NONE, false);
        var terms = new OutgoingTerms(
                media,
                SSRC,
                SSRC,
                "",
                sent -> payloads.stream()
                        .filter(each -> each.format().payloadType() == sent.payloadType())
                        .findFirst()
                        .orElse(null));
        this.source = new RtpIncomingSourceGroup(track.kind(), track.source().formats());
        // Numbers that nobody outside sees need not be random.
        this.out = new OutgoingStreamTrack(this, terms, time, () -> 0, new byte[SCRATCH_BYTES], new ExtensionWriter());
        track.layers().forEach(layer -> layer.source().addListener(ends));
        out.attachTo(track, time.nowNs());
        tick = time.schedule(time.nowNs() + TICK_NS, this::onTick);
    }

    /** Where the packets come out. */
    public RtpIncomingSourceGroup source() {
        return source;
    }

    /** Something is missing for good. */
    public void requestKeyFrame(long nowNs) {
        out.onPictureLoss(false, nowNs);
    }

    private void onTick(long nowNs) {
        if (closed) {
            return;
        }
        out.choose(nowNs);
        SenderReport report = out.isSynchronised() ? out.reports().next(out.layer(), true, 0, nowNs) : null;
        if (report != null && report.ntpTime() != 0) {
            source.onSenderReport(SSRC, report.ntpTime(), report.rtpTimestamp(), nowNs);
        }
        tick = time.schedule(nowNs + TICK_NS, this::onTick);
    }

    private final class Ends implements RtpIncomingSourceGroup.Listener {
        @Override
        public void onRtp(RtpIncomingSourceGroup of, RtpPacket packet, long sequence, long timestamp, long nowNs) {
            // comes by way of the track
        }

        @Override
        public void onEnded(RtpIncomingSourceGroup of, long nowNs) {
            if (track.layers().stream().allMatch(layer -> layer.source().isEnded())) {
                source.end(nowNs);
            }
        }
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean wantsPast() {
        return false;
    }

    @Override
    public long nowNs() {
        return time.nowNs();
    }

    @Override
    public void sendRtp(byte[] data, int offset, int length, boolean mayPad) {
        try {
            source.onRtp(view.wrap(data, offset, length), time.nowNs());
        } catch (MalformedException e) {
            throw new IllegalStateException("a packet of our own is broken", e);
        }
    }

    @Override
    public void sendRtpAgain(byte[] data, int offset, int length) {
        throw new IllegalStateException("nobody asks for it");
    }

    @Override
    public void stamp(byte[] data, int length, int sequenceAt, int timeAt, long nowNs) {
        // there is no path to measure
    }

    @Override
    public void fail(RuntimeException bug, long nowNs) {
        close();
        throw bug;
    }

    @Override
    public void remove(OutgoingStream stream) {
        throw new IllegalStateException("there is no stream");
    }

    /** Takes nothing more; harmless when repeated. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Timer pending = tick;
        if (pending != null) {
            pending.cancel();
        }
        track.layers().forEach(layer -> layer.source().removeListener(ends));
        out.close();
    }
}
