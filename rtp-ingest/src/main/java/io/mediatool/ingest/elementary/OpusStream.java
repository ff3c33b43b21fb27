package io.mediatool.ingest.elementary;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;

/**
 * Opus as registered for MPEG-TS: every packet behind a control header.
 *
 * <pre>
 * | 0x3ff (11) | start_trim (1) | end_trim (1) | extension (1) | 2 | size: bytes of 255, then one less |
 * | start trim (16) | end trim (16) | extension length (8), extension | packet |
 * </pre>
 *
 * <p>Trims are left alone: they say which samples not to play, and a track that lost them would lose time.
 */
public final class OpusStream implements ElementaryStream {
    private static final int CLOCK_RATE = 48_000;

    private final Depacketizer depacketizer;
    private final ProgramClock clock;
    private final Sink sink;
    private final SampleTimeline timeline = new SampleTimeline();
    private final TimeJump jump = new TimeJump();
    private long badUnits;

    /**
     * @param depacketizer of Opus: a packet in a transport stream is what an RTP payload is; owned by this machine
     * @param clock shared by the streams of a program
     */
    public OpusStream(Depacketizer depacketizer, ProgramClock clock, Sink sink) {
        this.depacketizer = depacketizer;
        this.clock = clock;
        this.sink = sink;
    }

    @Override
    public void onPes(PesPacket packet) {
        long pts = packet.pts() == ProgramClock.NONE ? ProgramClock.NONE : clock.unwrap(packet.pts());
        // Packets have no sync word worth the name: what follows a hole cannot be trusted.
        int length = packet.holes().length == 0 ? packet.length() : Math.min(packet.holes()[0], packet.length());
        badUnits += packet.holes().length;
        ByteReader reader = new ByteReader(packet.data(), packet.offset(), length);
        try {
            boolean first = true;
            while (reader.remaining() > 0) {
                read(reader, first ? pts : ProgramClock.NONE);
                first = false;
            }
        } catch (MalformedException e) {
            badUnits++;
        }
    }

    @Override
    public void onClockRestart() {
        jump.announce();
    }

    @Override
    public void flush() {}

    @Override
    public long badUnits() {
        return badUnits;
    }

    private void read(ByteReader reader, long pts) throws MalformedException {
        int control = reader.u16();
        if (control >> 5 != 0x3ff) {
            throw new MalformedException("ts: no Opus control header", reader.position());
        }
        int size = 0;
        int octet;
        do {
            octet = reader.u8();
            size += octet;
        } while (octet == 255);
        reader.skip(((control & 0x10) != 0 ? 2 : 0) + ((control & 0x08) != 0 ? 2 : 0));
        if ((control & 0x04) != 0) {
            reader.skip(reader.u8());
        }
        byte[] packet = new byte[RtpPacket.HEADER_BYTES + size];
        packet[0] = (byte) 0x80;
        System.arraycopy(reader.bytes(size), 0, packet, RtpPacket.HEADER_BYTES, size);
        depacketizer.onPacket(RtpPacket.of(packet, 0, packet.length), 0, frame -> deliver(frame, pts));
    }

    private void deliver(MediaFrame frame, long pts) {
        if (pts != ProgramClock.NONE) {
            timeline.onTime(pts, CLOCK_RATE, frame.duration());
        }
        if (!timeline.started()) {
            badUnits++;
            return;
        }
        long time = timeline.take(CLOCK_RATE, frame.duration());
        long at = SampleTimeline.to90k(time, CLOCK_RATE);
        MediaFrame timed = new MediaFrame(frame.data(), time, frame.duration(), true, frame.config(), false);
        sink.onFrame(new TimedFrame(timed, CLOCK_RATE, at, at, jump.at(at)));
    }
}
