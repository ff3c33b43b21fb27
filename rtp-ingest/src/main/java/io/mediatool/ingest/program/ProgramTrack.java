package io.mediatool.ingest.program;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.catalog.CodecCatalog;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;

/** One elementary stream as a track: frames in, RTP packets into the track's source. */
final class ProgramTrack {
    /** Whole RTP packets; they may be forwarded as they are over any network. */
    private static final int MAX_PACKET_BYTES = 1200;
    /** How often the mapping to wall-clock time is told. */
    private static final long REPORT_INTERVAL_NS = 5_000_000_000L;

    private final RtpIncomingSourceGroup source;
    private final RtpFormat format;
    private final DecoderConfig config;
    private final Packetizer packetizer;
    private final int ssrc;
    private final byte[] scratch = new byte[MAX_PACKET_BYTES];
    private final RtpPacket packet = new RtpPacket();
    private final Packetizer.Output output = this::onPayload;

    private int sequenceNumber;
    private long timestamp;
    private long nowNs;
    private boolean reported;
    private long reportedNs;
    /** What to add to the program's times, in 1/90000 s. */
    private long shift;

    ProgramTrack(RtpIncomingSourceGroup source, RtpFormat format, DecoderConfig config, int ssrc, int sequenceNumber) {
        this.source = source;
        this.format = format;
        this.config = config;
        this.packetizer = CodecCatalog.of(format.codec()).packetizer(format, MAX_PACKET_BYTES - RtpPacket.HEADER_BYTES);
        this.ssrc = ssrc;
        this.sequenceNumber = sequenceNumber;
    }

    RtpIncomingSourceGroup source() {
        return source;
    }

    DecoderConfig config() {
        return config;
    }

    void shift(long newShift) {
        shift = newShift;
    }

    long shift() {
        return shift;
    }

    /**
     * Sends one frame.
     *
     * @param clockRate of the frame's timestamp
     * @param ntpOfZero wall-clock time of the program's time 0, after shifts
     * @throws MalformedException when the frame cannot be cut; nothing was sent
     */
    void send(MediaFrame frame, int clockRate, long ntpOfZero, long arrivalNs) throws MalformedException {
        // Exact: shifts are whole numbers of samples at every rate.
        long own = frame.timestamp() + shift * clockRate / 90_000L;
        timestamp = clockRate == format.clockRate() ? own : scaled(own, format.clockRate(), clockRate);
        nowNs = arrivalNs;
        if (!reported || arrivalNs - reportedNs >= REPORT_INTERVAL_NS) {
            reported = true;
            reportedNs = arrivalNs;
            long ns = scaled(timestamp, 1_000_000_000, format.clockRate());
            source.onSenderReport(ssrc, NtpTime.plusNs(ntpOfZero, ns), timestamp & 0xffff_ffffL, arrivalNs);
        }
        packetizer.packetize(frame, output);
    }

    private static long scaled(long value, int to, int from) {
        return Math.floorDiv(value, (long) from) * to + Math.floorMod(value, (long) from) * to / from;
    }

    private void onPayload(byte[] data, int offset, int length, boolean marker, int timestampOffset) {
        int header = RtpPacket.writeHeader(
                scratch, 0, marker, format.payloadType(), sequenceNumber++, timestamp + timestampOffset, ssrc);
        System.arraycopy(data, offset, scratch, header, length);
        try {
            packet.wrap(scratch, 0, header + length);
        } catch (MalformedException e) {
            throw new IllegalStateException("a packet made here is sound", e);
        }
        source.onRtp(packet, nowNs);
    }
}
