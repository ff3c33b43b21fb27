package io.mediatool.ingest.elementary;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.aac.AacListener;
import io.mediatool.core.codec.aac.AdtsReader;
import io.mediatool.core.codec.aac.AudioSpecificConfig;
import io.mediatool.core.codec.aac.LoasReader;

/**
 * AAC in ADTS or LOAS. The first frame that begins in a PES packet has its time; the others follow by their samples. Frames
 * before the first time are dropped: nobody knows when they were.
 */
public final class AacStream implements ElementaryStream {
    private final boolean latm;
    private final AdtsReader adts = new AdtsReader();
    private final LoasReader loas = new LoasReader();
    private final ProgramClock clock;
    private final Sink sink;
    private final SampleTimeline timeline = new SampleTimeline();
    private final TimeJump jump = new TimeJump();
    private final AacListener frames = this::onAccessUnit;
    private long pendingPts = ProgramClock.NONE;
    private boolean frameBefore;
    private long badUnits;

    /**
     * @param latm LOAS with LATM inside; else ADTS
     * @param clock shared by the streams of a program
     */
    public AacStream(boolean latm, ProgramClock clock, Sink sink) {
        this.latm = latm;
        this.clock = clock;
        this.sink = sink;
    }

    @Override
    public void onPes(PesPacket packet) {
        frameBefore = !latm && adts.heldBytes() > 0;
        pendingPts = packet.pts() == ProgramClock.NONE ? ProgramClock.NONE : clock.unwrap(packet.pts());
        int from = 0;
        for (int hole : packet.holes()) {
            int to = Math.max(from, Math.min(hole, packet.length()));
            read(packet.data(), packet.offset() + from, to - from);
            from = to;
            badUnits++;
            adts.reset();
            loas.reset();
            frameBefore = false;
        }
        read(packet.data(), packet.offset() + from, packet.length() - from);
    }

    @Override
    public void onClockRestart() {
        jump.announce();
    }

    @Override
    public void flush() {
        adts.reset();
        loas.reset();
    }

    @Override
    public long badUnits() {
        return badUnits;
    }

    private void read(byte[] data, int offset, int length) {
        if (latm) {
            loas.read(data, offset, length, frames);
        } else {
            adts.read(data, offset, length, frames);
        }
    }

    private void onAccessUnit(byte[] unit, DecoderConfig config, AudioSpecificConfig audio) {
        int rate = config.sampleRate();
        int duration = audio.frameDuration(rate);
        if (frameBefore) {
            frameBefore = false; // it began in the packet before
        } else if (pendingPts != ProgramClock.NONE) {
            timeline.onTime(pendingPts, rate, duration);
            pendingPts = ProgramClock.NONE;
        }
        if (!timeline.started()) {
            badUnits++;
            return;
        }
        long time = timeline.take(rate, duration);
        long pts = SampleTimeline.to90k(time, rate);
        MediaFrame frame = new MediaFrame(unit, time, duration, true, config, false);
        sink.onFrame(new TimedFrame(frame, rate, pts, pts, jump.at(pts)));
    }
}
