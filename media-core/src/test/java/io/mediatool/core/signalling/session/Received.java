package io.mediatool.core.signalling.session;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtcp.feedback.PictureLoss;
import io.mediatool.core.rtp.RedPayload;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.SequenceUnwrapper;
import io.mediatool.core.rtp.TimestampUnwrapper;
import io.mediatool.core.stream.repair.RtpNackGenerator;
import io.mediatool.core.stream.repair.RtxUnwrapper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** One source as a test viewer receives it, with what a decoder would make of it. */
final class Received implements RtpNackGenerator.Listener {
    final int payloadType;
    final int ssrc;
    final TreeMap<Long, Part> parts = new TreeMap<>();
    final List<String> rids = new ArrayList<>();
    int retransmissions;
    int duplicates;
    /** Same sequence number, other bytes: the keystream would be used twice. */
    int changed;

    /** First-time packets with padding. */
    int padded;

    long firstNs = -1;
    private final SfuClient client;
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    private final RtxUnwrapper rtx = new RtxUnwrapper();
    private final RtpNackGenerator generator = new RtpNackGenerator(1_000_000_000L, this);
    private final TreeMap<Long, String> wire = new TreeMap<>();

    /** A packet as its sender made it, with the numbers that it came with. */
    record Part(long timestamp, int frame, int part, int count, boolean key, char rid, int pictureId, long arrivalNs) {}

    /** A whole frame. */
    record Frame(long timestamp, int number, boolean key, char rid, int pictureId) {}

    Received(SfuClient client, int payloadType, int ssrc) {
        this.client = client;
        this.payloadType = payloadType;
        this.ssrc = ssrc;
        generator.onRtt(60 * SfuStage.MS);
    }

    void onRtp(RtpPacket packet, long nowNs) {
        firstNs = firstNs < 0 ? nowNs : firstNs;
        long sequence = sequences.unwrap(packet.sequenceNumber());
        String bytes = HexFormat.of().formatHex(packet.data(), packet.offset(), packet.offset() + packet.length());
        String before = wire.put(sequence, bytes);
        if (before != null) {
            duplicates++;
            changed += before.equals(bytes) ? 0 : 1;
            return;
        }
        padded += (packet.data()[packet.offset()] & 0x20) == 0 ? 0 : 1;
        take(packet, sequence, nowNs);
    }

    void onRtx(RtpPacket packet, long nowNs) {
        try {
            RtpPacket original = rtx.unwrap(packet, ssrc, payloadType);
            if (original != null) {
                retransmissions++;
                long sequence = sequences.unwrap(original.sequenceNumber());
                if (!parts.containsKey(sequence)) {
                    take(original, sequence, nowNs);
                }
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void take(RtpPacket packet, long sequence, long nowNs) {
        int before = payloadType == SfuClient.RED
                ? RedPayload.beforePrimary(packet.data(), packet.payloadOffset(), packet.payloadLength())
                : 0;
        ByteBuffer body = ByteBuffer.wrap(packet.payload()).position(before).slice();
        boolean tells = payloadType == SfuClient.VP8 && body.get(15) == Layer.UNEVEN;
        if (tells && body.getShort(body.limit() - 2) != body.limit()) {
            throw new AssertionError("seed " + client.stage.seed + ": a payload has become " + body.limit());
        }
        int pictureId = (body.get(2) & 0x7f) << 8 | body.get(3) & 0xff;
        parts.put(
                sequence,
                new Part(
                        timestamps.unwrap(packet.timestamp()),
                        body.getInt(7),
                        body.get(11),
                        body.get(12),
                        body.get(13) == 1,
                        (char) body.get(14),
                        pictureId,
                        nowNs));
        if (client.repairs && payloadType == SfuClient.VP8) {
            generator.onPacket(sequence, nowNs);
            later(generator.nextDeadlineNs());
        }
    }

    private void later(long deadlineNs) {
        if (deadlineNs != Long.MAX_VALUE) {
            client.stage.loop.schedule(deadlineNs, nowNs -> {
                if (nowNs >= generator.nextDeadlineNs()) {
                    generator.onDeadline(nowNs);
                    later(generator.nextDeadlineNs());
                }
            });
        }
    }

    @Override
    public void onNack(long[] numbers, int count, long nowNs) {
        client.sendFeedback(Nack.of(1, ssrc, numbers, count));
    }

    @Override
    public void onGivenUp(int count, long nowNs) {
        client.sendFeedback(new PictureLoss(1, ssrc));
    }

    /** The longest time between two pictures that could be shown: each needs all of those before it. */
    long longestFreezeNs() {
        long shownNs = -1;
        long longest = 0;
        long readyNs = 0;
        for (Part one : parts.values()) {
            readyNs = Math.max(readyNs, one.arrivalNs);
            if (one.part == one.count - 1) {
                longest = shownNs < 0 ? 0 : Math.max(longest, readyNs - shownNs);
                shownNs = readyNs;
            }
        }
        return longest;
    }

    /**
     * Frames in order of sequence numbers.
     *
     * @throws AssertionError when a part is missing between the first packet and the last whole frame
     */
    List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        long expected = parts.isEmpty() ? 0 : parts.firstKey();
        int part = 0;
        for (var entry : parts.entrySet()) {
            Part one = entry.getValue();
            if (entry.getKey() != expected++ || one.part != part) {
                throw new AssertionError("seed " + client.stage.seed + ": after " + frames.size() + " frames expected "
                        + (expected - 1) + " part " + part + " but came " + entry);
            }
            part++;
            if (part == one.count) {
                part = 0;
                frames.add(new Frame(one.timestamp, one.frame, one.key, one.rid, one.pictureId));
            }
        }
        return frames;
    }
}
