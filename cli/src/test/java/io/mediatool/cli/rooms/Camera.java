package io.mediatool.cli.rooms;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.MediaKind;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.loop.VirtualEventLoop;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.server.IncomingStream;
import io.mediatool.core.server.Room;
import io.mediatool.core.stream.RtpIncomingSourceGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A publisher in virtual time: pictures of 40 ms and sound of 20 ms, each with the millisecond at which it was captured, and reports of its
 * clock each second.
 */
final class Camera {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final RtpFormat VP8 = RtpFormat.of(Codec.VP8, 96);
    /** Of 640x360, baseline. */
    static final RtpFormat H264 = RtpFormat.of(
            Codec.H264,
            97,
            Map.of("packetization-mode", "1", "sprop-parameter-sets", "Z0LAHtoCgL/lwEQAAAMABAAAAwDwPFi6gA==,aM48gA=="));

    private static final int PICTURE_MS = 40;
    private static final int KEY_MS = 1000;
    private static final long MS = 1_000_000L;
    /** RFC 6386 §9.1, before the size. */
    private static final byte[] VP8_KEY = {0x10, 0x10, 0, 0, (byte) 0x9d, 1, 0x2a};

    private final Room room;
    private final VirtualEventLoop loop;
    private final IncomingStream stream;
    private final Sender picture;
    private final Sender sound;
    private final List<byte[]> lost = new ArrayList<>();
    private long captured;

    boolean pictureMuted;
    boolean soundMuted;
    /** What is sent of pictures does not come, until {@link #repair}. */
    boolean pictureLost;

    int width = 320;
    RtpFormat pictureFormat = VP8;

    private static final class Sender {
        final RtpIncomingSourceGroup source;
        final int ssrc;
        final long base;
        int sequence;
        boolean sent;

        Sender(RtpIncomingSourceGroup source, int ssrc) {
            this.source = source;
            this.ssrc = ssrc;
            this.base = 0xffff_0000L + ssrc * 77_777L;
            this.sequence = ssrc * 1234;
        }
    }

    /**
     * @param number tells its SSRCs from those of others
     */
    Camera(Room room, VirtualEventLoop loop, String name, int number) {
        this.room = room;
        this.loop = loop;
        stream = room.publish(name);
        picture =
                new Sender(stream.addTrack(MediaKind.VIDEO, List.of(VP8, H264)).source(), 2 * number);
        sound = new Sender(
                stream.addTrack(MediaKind.AUDIO, List.of(RtpFormat.of(Codec.OPUS, 111)))
                        .source(),
                2 * number + 1);
    }

    /**
     * What was captured at {@code ms} after {@link #START} arrives now.
     *
     * @param ms a multiple of 20
     */
    void send(long ms) {
        captured = ms;
        boolean key = ms % KEY_MS == 0;
        if (!pictureMuted && ms % PICTURE_MS == 0) {
            send(picture, pictureFormat, ms * 90, pictureOf(key));
        }
        if (!soundMuted) {
            send(sound, RtpFormat.of(Codec.OPUS, 111), ms * 48, numbered((byte) 0xf8)); // 20 ms, one frame
        }
        if (key) {
            report(picture, 90);
            report(sound, 48);
        }
    }

    /** Is gone, without goodbye. */
    void vanish() {
        room.unpublish(stream);
    }

    /** When a sample of ours was captured. */
    static long capturedMs(byte[] sample) {
        int at = sample.length - 4;
        return (sample[at] & 0xffL) << 24
                | (sample[at + 1] & 0xff) << 16
                | (sample[at + 2] & 0xff) << 8
                | sample[at + 3] & 0xff;
    }

    private byte[] pictureOf(boolean key) {
        if (pictureFormat.codec() == Codec.H264) {
            return numbered((byte) (key ? 0x65 : 0x41), (byte) 0x88, (byte) 0x84); // IDR or not, first slice
        }
        if (!key) {
            return numbered((byte) 0x10, (byte) 0x11, (byte) 0, (byte) 0);
        }
        byte[] size = {(byte) width, (byte) (width >> 8), (byte) 0xf0, 0};
        byte[] start = new byte[VP8_KEY.length + size.length + 1];
        System.arraycopy(VP8_KEY, 0, start, 0, VP8_KEY.length);
        System.arraycopy(size, 0, start, VP8_KEY.length, size.length);
        return numbered(start);
    }

    private byte[] numbered(byte... start) {
        byte[] all = new byte[start.length + 20];
        System.arraycopy(start, 0, all, 0, start.length);
        for (int i = 0; i < 4; i++) {
            all[all.length - 4 + i] = (byte) (captured >> 24 - 8 * i);
        }
        return all;
    }

    private void send(Sender sender, RtpFormat format, long timestamp, byte[] payload) {
        byte[] packet = new byte[RtpPacket.HEADER_BYTES + payload.length];
        RtpPacket.writeHeader(
                packet,
                0,
                true,
                format.payloadType(),
                sender.sequence++ & 0xffff,
                sender.base + timestamp,
                sender.ssrc);
        System.arraycopy(payload, 0, packet, RtpPacket.HEADER_BYTES, payload.length);
        sender.sent = true;
        if (pictureLost && sender == picture) {
            lost.add(packet);
        } else {
            arrive(sender, packet);
        }
    }

    private void arrive(Sender sender, byte[] packet) {
        try {
            sender.source.onRtp(RtpPacket.of(packet, 0, packet.length), loop.nowNs());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** What was lost comes after all. */
    void repair() {
        lost.forEach(packet -> arrive(picture, packet));
        lost.clear();
    }

    private void report(Sender sender, int unitsOfMs) {
        if (sender.sent) {
            sender.source.onSenderReport(
                    sender.ssrc,
                    NtpTime.ofInstant(START.plusNanos(captured * MS)),
                    sender.base + captured * unitsOfMs & 0xffff_ffffL,
                    loop.nowNs());
        }
    }
}
