package io.mediatool.core.codec.vp8;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.VpcRecord;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins the payloads of one timestamp to a frame. A frame with a hole is dropped: its partitions are one arithmetic-coded
 * whole, and decoders refuse a frame shorter than its header says.
 */
final class Vp8Depacketizer implements Depacketizer {
    private final ByteWriter frame = new ByteWriter(4096);
    private boolean open;
    private boolean lost;
    /** Whether this sender marks the ends of frames, as it should (RFC 7741 §4.1). */
    private boolean marks;

    private long timestamp;
    private @Nullable DecoderConfig config;

    @Override
    public void onPacket(RtpPacket packet, long packetTimestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        ByteReader in = new ByteReader(packet.data(), packet.payloadOffset(), packet.payloadLength());
        Vp8Descriptor descriptor;
        try {
            descriptor = Vp8Descriptor.parse(in);
            if (frame.size() + in.remaining() > MAX_FRAME_BYTES) {
                throw new MalformedException("vp8: frame too large", -1);
            }
        } catch (MalformedException e) {
            abandon();
            throw e;
        }
        MalformedException earlier = null;
        if (open && (packetTimestamp != timestamp || descriptor.startsFrame())) {
            earlier = close(listener); // the sender sets no markers, or the packet with the marker is lost
        }
        if (descriptor.startsFrame()) {
            open = true;
            timestamp = packetTimestamp;
        } else if (lost) {
            abandon(); // the hole is in this frame
        }
        lost = false;
        if (open) {
            frame.bytes(packet.data(), packet.payloadOffset() + descriptor.length(), in.remaining());
            if (packet.marker()) {
                marks = true;
                MalformedException now = close(listener);
                earlier = earlier == null ? now : earlier;
            }
        }
        if (earlier != null) {
            throw earlier;
        }
    }

    @Override
    public void onLoss() {
        lost = true;
    }

    @Override
    public void flush(Listener listener) {
        // A frame that does not parse is dropped as it is in onPacket; nobody is left to count it.
        if (marks) {
            abandon(); // its end has not come
        } else {
            close(listener);
        }
        lost = false;
    }

    private void abandon() {
        open = false;
        frame.reset();
    }

    /** Delivers the open frame; answers what is wrong with it, so that the packet at hand still finds its place. */
    private @Nullable MalformedException close(Listener listener) {
        if (!open || lost) {
            abandon();
            return null;
        }
        byte[] data = Arrays.copyOf(frame.array(), frame.size());
        abandon();
        try {
            Vp8FrameHeader header = Vp8FrameHeader.parse(data, data.length);
            if (header.keyFrame()) {
                DecoderConfig now = config(header);
                config = now.equals(config) ? config : now;
            }
            listener.onFrame(new MediaFrame(data, timestamp, 0, header.keyFrame(), config, false));
            return null;
        } catch (MalformedException e) {
            return e;
        }
    }

    private static DecoderConfig config(Vp8FrameHeader header) {
        int level = VpcRecord.levelOf(header.width(), header.height());
        int any = VpcRecord.UNSPECIFIED;
        byte[] record = new VpcRecord(header.version(), level, 8, 1, false, any, any, any).toBytes();
        return DecoderConfig.video(Codec.VP8, record, header.width(), header.height(), 0);
    }
}
