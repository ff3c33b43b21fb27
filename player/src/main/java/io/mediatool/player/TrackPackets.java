package io.mediatool.player;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.Timescale;
import io.mediatool.player.pace.PacedFrame;
import java.util.Arrays;
import java.util.List;

/** Cuts the frames of one track into RTP packets, whose sequence goes on over rounds and files. On the file thread. */
final class TrackPackets implements Packetizer.Output {
    private final Packetizer packetizer;
    private final int payloadType;
    private final Timescale scale;
    private final int ssrc;
    private final long firstTimestamp;

    private int sequence;
    private long timestamp;
    private byte[] data = new byte[2048];
    private int size;
    private int[] ends = new int[8];
    private int[] offsets = new int[8];
    private int count;

    /**
     * @param firstTimestamp RTP timestamp of media time 0
     * @param firstSequence of the first packet
     */
    TrackPackets(PlannedTrack track, int maxPacketBytes, int ssrc, long firstTimestamp, int firstSequence) {
        this.packetizer = track.module().packetizer(track.format(), maxPacketBytes - RtpPacket.HEADER_BYTES);
        this.payloadType = track.format().payloadType();
        this.scale = new Timescale(track.format().clockRate());
        this.ssrc = ssrc;
        this.firstTimestamp = firstTimestamp;
        this.sequence = firstSequence;
    }

    int ssrc() {
        return ssrc;
    }

    Timescale scale() {
        return scale;
    }

    long firstTimestamp() {
        return firstTimestamp;
    }

    /** Where a frame stands on the clock of the playing. */
    record Place(int track, long timeNs, long durationNs, long endNs) {}

    /**
     * Adds the packets of a frame to {@code out}, pieces that have times of their own as pieces.
     *
     * @param frame with its timestamp counted from media time 0
     * @throws MalformedException when the frame breaks its format; no packet is made and no number used then
     */
    void cut(MediaFrame frame, Place place, List<PacedFrame> out) throws MalformedException {
        size = 0;
        count = 0;
        timestamp = firstTimestamp + frame.timestamp();
        int sequenceBefore = sequence;
        try {
            packetizer.packetize(frame, this);
        } catch (MalformedException e) {
            sequence = sequenceBefore;
            throw e;
        }
        int from = 0;
        while (from < count) {
            int to = from + 1;
            while (to < count && offsets[to] == offsets[from]) {
                to++;
            }
            out.add(piece(place, from, to));
            from = to;
        }
    }

    @Override
    public void onPayload(byte[] payload, int offset, int length, boolean marker, int timestampOffset) {
        int packetBytes = RtpPacket.HEADER_BYTES + length;
        if (size + packetBytes > data.length) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, size + packetBytes));
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        RtpPacket.writeHeader(data, size, marker, payloadType, sequence, timestamp + timestampOffset, ssrc);
        System.arraycopy(payload, offset, data, size + RtpPacket.HEADER_BYTES, length);
        size += packetBytes;
        ends[count] = size;
        offsets[count] = timestampOffset;
        count++;
        sequence = sequence + 1 & 0xffff;
    }

    private PacedFrame piece(Place place, int from, int to) {
        int start = from == 0 ? 0 : ends[from - 1];
        byte[] packets = Arrays.copyOfRange(data, start, ends[to - 1]);
        int[] packetEnds = new int[to - from];
        for (int i = from; i < to; i++) {
            packetEnds[i - from] = ends[i] - start;
        }
        long laterNs = scale.toNs(offsets[from]);
        long untilNs = to < count ? scale.toNs(offsets[to]) : Math.max(laterNs, place.durationNs);
        return new PacedFrame(
                place.track,
                place.timeNs + laterNs,
                untilNs - laterNs,
                place.endNs,
                from == 0 ? 1 : 0,
                packets,
                packetEnds);
    }
}
