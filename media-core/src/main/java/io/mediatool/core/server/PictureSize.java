package io.mediatool.core.server;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * How large the pictures of a layer are, read from a key frame now and then: what stands there is the business of the codec's own
 * depacketizer. One that arrives out of order is left to the next. For the loop's thread.
 */
final class PictureSize {
    private static final long EVERY_NS = 2_000_000_000L;
    /** So many of a row are read all the same: browsers begin with the least of scalable layers and add others at key frames that follow soon. */
    private static final int ROW = 6;

    /** Parameter sets and frame headers are in the first; no key frame below 8K has more. */
    private static final int MAX_PACKETS = 2_048;

    private CodecModule codec;
    private RtpFormat format;
    private @Nullable Depacketizer reading;
    private long timestamp;
    private long sequence;
    private int packets;
    private long rowNs;
    private int row;
    private int width;
    private int height;

    PictureSize(CodecModule codec, RtpFormat format) {
        this.codec = codec;
        this.format = format;
    }

    /** What the packets are of from now on. */
    void onFormat(CodecModule by, RtpFormat next) {
        codec = by;
        format = next;
    }

    /** @param key whether decoding can start with the packet */
    void onPacket(RtpPacket packet, long number, long time, boolean key, long nowNs) {
        if (reading == null && key && (width == 0 || isTime(nowNs))) {
            reading = codec.depacketizer(format);
            timestamp = time;
            sequence = number - 1;
            packets = 0;
        }
        Depacketizer open = reading;
        if (open != null) {
            read(open, packet, number, time);
        }
    }

    private boolean isTime(long nowNs) {
        if (row == 0 || nowNs - rowNs >= EVERY_NS) {
            rowNs = nowNs;
            row = 0;
        }
        return row++ < ROW;
    }

    private void read(Depacketizer open, RtpPacket packet, long number, long time) {
        if (time != timestamp) {
            if (time > timestamp) {
                finish(open);
            }
            return;
        }
        if (number != sequence + 1 || ++packets > MAX_PACKETS) {
            reading = null;
            return;
        }
        sequence = number;
        try {
            open.onPacket(packet, time, this::onFrame);
        } catch (MalformedException e) {
            reading = null;
        }
        if (packet.marker()) {
            finish(open);
        }
    }

    private void finish(Depacketizer open) {
        reading = null;
        open.flush(this::onFrame);
    }

    private void onFrame(MediaFrame frame) {
        DecoderConfig config = frame.config();
        if (config != null && config.width() > 0) {
            width = config.width();
            height = config.height();
        }
    }

    /** Another codec, another sender: nothing is known. */
    void reset() {
        reading = null;
        width = 0;
        height = 0;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
