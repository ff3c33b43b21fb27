package io.mediatool.core.signalling.session;

import io.mediatool.core.rtcp.SenderReport;
import io.mediatool.core.rtcp.feedback.Nack;
import io.mediatool.core.rtp.NtpTime;
import io.mediatool.core.rtp.RtpPacket;
import io.mediatool.core.rtp.extension.ExtensionMap;
import io.mediatool.core.rtp.extension.ExtensionWriter;
import io.mediatool.core.rtp.extension.RtpExtension;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One source of a test publisher. Each packet says which frame it is of, which part, of how many. */
final class Layer {
    /** The byte before the picture of parts that end with their length. */
    static final byte UNEVEN = 'U';

    private static final int KEPT = 4_096;
    private static final ExtensionMap EXTENSIONS = ExtensionMap.of(Map.of(
            1,
            RtpExtension.MID,
            2,
            RtpExtension.RID,
            3,
            RtpExtension.REPAIRED_RID,
            4,
            RtpExtension.TRANSPORT_SEQUENCE));

    final int ssrc;
    final String rid;
    int frames;
    int keyFrames;
    int parts = 3;
    int bytes = 600;
    boolean paused;
    /** Whether its pictures are cut as libwebrtc does it, the later parts a byte longer, and say how long they are. */
    boolean uneven;
    /** Of its pictures; 0 for pictures that are none. */
    int width;
    /** Whether every other picture is of a temporal layer of its own. */
    boolean temporal;

    private int base;
    /** Sends one picture in so many. */
    int every = 1;

    private int turn;
    private final SfuClient client;
    private final int mid;
    private final Consumer<byte[]> output;
    private final int payloadType;
    private final byte[][] kept = new byte[KEPT][];
    private final ExtensionWriter writer = new ExtensionWriter();
    private int sequence;
    private int rtxSequence;
    private int forgotten;
    private long timestamp;
    private long packets;
    private boolean wantsKey = true;
    private @Nullable SenderReport report;
    private static final int SEQUENCE_START = 65_000; // it wraps soon

    /** Over the client's transport. */
    Layer(SfuClient client, String rid, int mid, int ssrc, int payloadType) {
        this(client, rid, mid, ssrc, payloadType, bytes -> client.transport().sendRtp(bytes, 0, bytes.length));
    }

    Layer(SfuClient client, String rid, int mid, int ssrc, int payloadType, Consumer<byte[]> output) {
        this.output = output;
        this.client = client;
        this.rid = rid;
        this.mid = mid;
        this.ssrc = ssrc;
        this.payloadType = payloadType;
        this.sequence = SEQUENCE_START;
        this.timestamp = 0xffff_0000L + ssrc % 1000;
    }

    boolean isVideo() {
        return payloadType == SfuClient.VP8;
    }

    void wantKeyFrame() {
        wantsKey = true;
    }

    void sendFrame() {
        if (paused) {
            wantsKey = true;
            return;
        }
        if (turn++ % every != 0) {
            timestamp += 3_000;
            return;
        }
        boolean key = wantsKey;
        wantsKey = false;
        keyFrames += key ? 1 : 0;
        boolean upper = temporal && !key && frames % 2 == 1;
        base += upper ? 0 : 1;
        int count = key ? parts * 4 : parts;
        for (int part = 0; part < count; part++) {
            byte[] payload = new byte[16 + bytes + (uneven && part >= count / 2 ? 1 : 0)];
            byte[] descriptor = {
                (byte) (part == 0 ? 0x90 : 0x80),
                (byte) 0xe0,
                (byte) (0x80 | frames >> 8 & 0x7f),
                (byte) frames,
                (byte) base,
                (byte) (upper ? 0x60 : 0x20),
                (byte) (key ? 0x50 : 0x51)
            };
            System.arraycopy(descriptor, 0, payload, 0, descriptor.length);
            ByteBuffer.wrap(payload).putInt(7, frames).put(11, (byte) part).put(12, (byte) count);
            payload[13] = (byte) (key ? 1 : 0);
            payload[14] = rid.isEmpty() ? 0 : (byte) rid.charAt(0);
            if (uneven) {
                payload[15] = UNEVEN;
                ByteBuffer.wrap(payload).putShort(payload.length - 2, (short) payload.length);
            }
            if (width > 0) {
                beReal(payload, key && part == 0);
            }
            send(payload, part == count - 1);
        }
        frames++;
        timestamp += 3_000;
    }

    /** Number and name stand behind the head of a key frame (RFC 6386 §9.1), which recorders read. */
    private void beReal(byte[] payload, boolean head) {
        ByteBuffer.wrap(payload).putInt(16, frames).put(20, rid.isEmpty() ? 0 : (byte) rid.charAt(0));
        if (head) {
            byte[] start = {0, 0, (byte) 0x9d, 1, 0x2a, (byte) width, (byte) (width >> 8), (byte) 240, 0};
            System.arraycopy(start, 0, payload, 7, start.length);
        }
    }

    void sendSound() {
        byte[] payload = new byte[80];
        ByteBuffer.wrap(payload)
                .putInt(7, frames)
                .put(11, (byte) 0)
                .put(12, (byte) 1)
                .put(13, (byte) 1);
        send(payloadType == SfuClient.RED ? withPast(payload) : payload, false);
        frames++;
        timestamp += 960;
    }

    /** RED with an older block of 20 bytes. */
    private static byte[] withPast(byte[] payload) {
        byte[] red = new byte[5 + 20 + payload.length];
        ByteBuffer.wrap(red)
                .putInt(0, (0x80 | SfuClient.OPUS) << 24 | 960 << 10 | 20)
                .put(4, (byte) SfuClient.OPUS);
        System.arraycopy(payload, 0, red, 25, payload.length);
        return red;
    }

    private void send(byte[] payload, boolean marker) {
        byte[] packet = new byte[64 + payload.length];
        int at = RtpPacket.writeHeader(packet, 0, marker, payloadType, sequence & 0xffff, timestamp, ssrc);
        at += writeExtensions(packet, at, RtpExtension.RID);
        System.arraycopy(payload, 0, packet, at, payload.length);
        byte[] whole = Arrays.copyOf(packet, at + payload.length);
        kept[sequence % KEPT] = whole;
        sequence++;
        packets++;
        output.accept(whole);
    }

    private int writeExtensions(byte[] packet, int at, RtpExtension named) {
        writer.begin(EXTENSIONS, false).put(RtpExtension.MID, String.valueOf(mid));
        if (!rid.isEmpty()) {
            writer.put(named, rid);
        }
        writer.reserve(RtpExtension.TRANSPORT_SEQUENCE, 2);
        int length = writer.write(packet, at);
        int number = client.nextTransportSequence();
        packet[writer.offsetOf(RtpExtension.TRANSPORT_SEQUENCE)] = (byte) (number >> 8);
        packet[writer.offsetOf(RtpExtension.TRANSPORT_SEQUENCE) + 1] = (byte) number;
        packet[0] |= 0x10;
        return length;
    }

    /** What was sent until now can not be sent again. */
    void forget() {
        forgotten = sequence;
    }

    /** RFC 4588. */
    void resend(Nack nack) {
        nack.forEach(wanted -> {
            for (int back = 1; back < KEPT && sequence - back >= Math.max(forgotten, SEQUENCE_START); back++) {
                byte[] found = kept[(sequence - back) % KEPT];
                if (((found[2] & 0xff) << 8 | found[3] & 0xff) == wanted) {
                    sendRtx(found, wanted);
                    return;
                }
            }
        });
    }

    private void sendRtx(byte[] original, int osn) {
        int extension = 4 * ((original[14] & 0xff) << 8 | original[15] & 0xff);
        int payload = 16 + extension;
        byte[] packet = new byte[original.length + 66];
        int at = RtpPacket.writeHeader(
                packet,
                0,
                original[1] < 0,
                SfuClient.RTX,
                rtxSequence++,
                ByteBuffer.wrap(original).getInt(4),
                ssrc + 1);
        at += writeExtensions(packet, at, RtpExtension.REPAIRED_RID);
        packet[at++] = (byte) (osn >> 8);
        packet[at++] = (byte) osn;
        System.arraycopy(original, payload, packet, at, original.length - payload);
        client.transport().sendRtp(packet, 0, at + original.length - payload);
    }

    /** Both clocks read together, so that tracks can be put in step. */
    void sendReport() {
        long nowNs = client.stage.loop.nowNs();
        long ntp = NtpTime.plusNs(0x1234_0000_0000L << 16, nowNs);
        report = new SenderReport(ssrc, ntp, timestamp & 0xffff_ffffL, packets, packets * bytes, List.of());
        client.sendRtcp(List.of(report));
    }

    int clockRate() {
        return isVideo() ? 90_000 : 48_000;
    }

    /** When {@code frame} was taken, by the wall clock of the last report, in seconds. */
    double capture(int frame) {
        SenderReport last = Objects.requireNonNull(report);
        long step = isVideo() ? 3_000 : 960;
        return SfuTest.capture(last, timestamp - step * (frames - frame), clockRate());
    }
}
