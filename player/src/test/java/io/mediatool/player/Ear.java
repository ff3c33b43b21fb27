package io.mediatool.player;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Listens to one track and puts its frames together again. */
final class Ear implements RtpIncomingSourceGroup.Listener {
    final List<MediaFrame> frames = new ArrayList<>();
    /** When each of them was there. */
    final List<Long> framesAtNs = new ArrayList<>();
    /** Of packets. */
    final List<Long> sequences = new ArrayList<>();
    /** Of packets. */
    final List<Long> arrivals = new ArrayList<>();

    final List<RtpIncomingSourceGroup.SenderReport> reports = new ArrayList<>();
    final int clockRate;
    int largest;
    boolean ended;
    private final Depacketizer depacketizer;

    Ear(RtpIncomingSourceGroup source) {
        var format = source.formats().get(0);
        clockRate = format.clockRate();
        depacketizer = CodecCatalog.of(format.codec()).depacketizer(format);
    }

    @Override
    public void onRtp(RtpIncomingSourceGroup source, RtpPacket packet, long sequence, long timestamp, long nowNs) {
        sequences.add(sequence);
        arrivals.add(nowNs);
        largest = Math.max(largest, packet.length());
        try {
            depacketizer.onPacket(packet, timestamp, frame -> add(frame, nowNs));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void add(MediaFrame frame, long nowNs) {
        frames.add(frame);
        framesAtNs.add(nowNs);
    }

    @Override
    public void onSenderReport(RtpIncomingSourceGroup source, RtpIncomingSourceGroup.SenderReport report, long nowNs) {
        reports.add(report);
    }

    @Override
    public void onEnded(RtpIncomingSourceGroup source, long nowNs) {
        depacketizer.flush(frame -> add(frame, nowNs));
        ended = true;
    }

    /** From one frame to another by their timestamps. */
    double ms(int from, int to) {
        return (frames.get(to).timestamp() - frames.get(from).timestamp()) * 1e3 / clockRate;
    }

    /** When its first frame was captured, by its first report. */
    long firstWallNs() {
        var report = reports.get(0);
        return NtpTime.differenceNs(report.ntpTime(), NtpTime.ofInstant(Instant.EPOCH))
                + (frames.get(0).timestamp() - report.timestamp()) * 1_000_000_000L / clockRate;
    }

    void assertNoNumberIsMissing() {
        for (int i = 1; i < sequences.size(); i++) {
            assertEquals(sequences.get(i - 1) + 1, sequences.get(i), "packet " + i);
        }
    }
}
