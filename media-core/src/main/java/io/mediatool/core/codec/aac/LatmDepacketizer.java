package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MP4A-LATM, RFC 6416 §6.1: the payloads of one timestamp, the last with the marker, are one AudioMuxElement. One with a
 * hole is dropped: its frames have no borders without what came before.
 */
final class LatmDepacketizer implements Depacketizer {
    /** Several times what 64 subframes of AAC take. */
    static final int MAX_ELEMENT_BYTES = 1 << 18;

    private final AudioMuxElement mux;
    private final boolean configInBand;
    private final int clockRate;
    private final ByteWriter element = new ByteWriter(1024);
    private boolean open;
    private boolean broken;
    private boolean lost;
    private boolean doubtful;
    private long timestamp;

    LatmDepacketizer(@Nullable StreamMuxConfig config, boolean configInBand, int clockRate) {
        this.mux = new AudioMuxElement(config);
        this.configInBand = configInBand;
        this.clockRate = clockRate;
    }

    @Override
    public void onPacket(RtpPacket packet, long packetTimestamp, Listener listener) throws MalformedException {
        MalformedException earlier = null;
        if (open && packetTimestamp != timestamp) {
            broken |= lost;
            earlier = close(listener); // the sender sets no markers, or the packet with the marker is lost
        }
        if (!open) {
            open = true;
            timestamp = packetTimestamp;
            doubtful = lost; // the head may be missing: nothing marks a first packet

        } else if (lost) {
            broken = true;
        }
        lost = false;
        if (element.size() + packet.payloadLength() > MAX_ELEMENT_BYTES) {
            broken = true;
        } else {
            element.bytes(packet.data(), packet.payloadOffset(), packet.payloadLength());
        }
        if (packet.marker()) {
            MalformedException now = close(listener);
            earlier = earlier == null ? now : earlier;
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
        broken |= lost;
        close(listener); // what does not parse is dropped as in onPacket
        lost = false;
    }

    /** Ends the element; answers what is wrong with it, so that the packet at hand still finds its place. */
    private @Nullable MalformedException close(Listener listener) {
        boolean whole = open && !broken && element.size() > 0;
        int size = element.size();
        element.reset();
        open = false;
        broken = false;
        try {
            if (whole) {
                List<byte[]> units = mux.read(element.array(), 0, size, configInBand);
                if (doubtful && !mux.exact()) {
                    throw new MalformedException("latm: element without head", 0);
                }
                deliver(units, listener);
            }
            return null;
        } catch (MalformedException e) {
            return e;
        }
    }

    private void deliver(List<byte[]> units, Listener listener) {
        StreamMuxConfig config = mux.config();
        if (config == null) {
            return;
        }
        int duration = config.audio().frameDuration(clockRate);
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).length > 0) {
                long at = timestamp + (long) i * duration;
                listener.onFrame(new MediaFrame(units.get(i), at, duration, true, config.config(), false));
            }
        }
    }
}
