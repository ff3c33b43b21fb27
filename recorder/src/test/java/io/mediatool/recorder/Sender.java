package io.mediatool.recorder;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.Arrays;

/**
 * Sends frames of one packet each, numbered so that they can be told apart in the file: the first four bytes after what the
 * codec needs are the frame's number.
 */
final class Sender {
    /** A VP8 key frame header of 320x240 (RFC 6386 §9.1). */
    private static final byte[] VP8_KEY = {0x10, 0, 0, (byte) 0x9d, 1, 0x2a, 0x40, 1, (byte) 0xf0, 0};

    private static final int VP8_WIDTH_AT = 6;

    private final Stage stage;
    final RtpIncomingSourceGroup source;
    RtpFormat format;
    int ssrc = 0x1234;
    int sequence = 65_500;
    /** Added to the timestamps of frames. */
    long base = 0xffff_0000L;

    int number;
    int payloadBytes = 60;
    /** Of VP8 key frames. */
    int width = 320;

    Sender(Stage stage, RtpIncomingSourceGroup source, RtpFormat format) {
        this.stage = stage;
        this.source = source;
        this.format = format;
    }

    /** Sends the next frame, which arrives now. */
    void frame(long timestamp, boolean key) {
        deliver(sequence++, timestamp, payload(number++, key), true);
    }

    /** Makes the next packet without delivering it. */
    Runnable later(long timestamp, boolean key) {
        int ownSequence = sequence++;
        byte[] payload = payload(number++, key);
        return () -> deliver(ownSequence, timestamp, payload, true);
    }

    /** Makes the next frame, a VP8 key frame, in packets, without delivering them; the last one has the marker if {@code marked}. */
    Runnable[] parts(long timestamp, int count, boolean marked) {
        Runnable[] parts = new Runnable[count];
        byte[] first = payload(number++, true);
        for (int i = 0; i < count; i++) {
            int ownSequence = sequence++;
            boolean last = marked && i == count - 1;
            byte[] payload = i == 0 ? first : new byte[1 + payloadBytes]; // without S bit: goes on
            parts[i] = () -> deliver(ownSequence, timestamp, payload, last);
        }
        return parts;
    }

    /** A packet that will never arrive. */
    void lose() {
        sequence++;
        number++;
    }

    void report(Instant wallClock, long timestamp) {
        source.onSenderReport(
                ssrc, NtpTime.ofInstant(wallClock), (base + timestamp) & 0xffff_ffffL, stage.loop.nowNs());
    }

    void bye() {
        source.onBye(ssrc, stage.loop.nowNs());
    }

    /** The number in a sample of the file. */
    int numberOf(byte[] sample) {
        int at = format.codec() == Codec.VP8 ? ((sample[0] & 1) == 0 ? 10 : 3) : 1;
        return (sample[at] & 0xff) << 24
                | (sample[at + 1] & 0xff) << 16
                | (sample[at + 2] & 0xff) << 8
                | sample[at + 3] & 0xff;
    }

    private byte[] payload(int value, boolean key) {
        if (format.codec() == Codec.VP8) {
            // Payload descriptor with S bit only (RFC 7741 §4.2), then the frame.
            byte[] header = key ? VP8_KEY : new byte[] {0x11, 0, 0};
            byte[] all = new byte[1 + header.length + payloadBytes];
            all[0] = 0x10;
            System.arraycopy(header, 0, all, 1, header.length);
            if (key) {
                all[1 + VP8_WIDTH_AT] = (byte) width;
                all[1 + VP8_WIDTH_AT + 1] = (byte) (width >> 8);
            }
            put(all, 1 + header.length, value);
            return all;
        }
        byte[] all = new byte[1 + payloadBytes];
        all[0] = (byte) (format.codec() == Codec.OPUS ? 0xf8 : 0); // CELT fullband 20 ms, one frame (RFC 6716 §3.1)
        put(all, 1, value);
        return all;
    }

    private static void put(byte[] target, int at, int value) {
        for (int i = 0; i < 4; i++) {
            target[at + i] = (byte) (value >> 24 - 8 * i);
        }
    }

    private void deliver(int sequenceNumber, long timestamp, byte[] payload, boolean marker) {
        byte[] packet = new byte[RtpPacket.HEADER_BYTES + payload.length];
        RtpPacket.writeHeader(packet, 0, marker, format.payloadType(), sequenceNumber, base + timestamp, ssrc);
        System.arraycopy(payload, 0, packet, RtpPacket.HEADER_BYTES, payload.length);
        try {
            source.onRtp(RtpPacket.of(packet, 0, packet.length), stage.loop.nowNs());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        Arrays.fill(packet, (byte) 0xee); // borrowed until return, and not longer
    }
}
